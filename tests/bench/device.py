"""A device that sends the photos of a sheet as the page does: in pieces, each photo gone from the device when it is taken in.

`python -m tests.bench.device PORT TOKEN SHEET FOLDER [KILLED_AT]`. It knows nothing of Django, and prints of each photo, as JSON, the
milliseconds that it took, those of the least that could be done with it, and the octets that were sent. With KILLED_AT it is killed in
the middle of a piece of that photo.
"""

import http.client
import json
import os
import signal
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.bench import web

PIECE, MOST_PIECE, QUICK = 512 * 1024, 4 * 1024 * 1024, 3  # octets, and seconds: `sheet_pieces.js`
BOUNDARY = "boundary-of-the-device"
TAKEN_AT = "2026-03-02T08:00:00Z"


class Device:
    def __init__(self, port: int, token: str, sheet: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.sheet, self.headers = f"/api/v1/sheets/{sheet}/", web.headers(token)

    def merge(self, device: str, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        body = json.dumps({"device": device, "entries": entries}).encode()
        results: list[dict[str, Any]] = self._ask("merge/", body, "application/json")["results"]
        return results

    def photo(self, said: dict[str, Any], content: bytes, *, is_killed: bool = False) -> int:
        """How many octets of it were sent: the server says where to go on."""
        answer, sent, size = self._piece(said), 0, PIECE
        while answer["photo"] is None:
            start = answer["arrived"]
            piece = content[start : start + size]
            if is_killed and start > PIECE:
                self._die(said | {"start": start}, piece)
            began = time.perf_counter()
            answer = self._piece(said | {"start": start}, piece)
            size = min(2 * size, MOST_PIECE) if time.perf_counter() - began < QUICK else PIECE
            sent += len(piece)
        return sent

    def in_one(self, said: dict[str, Any], content: bytes) -> None:
        self._ask("photos/", form(said, content), f"multipart/form-data; boundary={BOUNDARY}")

    def _piece(self, said: dict[str, Any], piece: bytes | None = None) -> dict[str, Any]:
        return self._ask("pieces/", form(said, piece), f"multipart/form-data; boundary={BOUNDARY}")

    def _die(self, said: dict[str, Any], piece: bytes) -> None:
        body = form(said, piece)
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(len(body))}
        self.connection.request("POST", f"{self.sheet}pieces/", body[: len(body) // 2], self.headers | kind)
        os.kill(os.getpid(), signal.SIGKILL)

    def _ask(self, address: str, body: bytes, kind: str) -> dict[str, Any]:
        self.connection.request("POST", self.sheet + address, body, self.headers | {"Content-Type": kind})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{answer.status}: {content[:500]!r}")
        found: dict[str, Any] = json.loads(content)
        return found


def form(said: dict[str, Any], content: bytes | None = None) -> bytes:
    fields = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in said.items()]
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{said.get("name", "photo.jpg")}"\r\n\r\n'
    end = f"--{BOUNDARY}--\r\n".encode()
    return "".join(fields).encode() + (end if content is None else file.encode() + content + b"\r\n" + end)


def about(photo: Path, content: bytes) -> dict[str, Any]:
    """A photo is kept under the question that it belongs to and its id, and says when it was taken."""
    question, key = photo.stem.split("_")[1:]
    return {"id": key, "question": question, "device": "phone", "taken_at": TAKEN_AT, "sha256": sha256(content).hexdigest()}


def main(port: str, token: str, sheet: str, folder: str, killed_at: str = "0") -> None:
    device, took = Device(int(port), token, sheet), []
    for number, photo in enumerate(sorted(Path(folder).glob("*.jpg")), start=1):
        least = web.bare(photo, Path(folder, "copy"))
        began = time.perf_counter()
        content = photo.read_bytes()
        said = about(photo, content) | {"size": len(content), "name": photo.name}
        sent = device.photo(said, content, is_killed=number == int(killed_at))
        took.append([(time.perf_counter() - began) * 1000, least, sent])
        photo.unlink()
    print(json.dumps(took))


if __name__ == "__main__":
    main(*sys.argv[1:])
