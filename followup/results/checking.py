"""Whether what a body has signed can be read: its form, whom it is from and for, and when. Pure; what we have read is asked elsewhere."""

import base64
import binascii
import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from followup.results import strict
from followup.results.refusals import Refused

MOST_BYTES = 20 * 1024 * 1024
CLOCKS_DIFFER = timedelta(hours=24)

Content = dict[str, Any]
"""As `followup/data/shared-results-1.schema.json` has it."""


class Body(NamedTuple):
    """A public body by its register and number; the name is for people."""

    name: str
    scheme: str
    number: str

    def is_same_as(self, said: dict[str, Any]) -> bool:
        return (self.scheme, self.number) == (said["identifier"]["scheme"], said["identifier"]["id"])


@cache
def _schema() -> Draft202012Validator:
    text = resources.files("followup").joinpath("data/shared-results-1.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text))


def fault_of(content: Any) -> str:
    """Where the content does not follow the schema, as `audits/0/performed_on`; empty where it does."""
    worst = best_match(_schema().iter_errors(content))
    if worst is None:
        return _false_value(content)
    return "/".join(str(part) for part in worst.absolute_path)[:120] or "/"


def content(payload: bytes, *, signer: str) -> Content:
    """What was signed, once the signature has been found to fit."""
    found: Content = strict.read(payload)
    if place := fault_of(found):
        raise Refused("off_schema", place=place, body=signer)
    return found


def check_parties(said: Content, *, signer: Body, own: Body) -> None:
    """The body that the key belongs to says so itself, and we are the one that it writes to."""
    if own.number and own.is_same_as(said["issuer"]):
        raise Refused("own_file", recipient=said["recipient"]["name"])
    if not signer.is_same_as(said["issuer"]):
        raise Refused("other_issuer", said=said["issuer"]["name"], body=signer.name)
    if not own.number:
        raise Refused("no_own_number")
    if not own.is_same_as(said["recipient"]):
        raise Refused("other_recipient", recipient=said["recipient"]["name"])


def check_days(said: Content, *, signer: Body, now: datetime, today: date) -> None:
    """What takes results back is read also when their days are over."""
    first, last = said["valid"]["from"], said["valid"]["to"]
    if issued_at(said) > now + CLOCKS_DIFFER:
        raise Refused("from_future", issued_on=said["issued_at"][:10])
    if "withdrawn" in said:
        return
    if today > date.fromisoformat(last):
        raise Refused("over", until_on=last, body=signer.name)
    if today < date.fromisoformat(first):
        raise Refused("not_yet", from_on=first)


def issued_at(said: Content) -> datetime:
    return datetime.strptime(said["issued_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _false_value(said: Content) -> str:
    """What no schema can say: a day that looks like one and is in no calendar, a period that ends before it begins, an audit told twice,
    neither an audit nor that it is taken back."""
    days = {"valid/from": said["valid"]["from"], "valid/to": said["valid"]["to"], "basis/on": said["basis"]["on"]}
    days["withdrawn"] = said.get("withdrawn")
    for at, audit in enumerate(said["audits"]):
        days[f"audits/{at}/performed_on"] = audit["performed_on"]
        for number, finding in enumerate(audit["findings"]):
            days |= {f"audits/{at}/findings/{number}/{name}": finding[name] for name in ("told_on", "mend_by", "closed_on")}
    false = next((place for place, day in days.items() if day is not None and not _is_day(day)), "")
    if not false and not _is_moment(said):
        false = "issued_at"
    if not false and days["valid/to"] < days["valid/from"]:
        false = "valid"
    if not false and bool(said["audits"]) == ("withdrawn" in said):
        false = "audits"
    if not false and len({audit["id"] for audit in said["audits"]}) < len(said["audits"]):
        false = "audits"
    return false or next((f"audits/{at}/report" for at, audit in enumerate(said["audits"]) if not _is_whole(audit["report"])), "")


def _is_whole(report: dict[str, Any] | None) -> bool:
    """Whether the bytes are there, as many as it says and with the checksum that it says."""
    if report is None:
        return True
    try:
        data = base64.b64decode(report["content"], validate=True)
    except binascii.Error:
        return False
    return (len(data), hashlib.sha256(data).hexdigest()) == (report["size"], report["sha256"])


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_moment(said: Content) -> bool:
    try:
        return bool(issued_at(said))
    except ValueError:
        return False
