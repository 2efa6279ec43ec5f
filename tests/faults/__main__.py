"""`make bench-faults`: every fault of the table twenty times at random moments, on PostgreSQL and Redis, then what concerns SQLite on it.

`python -m tests.faults 5 -k F22` for fewer rounds, or one fault. Prints the seed; the same seed has the same moments.
"""

import os
import subprocess
import sys
import time

from tests import servers

PYTEST = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:logging"]
WHERE = ["tests/faults", "tests/core/test_files_server.py", "tests/core/test_files_scanning.py", "tests/api/test_idempotency.py"]


def main(rounds: str = "20", *arguments: str) -> int:
    seed = os.environ.get("FAULT_SEED", str(int(time.time())))
    print(f"{rounds} rounds each, seed {seed}", flush=True)
    environment = os.environ | {"FAULT_ROUNDS": rounds, "FAULT_SEED": seed}
    with servers.postgres(durable=True, restarts=True) as url:
        if url is None:
            print("No PostgreSQL can be had here.", file=sys.stderr)
            return 1
        failed = subprocess.run([*PYTEST, *WHERE, "-m", "fault", *arguments], env=environment | {"CPB_TESTS_DATABASE_URL": url}).returncode
    print("\nOn SQLite, with the embedded default", flush=True)
    return failed | subprocess.run([*PYTEST, *WHERE, "-m", "fault and both", *arguments], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
