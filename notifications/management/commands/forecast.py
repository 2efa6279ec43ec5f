from argparse import ArgumentParser
from datetime import date
from typing import Any

from core import clock
from core.commands import HouseCommand
from notifications import forecast


class Command(HouseCommand):
    help = "What will be sent on each coming day: mails and people, by kind."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="start", type=date.fromisoformat, metavar="YYYY-MM-DD", help="default: today")
        parser.add_argument("--days", type=int, default=30)

    def work(self, **options: Any) -> None:
        start = options["start"] or clock.today()
        for day in forecast.coming(start=start, days=options["days"]):
            kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(day.kinds.items()))
            self.stdout.write(f"{day.on}\t{day.mails} mails\t{day.people} people\t{kinds}".rstrip())
