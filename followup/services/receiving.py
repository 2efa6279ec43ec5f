"""Reading a file that another body has made for us. What is refused is kept too, with why."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import Action
from contracts.services import organisations
from core import access, dates, history, rows, states
from core.errors import Invalid, WrongState, must_say
from core.files import KeptFile
from followup.models import ReceivedAudit, ReceivedFile, TrustedKey
from followup.results import checking, envelope
from followup.results.checking import Body, Content
from followup.results.refusals import Refused
from followup.services import taking_back
from followup.services.relying import NOT_DECLINED
from followup.states import RECEIVED_FILE


class Uploaded(NamedTuple):
    """What somebody sent. Without `kept` it was too large, and only its name, size and checksum are written down."""

    name: str
    size: int
    sha256: str
    kept: KeptFile | None


@transaction.atomic
def receive(*, uploaded: Uploaded, raw: bytes, actor: User, now: datetime, today: date) -> ReceivedFile:
    """The file, read (`checked`) or refused. Refused, it says why, and is in the list of what came."""
    access.require(actor, Action.RESULTS_RECEIVE)
    columns = _columns(uploaded, actor, now)
    key: TrustedKey | None = None
    try:
        if uploaded.kept is None:
            raise Refused("too_large", most=checking.MOST_BYTES // (1024 * 1024))
        outer = envelope.opened(raw)
        key = _key(outer)
        said = checking.content(outer.payload, signer=key.name)
        _check(said, key, now=now, today=today)
        _check_news(said, key, sha256=uploaded.sha256)
    except Refused as refused:
        return _refused(refused, key, columns, actor=actor, now=now)
    return _read(said, key, columns, actor=actor, today=today, now=now)


@transaction.atomic
def choose_supplier(*, file: ReceivedFile, supplier: Organisation, actor: User, now: datetime) -> None:
    """Where the number in the file is nobody's that we know: somebody of ours says who it is."""
    states.hold(RECEIVED_FILE, file, "choose_supplier", actor=actor)
    if _supplier_of(file.said) is not None:
        raise WrongState(_("The number in the file says which supplier it is."))
    if supplier.kind != Organisation.Kind.SUPPLIER:
        raise Invalid.one("supplier", "not_a_supplier", _("Choose a supplier."))
    states.advance(RECEIVED_FILE, file, "choose_supplier", actor=actor, now=now, changes={"supplier": [_name(file), supplier.name]})
    rows.write(file, supplier=supplier)


@transaction.atomic
def set_aside(*, file: ReceivedFile, reason: str, actor: User, now: datetime) -> None:
    """Looked at, and nothing in it is to be relied on, or nothing more: the body may have taken it back. What we rely on stands."""
    states.hold(RECEIVED_FILE, file, "set_aside", actor=actor)
    reason = must_say(reason, "reason", _("Say why it is put aside."))
    states.advance(RECEIVED_FILE, file, "set_aside", actor=actor, now=now, changes={"aside_reason": reason})
    rows.write(file, aside_reason=reason)


@transaction.atomic
def take_up(*, file: ReceivedFile, actor: User, now: datetime) -> None:
    states.advance(RECEIVED_FILE, file, "take_up", actor=actor, now=now)
    rows.write(file, aside_reason="")


def _key(outer: envelope.Envelope) -> TrustedKey:
    """The accepted key that signed it. Files of one body are read one at a time: it is locked until the end."""
    key = TrustedKey.objects.select_for_update().filter(key_id=outer.key_id).first()
    if key is None:
        raise Refused("unknown_key", key=outer.key_id[:64])
    if key.ended_on is not None:
        raise Refused("ended_key", body=key.name, ended_on=key.ended_on.isoformat())
    if not envelope.is_signed_with(outer, bytes(key.public_key)):
        raise Refused("bad_signature", body=key.name)
    return key


def _check(said: Content, key: TrustedKey, *, now: datetime, today: date) -> None:
    body, signer = organisations.central_body(), Body(key.name, key.scheme, key.number)
    checking.check_parties(said, signer=signer, own=Body(body.name, body.identifier_scheme, body.identifier))
    checking.check_days(said, signer=signer, now=now, today=today)


def _check_news(said: Content, key: TrustedKey, *, sha256: str) -> None:
    """Newer than what we have of the same sharing, by its number."""
    have = _of_same(said, key).order_by("-serial").first()
    if have is None and "withdrawn" in said:
        raise Refused("nothing_to_withdraw", body=key.name)
    if have is not None and said["serial"] > have.serial and have.status == ReceivedFile.Status.WITHDRAWN:
        raise Refused("taken_back", body=key.name, read_on=have.created_at.date().isoformat())
    if have is None or said["serial"] > have.serial:
        return
    same = _of_same(said, key).filter(serial=said["serial"]).first()
    if same and same.sha256 == sha256:
        raise Refused("same_again", read_on=_day(same.created_at))
    if same and said["serial"] == have.serial:
        raise Refused("two_of_one", serial=said["serial"], body=key.name)
    told = {"have": have.serial, "have_on": _day(have.issued_at)}
    raise Refused("older", **told, serial=said["serial"], issued_on=_day(datetime.fromisoformat(said["issued_at"])))


