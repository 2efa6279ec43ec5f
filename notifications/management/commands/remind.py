from argparse import ArgumentParser
from datetime import date
from typing import Any

from core import clock
from core.commands import HouseCommand
from notifications import reminders
from notifications.reminders import Outcome


class Command(HouseCommand):
    help = "The sweep: what the ladders say is due that day becomes lines to be sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="default: today in the organisation's zone")
        parser.add_argument("--dry-run", action="store_true", help="print what would go to whom and why; write nothing")

    def work(self, **options: Any) -> None:
        now = clock.read()
        for outcome in reminders.sweep(today=options["on"] or now["today"], now=now["now"], dry_run=options["dry_run"]):
            (self.stdout if outcome.recipient else self.stderr).write(line(outcome))  # on stderr: why a step goes to nobody


def line(outcome: Outcome) -> str:
    """Planned day, what becomes of it, to whom, what, about which case, and why: by which rung and role."""
    why = f"rung {outcome.rung}, {outcome.role}" + (f" ({outcome.note})" if outcome.note else "")
    return "\t".join([str(outcome.on), outcome.status, outcome.recipient or "-", outcome.kind, outcome.title, why])
