"""The file of a sharing, made anew each time that it is fetched: signed, numbered, and kept as it was. Of an ended one it takes back."""

import base64
from datetime import date, datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import files, rows, scanning, states
from core.errors import WrongState
from followup.models import Sharing, SharingFile
from followup.results import checking, content, envelope
from followup.services import signing_keys
from followup.states import SHARING

MIB = 1024 * 1024
TYPE = "application/octet-stream"


@transaction.atomic
def fetch(*, sharing: Sharing, actor: User, now: datetime, today: date) -> SharingFile:
    """How things stand at this moment; that it is taken back, when it was ended. The supplier sees when it was fetched."""
    states.hold(SHARING, sharing, "fetch", actor=actor)
    _must_be_open(sharing, today)
    key = signing_keys.in_use(now=now)
    serial = rows.next_number(sharing.files.all(), "serial")
    raw = envelope.sealed(_said(sharing, serial, now), key=signing_keys.private(key))
    if len(raw) > checking.MOST_BYTES:
        text = _("With the reports the file is larger than %(most)s MB, and nobody could read it. Share without the reports.")
        raise WrongState(text % {"most": checking.MOST_BYTES // MIB})
    ending = "-taken-back" if _is_ended(sharing) else ""
    name = f"{files.plain_stem(f'{sharing.supplier.name} {sharing.body_name}')[:80]}-{serial}{ending}.json"
    with files.kept([files.made(name, raw, TYPE)]) as (kept,):
        it = SharingFile(sharing=sharing, serial=serial, key_id=key.key_id, fetched_by=actor, created_at=now, **kept.columns)
        it.save(force_insert=True)
        states.advance(SHARING, sharing, "fetch", actor=actor, now=now, changes={"serial": serial})
    return it


def _must_be_open(sharing: Sharing, today: date) -> None:
    if _is_ended(sharing) and not sharing.files.exists():
        raise WrongState(_("The body has had no file of ours, so there is nothing to take back."))
    if _is_ended(sharing) or sharing.is_open_on(today):
        return
    if today < sharing.starts_on:
        raise WrongState(_("It is shared from a later day on. The file can be fetched then."))
    raise WrongState(_("Its last day is over, so no more files are made."))


def _is_ended(sharing: Sharing) -> bool:
    return sharing.status == Sharing.Status.ENDED


def _said(sharing: Sharing, serial: int, now: datetime) -> checking.Content:
    whole = content.taken_back(sharing) if _is_ended(sharing) else content.of(sharing)
    said = content.stamped(whole, serial=serial, now=now)
    if not said["issuer"]["identifier"]["id"]:
        raise WrongState(_("Our own organisation number is not registered. The body knows us by it, so register it first."))
    if said["audits"]:
        for audit, told in zip(content.chosen(sharing), said["audits"], strict=True):
            if told["report"]:
                told["report"]["content"] = _read(content.report_of(audit))
    if place := checking.fault_of(said):
        raise WrongState(_("The file cannot be made: what stands at “%(place)s” does not fit its format.") % {"place": place})
    return said


def _read(report: Any) -> str:
    if scanning.is_locked(report.scan_state):
        raise WrongState(_("A report is locked until it has been scanned for viruses."))
    with default_storage.open(report.storage_name) as file:
        return base64.b64encode(file.read()).decode()