def _day(moment: datetime) -> str:
    return dates.today(moment, settings.TIME_ZONE).isoformat()


def _of_same(said: Content, key: TrustedKey) -> Any:
    """Read before, with whichever key of that body."""
    whose = {"key__scheme": key.scheme, "key__number": key.number}
    return ReceivedFile.objects.read().filter(sharing=said["sharing"], **whose)


def _refused(refused: Refused, key: TrustedKey | None, columns: dict[str, Any], *, actor: User, now: datetime) -> ReceivedFile:
    file = ReceivedFile(status=ReceivedFile.Status.REFUSED, refusal=refused.code, refusal_about=refused.about, key=key, **columns)
    file.save(force_insert=True)
    history.record(actor=actor, now=now, verb="refuse_file", about=file, changes={"name": file.name, "refusal": refused.code})
    return file


def _read(said: Content, key: TrustedKey, columns: dict[str, Any], *, actor: User, today: date, now: datetime) -> ReceivedFile:
    head = {name: value for name, value in said.items() if name != "audits"}
    origins = [audit["id"] for audit in said["audits"]]
    about = {"key": key, "sharing": UUID(said["sharing"]), "serial": said["serial"], "issued_at": checking.issued_at(said)}
    read = list(_of_same(said, key))
    earlier = [each for each in read if each.status != ReceivedFile.Status.REPLACED]
    chosen = next((each.supplier for each in earlier if each.supplier_id), None)
    status = ReceivedFile.Status.WITHDRAWN if "withdrawn" in said else ReceivedFile.Status.CHECKED
    file = ReceivedFile(status=status, said=head, origins=origins, supplier=_supplier_of(head) or chosen, **about, **columns)
    file.save(force_insert=True)
    history.record(actor=actor, now=now, verb="read_file", about=file, changes={"name": file.name, "by": key.name, "serial": file.serial})
    if file.status == ReceivedFile.Status.WITHDRAWN:
        taking_back.take_back(file, read, actor=actor, today=today, now=now)
    else:
        _keep_audits(file, said)
    for each in earlier:
        states.advance(RECEIVED_FILE, each, "replace", actor=actor, now=now, changes={"serial": [each.serial, file.serial]})
    return file


def _keep_audits(file: ReceivedFile, said: Content) -> None:
    """Each audit of a body once, in the words of its newest file. What we rely on already stays ours as it was written down; a no
    stands as long as the body says the same."""
    assert file.key is not None
    whose = {"scheme": file.key.scheme, "number": file.key.number}
    known = {each.origin: each for each in ReceivedAudit.objects.filter(origin__in=file.origins, **whose).select_related("file")}
    for told in _without_bytes(said):
        row = known.get(UUID(told["id"]))
        columns = {"file": file, "content": told, "withdrawn_on": None, "performed_on": date.fromisoformat(told["performed_on"])}
        if row is None:
            ReceivedAudit.objects.create(origin=told["id"], created_at=file.created_at, **whose, **columns)
        elif file.issued_at >= row.file.issued_at:
            is_news = row.declined_on is not None and row.content != told
            rows.write(row, **columns, **(NOT_DECLINED if is_news else {}))


def _without_bytes(said: Content) -> Iterator[dict[str, Any]]:
    """The reports stay in the file."""
    for audit in said["audits"]:
        report = audit["report"] and {name: value for name, value in audit["report"].items() if name != "content"}
        yield {**audit, "report": report}


def _supplier_of(said: Content) -> Organisation | None:
    number = said["supplier"]["identifier"]
    if not number["id"]:
        return None
    suppliers = Organisation.objects.suppliers()
    return suppliers.filter(identifier_scheme=number["scheme"], identifier=number["id"]).first()


def _name(file: ReceivedFile) -> str:
    return file.supplier.name if file.supplier else ""


def _columns(uploaded: Uploaded, actor: User, now: datetime) -> dict[str, Any]:
    if uploaded.kept is not None:
        return {**uploaded.kept.columns, "uploaded_by": actor, "created_at": now}
    plain = {"name": uploaded.name, "size": uploaded.size, "sha256": uploaded.sha256}
    return {**plain, "content_type": "application/octet-stream", "storage_name": "", "uploaded_by": actor, "created_at": now}
