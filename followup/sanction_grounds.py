"""Whether what a sanction case rests on still stands: a finding, a notice or a request can be withdrawn while the case goes on."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import WrongState
from followup.models import DocumentRequest, Finding, FormalNotice, Sanction

Ground = DocumentRequest | FormalNotice | Finding


def of(sanction: Sanction) -> list[Ground]:
    return [*sanction.requests.all(), *sanction.notices.select_related("request"), *sanction.findings.all()]


def has_fallen(ground: Ground) -> bool:
    """Withdrawn by us: there was nothing to blame the supplier for."""
    if isinstance(ground, DocumentRequest):
        return ground.status == DocumentRequest.Status.WITHDRAWN
    return ground.outcome == (FormalNotice.Outcome.WITHDRAWN if isinstance(ground, FormalNotice) else Finding.Outcome.WITHDRAWN)


def fallen(grounds: Iterable[Ground]) -> list[str]:
    """The names of those that do not stand any more."""
    return [_named(ground) for ground in grounds if has_fallen(ground)]


def withdrawn(names: Iterable[str]) -> str:
    return _("This has been withdrawn, so it proves nothing: %(names)s. Take it out of the case.") % {"names": "; ".join(names)}


def must_stand_whole(sanction: Sanction) -> None:
    """Before the supplier is heard the case can be corrected, so the letter blames it for nothing that was withdrawn."""
    if names := fallen(of(sanction)):
        raise WrongState(withdrawn(names))


def must_stand_at_all(sanction: Sanction) -> None:
    """A case may rest on facts alone; but not on what has all been withdrawn since."""
    grounds = of(sanction)
    if grounds and all(has_fallen(ground) for ground in grounds):
        raise WrongState(_("Everything that the case rests on has been withdrawn since. Decide not to impose it, or drop the case."))


def _named(ground: Ground) -> str:
    if isinstance(ground, FormalNotice):
        return _("formal notice no. %(number)s") % {"number": ground.number}
    if isinstance(ground, Finding):
        return _("finding no. %(number)s") % {"number": ground.number}
    return ground.title
