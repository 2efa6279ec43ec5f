"""Calls, meetings and mails outside the portal, written down so that the next person knows."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.permissions import Action
from contracts.models import Framework
from core import history
from core.errors import Invalid, NotAllowed
from followup.models import ContactEntry, DocumentRequest


@transaction.atomic
def write(
    *,
    supplier: Organisation,
    kind: str,
    happened_on: date,
    text: str,
    actor: User,
    now: datetime,
    today: date,
    with_whom: str = "",
    framework: Framework | None = None,
    request: DocumentRequest | None = None,
    is_internal: bool = True,
    is_reminder: bool = False,
) -> ContactEntry:
    """Write an entry. One about a request belongs to its agreement too. The same entry sent twice is written once.

    `is_reminder` says that the supplier was reminded of what the request asks for, or of a breach, and knows it.
    """
    framework = request.framework if request else framework
    scope_id = framework.pk if framework else None
    if not actor.may(Action.CONTACT_LOG_WRITE, scope_id=scope_id, organisation_id=supplier.pk):
        raise NotAllowed
    if happened_on > today:
        raise Invalid.one("happened_on", "future", _("This day has not come yet."))
    what = {
        "supplier": supplier,
        "framework": framework,
        "request": request,
        "kind": kind,
        "happened_on": happened_on,
        "with_whom": with_whom,
        "text": text,
        "is_internal": is_internal,
        "is_reminder": is_reminder,
        "written_by": actor,
    }
    if written := ContactEntry.objects.filter(**what).first():
        return written
    entry = ContactEntry.objects.create(**what, written_at=now)
    history.record(
        actor=actor, now=now, verb="log_contact", about=entry, changes={"kind": kind, "is_reminder": is_reminder}, is_internal=is_internal
    )
    return entry
