"""What happens to audits, findings and sanction cases is told to other systems, once it is the supplier's to know."""

from followup.services import audits, finding_closing
from notifications.models import Webhook, WebhookCall
from notifications.webhooks.events import EVENTS
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import AT, announced, planned, reported
from tests.followup.findings.stories import logged, shown
from tests.followup.findings.stories import planned as planned_for


def told() -> list[str]:
    """Sorted: all of it happens in one moment."""
    return sorted(WebhookCall.objects.values_list("event", flat=True))


def test_what_a_supplier_knows_is_told_and_what_is_ours_is_not(cast: Cast) -> None:
    Webhook.objects.create(name="Arkiv", url="https://archive.example/hook", events=list(EVENTS), created_by=cast.admin, created_at=NOW)
    planned(cast)
    logged(cast, told=False)
    assert told() == [], "planned and found, but nobody at the supplier knows"
    audits.cancel(audit=announced(cast), reason="Flyttet til høsten.", actor=cast.manager, **AT)
    reported(cast)
    assert told() == ["audit.announced", "audit.cancelled", "audit.reported"]
    WebhookCall.objects.all().delete()
    found = logged(cast)
    planned_for(cast, found)
    observed = logged(cast, "observation")
    shown(cast, observed)
    finding_closing.close(finding=observed, method="document", actor=cast.manager, now=NOW, today=TODAY)
    assert told() == ["finding.closed", "finding.evidenced", "finding.planned", "finding.told", "finding.told"]
    call = WebhookCall.objects.get(event="finding.closed")
    assert call.payload["data"] == {"object": "finding", "id": str(observed.pk)}, "ids only"
