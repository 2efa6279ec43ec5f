import time
from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from core.commands import HouseCommand
from notifications import delivery

PAUSE = 5  # seconds


class Command(HouseCommand):
    help = "Sends what waits in the outbox, without a broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is sendable")
        parser.add_argument("--now", action="store_true", help="at any hour, not only in the recipient's daytime")

    def work(self, **options: Any) -> None:
        while True:
            ends = delivery.deliver(clock=timezone.now, is_any_time=options["now"])
            for end, count in sorted(ends.items()):
                self.stdout.write(f"{end}\t{count}")
            if options["once"]:
                return
            self.stdout.flush()
            time.sleep(PAUSE)
