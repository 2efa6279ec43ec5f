"""Submitting a file of 100 MiB through the real web server, against hashing and writing it bare. Run by `tests.bench`; prints JSON."""

# ruff: noqa: E402
import http.client
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import django

django.setup()

from django.utils import timezone

from accounts import services
from tests import cast, factories
from tests.bench import web

SIZE, RUNS = 99 * 2**20, 7
BOUNDARY = "boundary-of-the-bench"
FIELD = 'Content-Disposition: form-data; name="files"; filename="rapport.pdf"\r\nContent-Type: application/pdf'
HEAD = f"--{BOUNDARY}\r\n{FIELD}\r\n\r\n".encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


def main() -> None:
    token, requests = cast_for_uploads(RUNS + 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source.pdf"
        source.write_bytes(b"%PDF-1.4\n" + os.urandom(SIZE) + b"\n%%EOF\n")
        with web.running(folder) as server:
            print(json.dumps(measure(source, folder, server, token, requests)))


def cast_for_uploads(count: int) -> tuple[str, list[str]]:
    """As many sent requests as there are uploads, and the token of the supplier that answers them."""
    built, now = cast.build(), timezone.now()
    requests = [factories.document_request(built.pc, built.nordvare, built.manager, now=now) for _ in range(count)]
    return services.issue_token(user=built.csr, name="bench", now=now), [str(request.pk) for request in requests]


def measure(source: Path, folder: Path, server: web.Server, token: str, requests: list[str]) -> dict[str, float]:
    ready(server.port, token)
    server.begin_to_count()
    submit(source, server.port, token, requests[0])
    pairs = [(web.bare(source, folder / "copy"), submit(source, server.port, token, request)) for request in requests[1:]]
    return {
        "bare read + SHA-256 + write + fsync, ms": statistics.median(one for one, _ in pairs),
        "submit, ms": statistics.median(two for _, two in pairs),
        "ratio": statistics.median(two / one for one, two in pairs),
        "web processes grew by, MB": server.grew_by,
    }


def ready(port: int, token: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/api/v1/document-requests/", headers=web.headers(token))
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()


def submit(source: Path, port: int, token: str, request: str) -> float:
    """Milliseconds until the answer is there."""
    length = len(HEAD) + source.stat().st_size + len(TAIL)
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(length)}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    began = time.perf_counter()
    connection.request("POST", f"/api/v1/document-requests/{request}/submit/", body(source), web.headers(token) | kind)
    answer = connection.getresponse()
    content = answer.read()
    taken = (time.perf_counter() - began) * 1000
    assert answer.status == 200, (answer.status, content[:500])
    return taken


def body(source: Path) -> Iterator[bytes]:
    yield HEAD
    with source.open("rb") as file:
        while block := file.read(web.BLOCK):
            yield block
    yield TAIL


if __name__ == "__main__":
    main()
