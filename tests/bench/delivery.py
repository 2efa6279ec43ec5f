"""Mails a second: two senders of the product beside two bare loops, in turns; to a sink in C, then to one that takes its time."""

import contextlib
import statistics
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.bench import sinks

MAILS, ROUNDS = 2_000, 5
SLOW_MAILS, SLOW = 200, 0.02  # seconds


def delivery(bench: Any) -> None:
    environment = bench.database("bench_delivery")
    bench.run("tests.bench.senders", "fill", str(MAILS), environment=environment)
    if sinks.SMTP_SINK is None:
        print("smtp-sink is not here: install Debian's package postfix, which need not run. Measured against a sink in Python instead.")
    _compare(bench, "a sink that takes all at once", sinks.quick(), environment, MAILS)
    print("\nAt least 400 mails a second with two processes, and half of the two bare connections.")
    _compare(bench, f"a server that answers each command after {SLOW * 1000:.0f} ms", sinks.slow(SLOW), environment, SLOW_MAILS)
    print("\nAt least 5 × the one bare connection.")


def _compare(bench: Any, name: str, sink: contextlib.AbstractContextManager[str], environment: dict[str, str], mails: int) -> None:
    with sink as address, _programs(bench, environment | {"EMAIL_URL": address}, mails) as programs:
        rates: dict[str, list[float]] = {who: [] for who in programs}
        for _ in range(ROUNDS):
            for who, together in programs.items():
                forget_what_was_sent(environment["DATABASE_URL"], mails)
                rates[who].append(rate(together, mails))
    medians = {who: statistics.median(found) for who, found in rates.items()}
    heads = ["mails a second", "× bare, 2 connections", "× bare, 1 connection"]
    print(f"\n| {name}: median of {ROUNDS} | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    for who, found in medians.items():
        ratios = [f"{found / medians[bare]:.2f}" for bare in ("bare, 2 connections", "bare, 1 connection")]
        print(f"| {who} | {found:.0f} | {' | '.join(ratios)} |")


@contextlib.contextmanager
def _programs(bench: Any, environment: dict[str, str], mails: int) -> Iterator[dict[str, list[subprocess.Popen[str]]]]:
    start = partial(bench.start, "tests.bench.senders", environment=environment)
    programs = {
        "sending, 2 processes": [start("send"), start("send")],
        "sending, 1 process": [start("send")],
        "bare, 2 connections": [start("bare", str(mails), "0", "2"), start("bare", str(mails), "1", "2")],
        "bare, 1 connection": [start("bare", str(mails), "0", "1")],
    }
    try:
        yield programs
    finally:
        for program in (each for together in programs.values() for each in together):
            program.communicate()


def rate(programs: list[subprocess.Popen[str]], mails: int) -> float:
    began = time.perf_counter()
    for program in programs:
        assert program.stdin
        print(file=program.stdin, flush=True)
    sent = sum(int(program.stdout.readline()) for program in programs if program.stdout)
    took = time.perf_counter() - began
    if sent != mails:
        raise RuntimeError(f"{sent} of {mails} mails were sent")
    return sent / took


def forget_what_was_sent(url: str, mails: int) -> None:
    """So many lines wait again, and the others are taken back."""
    import psycopg

    first = "SELECT id FROM notifications_delivery ORDER BY id LIMIT %s"
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("UPDATE notifications_delivery SET message_id = NULL, cancelled_at = NULL")
        database.execute("DELETE FROM notifications_message")
        database.execute(f"UPDATE notifications_delivery SET cancelled_at = now() WHERE id NOT IN ({first})", [mails])
        database.execute("VACUUM ANALYZE")
