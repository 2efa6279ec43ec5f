"""Redis only makes things quicker: while it is away people sign in, programs are answered, and who rings the bell goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

from cpb.cache import Redis
from tests.servers import free_port

ASK = """
import json, time, django
django.setup()
from django.core.cache import cache
from contracts.services.imports import ring
start = time.monotonic()
answers = [cache.add("k", 1), cache.get("k", "no"), cache.set("k", 1), cache.delete("k")]
try:
    cache.incr("k")
except ValueError:
    answers.append("unknown")
try:
    ring()
except Exception as error:
    answers.append(type(error).__name__)
print(json.dumps([answers, time.monotonic() - start]))
"""


def test_nobody_waits_for_a_redis_that_is_away(tmp_path: Path) -> None:
    """Refusals of the bell are logged by on_commit; that it is quick is what a request needs."""
    here = os.environ | {"CPB_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cpb.settings"}
    result = subprocess.run(
        [sys.executable, "-c", ASK], env=here | {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    answers, seconds = json.loads(result.stdout)
    assert answers == [True, "no", None, False, "unknown", "OperationalError"]
    assert seconds < 4  # with its usual patience the bell alone takes six
    assert "cache_away" in result.stderr


def test_a_redis_that_is_there_counts(redis_url: str) -> None:
    cache = Redis(redis_url, {})
    assert cache.add("counted", 1)
    assert not cache.add("counted", 1)
    assert cache.incr("counted") == 2
    assert cache.get("counted") == 2
    assert cache.delete("counted")
    cache.close()
