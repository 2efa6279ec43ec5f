"""What a mail that came to us by itself says: that one of ours came back, that somebody is away, or nothing that we understand.

Pure. Understood are reports of delivery (RFC 3464 and 6533), of complaints (RFC 5965), Exim's older header, and answers
by machines (RFC 3834 and what was usual before it). No text written for people is searched for an address: a wrong guess
would cut a supplier off from its mail. What is not understood is left for a person to read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_string
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parseaddr

from notifications.models import MailEvent

Kind = MailEvent.Kind
Mail = Message

LONGEST_DIAGNOSTIC = 500
MOST_REPORTS = 50
TROUBLE = (MessageError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the standard library's parser lets out of mails that were never meant to be read."""

MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
REPLY = re.compile(r"\b([45]\d\d)\b")
OF_REPORTS = re.compile(rb"^(Reporting-MTA|Final-Recipient|Action):", re.IGNORECASE | re.MULTILINE)
ADDRESS_REPLIES = frozenset({"550", "551", "553"})
DAEMONS = frozenset({"mailer-daemon", "postmaster"})
AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Auto-Response-Suppress")
OF_MACHINES = frozenset({"auto_reply", "bulk", "junk"})
AWAY = re.compile(
    r"^\W*(auto(matic|matisk|mated)?[ -]?(reply|response|svar|antwort)|autosvar|automatische antwort|réponse automatique"
    r"|out of (the )?office|fravær|frånvaro|ikke til stede|ikkje til stades|abwesen|poissa"
    r"|自动回复|自動回覆|自动答复|自動返信|外出|休假)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Report:
    """`original` are the Message-IDs of the mail that came back, `answered` those that this one answers.

    `recipients` are the addresses that it is about, as far as it names any; `by_id_only` where they prove too little.
    `is_trusted` where we know who tells it: anybody can write a mail that looks like a report.
    """

    kind: str
    original: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    diagnostic: str = ""
    by_id_only: bool = False
    is_trusted: bool = False


def read(raw: bytes) -> list[Report]:
    """Every report in the mail; none if we do not understand it. No bytes make this fail."""
    try:
        return _read(BytesParser().parsebytes(raw), raw)
    except TROUBLE:
        return []


def failure(status: str, diagnostic: str = "") -> str:
    """Whether the address is to blame for a mail that came back for good.

    Full mailboxes, size, content, policy and block lists say nothing about the address; a server that could not be found
    for days does. Codes of RFC 3463; a general one (x.0.0) says less than the server's own words beside it.
    """
    codes = [found.groups() for found in (*ENHANCED.finditer(status), *ENHANCED.finditer(diagnostic))]
    exact = [code for code in codes if code[1:] != ("0", "0")]
    if not exact:
        replies = REPLY.findall(diagnostic)
        is_address = replies[0] in ADDRESS_REPLIES if replies else True
        return Kind.BOUNCED if is_address else Kind.REFUSED
    grade, subject, detail = exact[0]
    if subject == "1":
        is_address = detail not in ("7", "8")  # those are about the sender
    elif subject == "2":
        is_address = grade == "5" and detail not in ("2", "3")
    else:
        is_address = subject == "4"
    return Kind.BOUNCED if is_address else Kind.REFUSED


def tidy(text: object) -> str:
    """Text of others as a database takes it: one line, no null characters, no halves of characters."""
    plain = str(text).encode("utf-8", "replace").decode().replace("\0", "")
    return " ".join(plain.split())


def _read(mail: Mail, raw: bytes) -> list[Report]:
    parts = list(_parts(mail))
    of_type = {part.get_content_type(): part for part in reversed(parts)}
    answered = _ids(mail.get_all("In-Reply-To", []) + mail.get_all("References", []))
    for name in ("message/delivery-status", "message/global-delivery-status"):
        if name in of_type:
            return list(_delivery_status(_blocks(of_type[name]), _returned(parts), answered))[:MOST_REPORTS]
    if "message/feedback-report" in of_type:
        return _complaint(_blocks(of_type["message/feedback-report"]), _returned(parts))
    if "X-Failed-Recipients" in mail:
        # A report that lost its frame on the way: whether it says failed or only delayed is not ours to guess.
        return [] if OF_REPORTS.search(raw) else _of_exim(mail, parts, answered)
    return _answer(mail, of_type, answered)


def _parts(mail: Mail) -> Iterator[Mail]:
    """The mail's own parts, not those of a mail inside it: a report that somebody forwards is theirs to explain."""
    yield mail
    if mail.get_content_maintype() == "multipart" and mail.is_multipart():
        for part in mail.get_payload():
            yield from _parts(part)  # type: ignore[arg-type]


# Reports


def _blocks(part: Mail) -> list[Mail]:
    """The groups of fields in a report. The parser knows those of RFC 3464; of others it leaves all but the first as text."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return [message_from_string(text) for text in re.split(r"\n\s*\n", str(payload).replace("\r\n", "\n"))]
    blocks = list(payload)
    if part.get_content_type() != "message/delivery-status" and blocks and isinstance(rest := blocks[0].get_payload(), str):
        blocks += [message_from_string(text) for text in re.split(r"\n\s*\n", rest.replace("\r\n", "\n")) if text.strip()]
    return blocks


def _returned(parts: Iterable[Mail]) -> Mail | None:
    """The mail of ours that came back, or only its headers."""
    for part in parts:
        kind, payload = part.get_content_type(), part.get_payload()
        if kind in ("message/rfc822", "message/global") and isinstance(payload, list) and payload:
            return payload[0]  # type: ignore[return-value]
        if kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            if isinstance(payload, list):
                return payload[0] if payload else None  # type: ignore[return-value]
            decoded = part.get_payload(decode=True)
            return message_from_string(decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else str(payload))
    return None


def _delivery_status(blocks: Iterable[Mail], returned: Mail | None, answered: tuple[str, ...]) -> Iterator[Report]:
    original = _ids(returned.get_all("Message-ID", [])) if returned else ()
    for block in blocks:
        status, diagnostic = tidy(block.get("Status", "")), tidy(block.get("Diagnostic-Code", ""))
        kind = _kind(tidy(block.get("Action", "")).lower(), status, diagnostic)
        recipients = _addresses(block.get_all("Original-Recipient", []) + block.get_all("Final-Recipient", []))
        if kind is not None and (recipients or original or answered):
            said = (diagnostic or status)[:LONGEST_DIAGNOSTIC]
            yield Report(kind, original, answered, recipients or _to(returned), said)


def _kind(action: str, status: str, diagnostic: str) -> str | None:
    if action == "failed" or (not action and status.startswith("5")):
        return failure(status, diagnostic)
    if action == "delayed" or (not action and status.startswith("4")):
        return Kind.DEFERRED
    return Kind.DELIVERED if action == "delivered" else None


def _complaint(blocks: list[Mail], returned: Mail | None) -> list[Report]:
    original = _ids(returned.get_all("Message-ID", [])) if returned else ()
    about = _addresses(address for block in blocks for address in block.get_all("Original-Rcpt-To", []))
    said = " ".join(tidy(block.get("Feedback-Type", "")) for block in blocks).strip()[:LONGEST_DIAGNOSTIC]
    return [Report(Kind.COMPLAINED, original, (), about or _to(returned), said)] if original or about else []


def _of_exim(mail: Mail, parts: Iterable[Mail], answered: tuple[str, ...]) -> list[Report]:
    """Without a report of RFC 3464 the address counts as wrong only if the server's answer says so."""
    text = next((tidy(part.get_payload()) for part in parts if part.get_content_type() == "text/plain"), "")
    said = ENHANCED.search(text) or REPLY.search(text)
    kind = failure("", said[0]) if said else Kind.REFUSED
    recipients = _addresses(mail.get_all("X-Failed-Recipients", []))
    return [Report(kind, (), answered, (address,), said[0] if said else "") for address in recipients][:MOST_REPORTS]


# Answers


def _answer(mail: Mail, of_type: dict[str, Mail], answered: tuple[str, ...]) -> list[Report]:
    _name, sender = parseaddr(tidy(mail.get("From", "")))
    if sender.partition("@")[0].lower() in DAEMONS:
        return []
    is_receipt = "message/disposition-notification" in of_type
    is_machine = is_receipt or _is_automatic(mail)
    if not is_machine and not AWAY.match(_subject(mail)):
        return []
    said = _subject(mail)[:LONGEST_DIAGNOSTIC]
    return [Report(Kind.AUTO_REPLY, (), answered, _addresses([sender]), said, by_id_only=not is_machine)]


def _is_automatic(mail: Mail) -> bool:
    submitted = tidy(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    null_sender = tidy(mail.get("Return-Path", "")) == "<>"
    of_machine = tidy(mail.get("Precedence", "")).lower() in OF_MACHINES
    return submitted not in ("", "no") or of_machine or null_sender or any(name in mail for name in AUTOMATIC)


def _subject(mail: Mail) -> str:
    raw = mail.get("Subject", "")
    return tidy(make_header(decode_header(raw)) if isinstance(raw, str) else raw)


# Fields


def _ids(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for value in values for found in MESSAGE_ID.findall(tidy(value))))


def _addresses(values: Iterable[object]) -> tuple[str, ...]:
    """`rfc822; Ola@Firma.example` and plain addresses alike, in lower case."""
    plain = [tidy(value).rpartition(";")[2] for value in values]
    found = [address.strip().lower() for _name, address in getaddresses(plain) if "@" in address]
    return tuple(dict.fromkeys(found))


def _to(mail: Mail | None) -> tuple[str, ...]:
    return _addresses(mail.get_all("To", [])) if mail else ()
