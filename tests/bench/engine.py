"""The table of the engine: what a sweep, a forecast and opening cost, on both databases, against the least that could do it."""

from typing import Any

ENGINE = (10_000, 1_000_000)
"""Open deadlines in the small and the large world."""


def engine(bench: Any) -> None:
    """Sweep, forecast, opening: each on both databases, and the sweep's growth from a small world to a large one."""
    for name, environment in (("PostgreSQL", bench.database), ("SQLite", bench.embedded)):
        small, large = [bench.run("tests.bench.sweeping", str(total), environment=environment(f"engine_{total}")) for total in ENGINE]
        print(f"\n{name}, {ENGINE[1]:,} open deadlines, 5,000 due; milliseconds are medians of 5\n")
        print_engine(name, large, small)


def print_engine(name: str, large: Any, small: Any) -> None:
    bare, loop = (4, 30) if name == "PostgreSQL" else (7, 15)
    rows = [
        ("bare INSERT … SELECT", large["bare"], "", ""),
        ("sweep, bookkeeping and all", large["sweep"], large["sweep"] / large["bare"], f"at most {bare} × bare"),
        ("get_or_create in a loop (measured on 1,000)", large["loop"], large["loop"] / large["sweep"], f"sweep at least {loop} × faster"),
        ("second sweep", large["second sweep"], large["second sweep"] / large["sweep"], "at most 0.2 × the first"),
        ("three dead days", large["three dead days"], large["three dead days"] / large["sweep"], "at most 4 × an ordinary day"),
        (f"sweep of 500 due, {ENGINE[0]:,} deadlines", small["sweep of few"], "", ""),
        (
            f"sweep of 500 due, {ENGINE[1]:,} deadlines",
            large["sweep of few"],
            large["sweep of few"] / small["sweep of few"],
            "at most 2.5 ×",
        ),
        ("forecast of 30 days", large["forecast of 30 days"], "", "at most 2,000 ms"),
        ("open one deadline", large["open one"], "", ""),
        ("move one deadline", large["move one"], "", ""),
        ("open 10,000 in batches of 500", large["open 10 000"], "", "at most 15,000 ms"),
    ]
    print("| what | ms | ratio | promised |\n|---|---|---|---|")
    for what, ms, ratio, promised in rows:
        print(f"| {what} | {ms:,.1f} | {f'{ratio:.2f}' if ratio != '' else ''} | {promised} |")
    print(f"\nLines written: {large['lines']:,}; due after three dead days: {large['three dead days, due']:,}.")
    print(f"World written in {large['written in']:.0f} s; checkpoints so far: {large.get('checkpoints', 'none to count')}.")
