"""Two bodies with one database: what we share is written as ourselves, and read as the body that it is for."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation
from core import files
from followup.models import Audit, Finding, ReceivedFile, Severity, Sharing, SharingFile, TrustedKey
from followup.results import envelope, keys
from followup.services import findings, receiving, sharings, trusted_keys
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import AT, log, planned
from tests.followup.conftest import pdf

NO_DAY: dict[str, Any] = {"now": NOW}
ELSEWHERE = ("Fylkesinnkjøp", "987654325")
"""The other body, and its number."""

THEIR_KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


def audited(cast: Cast, held_on: date = TODAY, **fields: Any) -> Audit:
    """Reported at Nordvare, with a finding that it was told of and one that is ours."""
    it = planned(cast, planned_on=held_on, place="Lager 2, Oslo", **fields)
    told = found(cast, it, "Overtid er ikke betalt.")
    found(cast, it, "Bare for oss.")
    log(cast, it, "Report", conclusion="Lønn må rettes.", performed_on=held_on)
    findings.tell(finding=told, actor=cast.manager, **AT)
    return Audit.objects.get(pk=it.pk)


def found(cast: Cast, it: Audit, text: str) -> Finding:
    severity = Severity.objects.get(code="minor")
    return findings.log(
        framework=it.framework, supplier=it.supplier, audit=it, severity=severity, theme="wages", text=text, actor=cast.manager, **AT
    )


def drafted(cast: Cast, *audits: Audit, **fields: Any) -> Sharing:
    name, number = ELSEWHERE
    said: dict[str, Any] = {
        "body_name": name,
        "body_scheme": "NO-BRC",
        "body_number": number,
        "body_country": "NO",
        "purpose": "Samme leverandør på egen avtale.",
        "basis": "clause",
        "clause": cast.clause,
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=365),
        **fields,
    }
    chosen = list(audits) or [audited(cast)]
    return sharings.create(framework=cast.pc, supplier=cast.nordvare, audits=chosen, actor=cast.manager, **NO_DAY, **said)


def shared(cast: Cast, *audits: Audit, **fields: Any) -> Sharing:
    it = drafted(cast, *audits, **fields)
    sharings.share(sharing=it, actor=cast.manager, **AT)
    return it


@contextmanager
def elsewhere(cast: Cast) -> Iterator[None]:
    """As the other body: another name and number, and nothing of ours read yet."""
    body = Organisation.objects.filter(pk=cast.cpb.pk)
    ours = {"name": cast.cpb.name, "identifier": cast.cpb.identifier}
    body.update(name=ELSEWHERE[0], identifier=ELSEWHERE[1])
    yield
    body.update(**ours)


def trusted(cast: Cast, key: Ed25519PrivateKey = THEIR_KEY, **fields: Any) -> TrustedKey:
    said = {"name": ELSEWHERE[0], "number": ELSEWHERE[1], "how_known": "Ringt opp.", **fields}
    return trusted_keys.accept(public_key=keys.written(keys.public(key)), actor=cast.admin, **NO_DAY, **said)


def content(cast: Cast, **fields: Any) -> dict[str, Any]:
    """What the other body tells us about Nordvare."""
    return {
        "sharing": "01990000-0000-7000-8000-000000000001",
        "serial": 1,
        "issued_at": "2026-03-01T08:00:00Z",
        "issuer": party(*ELSEWHERE),
        "recipient": party(cast.cpb.name, cast.cpb.identifier),
        "supplier": party(cast.nordvare.name, cast.nordvare.identifier),
        "agreement": {"reference": "FI-7", "title": "Datautstyr"},
        "basis": {"kind": "consent", "text": "Nora Nordvare", "on": "2026-02-20"},
        "valid": {"from": "2026-03-01", "to": "2026-12-31"},
        "audits": [audit()],
        **fields,
    }


def audit(**fields: Any) -> dict[str, Any]:
    return {
        "id": "01990000-0000-7000-8000-0000000000a1",
        "kind": "supplier_audit",
        "status": "reported",
        "performed_on": "2025-11-03",
        "result": "improvements",
        "purpose": "Lønn og arbeidstid.",
        "conclusion": "Stort sett i orden.",
        "place": "",
        "site": {"name": "Gdańsk Assembly", "address": "ul. Portowa 4", "country": "PL"},
        "auditor": "Granskerne AS",
        "requirements": [{"title": "Lønn", "theme": "wages", "text": "Leverandøren skal betale tarifflønn."}],
        "findings": [finding()],
        "report": None,
        **fields,
    }


def finding(**fields: Any) -> dict[str, Any]:
    return {
        "id": "01990000-0000-7000-8000-0000000000f1",
        "number": "FI-7-1",
        "severity": "minor",
        "theme": "wages",
        "text": "Overtid føres ikke.",
        "status": "in_progress",
        "outcome": "",
        "method": "",
        "told_on": "2025-11-10",
        "mend_by": "2026-05-01",
        "closed_on": None,
        **fields,
    }


def report() -> dict[str, Any]:
    data = pdf(content="theirs").read()
    digest = hashlib.sha256(data).hexdigest()
    said = {"name": "rapport.pdf", "content_type": "application/pdf", "size": len(data), "sha256": digest}
    return {**said, "content": base64.b64encode(data).decode()}


def party(name: str, number: str) -> dict[str, Any]:
    return {"name": name, "identifier": {"scheme": "NO-BRC", "id": number}, "country": "NO"}


def sealed(cast: Cast, *, key: Ed25519PrivateKey = THEIR_KEY, **fields: Any) -> bytes:
    return envelope.sealed(content(cast, **fields), key=key)


def read(cast: Cast, raw: bytes, *, actor: Any = None, name: str = "delt.json", **at: Any) -> ReceivedFile:
    """As somebody of ours who uploads it."""
    checked = files.CheckedFile(name, len(raw), hashlib.sha256(raw).hexdigest(), "application/octet-stream", ContentFile(raw, name=name))
    with files.kept([checked]) as (kept,):
        uploaded = receiving.Uploaded(name, len(raw), checked.sha256, kept)
        return receiving.receive(uploaded=uploaded, raw=raw, actor=actor or cast.specialist, **{**AT, **at})


def opened(raw: bytes) -> str:
    """What was signed, as text."""
    return base64.b64decode(json.loads(raw)["payload"]).decode()


def upload(raw: bytes, name: str = "delt.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, content_type="application/json")


def bytes_of(file: SharingFile) -> bytes:
    with default_storage.open(file.storage_name) as content:
        found: bytes = content.read()
    return found
