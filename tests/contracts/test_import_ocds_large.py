"""A package larger than memory: read as a stream, sorted on disk."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.conftest import our_world
from tests.contracts.samples import OCID, release

MEGABYTES = 25
MOST_MEMORY = 160_000  # kilobytes; Django alone takes some 90 000, and the whole package as objects as much again

MEASURED = """
import runpy, sys
sys.argv[0] = "manage.py"
runpy.run_path("manage.py", run_name="__main__")
sys.stderr.write(open("/proc/self/status").read())
"""
"""What the operating system counts for a child begins with its parent's memory, so the process tells its own peak."""


def write(path: Path, megabytes: int) -> int:
    """A package of unlike processes, with one agreement whose releases are first, in the middle and last."""
    filler = {
        "documents": [
            {"id": str(n), "title": f"Vedlegg {n}", "url": f"https://x.example/{n}", "description": "æøå " * 40} for n in range(400)
        ]
    }
    number = written = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"version": "1.1", "releases": [' + json.dumps(release()))
        while written < megabytes * 1_000_000:
            number += 1
            data: dict[str, Any] = {"ocid": f"other-{number}", "id": "1", "tender": {"title": f"Kjøp {number}", **filler}}
            if number == 50:
                data = release(id="middle", date="2026-01-20T00:00:00Z", tender=release()["tender"] | {"description": "Fra midten."})
            written += file.write("," + json.dumps(data, ensure_ascii=False))
        last = release(id="last", date="2026-02-01T00:00:00Z", tender=release()["tender"] | {"title": "Fra slutten"})
        file.write("," + json.dumps(last) + "]}")
    return number


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="The peak of a process's memory is read from /proc.")
@pytest.mark.django_db(transaction=True)
def test_memory_does_not_grow_with_the_package(tmp_path: Path) -> None:
    package = tmp_path / "large.json"
    others = write(package, MEGABYTES)
    command = [sys.executable, "-c", MEASURED, "import_ocds", str(package), "--dry-run"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ | our_world(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == f"total: {others}", "the release in the middle is none of its own"
    assert lines[0].startswith(f"created\t{OCID}\tFra slutten:")
    [peak] = [int(line.split()[1]) for line in done.stderr.splitlines() if line.startswith("VmHWM:")]
    assert peak < MOST_MEMORY
