"""Relying on an audit that another body has shared with us: it becomes one of ours, made by others, once. Or not, with why."""

import base64
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.models import Framework, Obligation
from core import countries, files, locales, rows, scanning, states
from core.errors import Invalid, WrongState, must_say
from core.files import CheckedFile, KeptFile
from followup.models import Audit, ReceivedAudit, ReceivedFile
from followup.results import envelope, strict
from followup.services import audit_outcomes
from followup.states import RECEIVED_FILE

NOT_DECLINED: dict[str, Any] = {"declined_because": "", "declined_by": None, "declined_on": None}


@transaction.atomic
def rely(
    *,
    received: ReceivedAudit,
    framework: Framework,
    is_as_strict: bool,
    is_similar: bool,
    accepted_because: str,
    actor: User,
    now: datetime,
    today: date,
    obligations: Sequence[Obligation] = (),
    reports: Sequence[KeptFile] = (),
) -> Audit:
    """What the body signed is taken over as it stands; what somebody of ours answers for is said beside it. Findings stay theirs."""
    rows.lock(received)
    file = received.file
    states.hold(RECEIVED_FILE, file, "rely", actor=actor)
    if received.audit_id is not None:
        raise WrongState(_("We rely on this audit already."))
    if file.supplier is None:
        raise WrongState(_("Say first which of our suppliers the file is about."))
    if not framework.participations.filter(supplier=file.supplier).exists():
        raise Invalid.one("framework", "not_on_agreement", _("The supplier is not on this agreement."))
    audit = audit_outcomes.log_reused(
        framework=framework,
        supplier=file.supplier,
        **_signed(received),
        is_as_strict=is_as_strict,
        is_similar=is_similar,
        accepted_because=accepted_because,
        obligations=obligations,
        files=reports,
        actor=actor,
        now=now,
        today=today,
    )
    rows.write(received, audit=audit, **NOT_DECLINED)
    told = {"audit": str(received.content["performed_on"]), "agreement": framework.title}
    states.advance(RECEIVED_FILE, file, "rely", actor=actor, now=now, changes=told)
    return audit


@transaction.atomic
def decline(*, received: ReceivedAudit, reason: str, actor: User, now: datetime, today: date) -> None:
    """We do not rely on it, and say why. Somebody may change their mind. When none of the file's audits is left, the file is put aside."""
    rows.lock(received)
    file = received.file
    states.hold(RECEIVED_FILE, file, "decline_audit", actor=actor)
    if received.audit_id is not None:
        raise WrongState(_("We rely on this audit already."))
    reason = must_say(reason, "reason", _("Say why we do not rely on it."))
    rows.write(received, declined_because=reason, declined_by=actor, declined_on=today)
    told = {"audit": str(received.content["performed_on"]), "declined_because": reason}
    states.advance(RECEIVED_FILE, file, "decline_audit", actor=actor, now=now, changes=told)
    if file.status == ReceivedFile.Status.CHECKED and all(each.declined_on for each in in_file(file)):
        states.advance(RECEIVED_FILE, file, "set_aside", actor=actor, now=now)


@transaction.atomic
def look_through(*, file: ReceivedFile, actor: User, now: datetime) -> None:
    """A newer file about what we rely on already: what it says now has been seen, and every other audit in it is decided."""
    states.hold(RECEIVED_FILE, file, "look_through", actor=actor)
    if not can_be_looked_through(list(in_file(file))):
        raise WrongState(_("Say first of each audit in it whether we rely on it, or put the file aside."))
    states.advance(RECEIVED_FILE, file, "look_through", actor=actor, now=now)


def can_be_looked_through(audits: Sequence[ReceivedAudit]) -> bool:
    return any(each.audit_id for each in audits) and all(each.is_decided for each in audits)


def in_file(file: ReceivedFile) -> Any:
    """The audits that the file tells of, each as the newest file of that body has it."""
    assert file.key is not None
    return ReceivedAudit.objects.filter(origin__in=file.origins, scheme=file.key.scheme, number=file.key.number)


def _signed(received: ReceivedAudit) -> dict[str, Any]:
    said = received.content
    return {
        "scheme": received.file.from_whom[:120],
        "performed_on": received.performed_on,
        "result": said["result"],
        "conclusion": said["conclusion"],
        "purpose": said["purpose"],
        "place": (where(said) or received.file.from_whom)[:300],
    }


def where(said: dict[str, Any]) -> str:
    """The site with its address and country, and what stands of the place in words."""
    site = said["site"] or {"name": "", "address": "", "country": ""}
    country = countries.name(site["country"], locales.locale()[:2]) if site["country"] else ""
    return "; ".join(part for part in (", ".join(filter(None, (site["name"], site["address"], country))), said["place"]) if part)


def report_in(received: ReceivedAudit) -> CheckedFile | None:
    """The report that came with the audit, looked into like every other file; None where none came."""
    if not received.content["report"]:
        return None
    told = next((audit["report"] for audit in _read(received.file)["audits"] if audit["id"] == str(received.origin)), None)
    if told is None:
        return None
    return files.inspect(ContentFile(base64.b64decode(told["content"]), name=told["name"]), "report")


def _read(file: ReceivedFile) -> dict[str, Any]:
    """As it was read and checked when it came."""
    if scanning.is_locked(file.scan_state):
        raise WrongState(_("This file is locked until it has been scanned for viruses."))
    with default_storage.open(file.storage_name) as content:
        said: dict[str, Any] = strict.read(envelope.opened(content.read()).payload)
    return said
