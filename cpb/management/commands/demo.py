"""`demo`: the demo world, built through the services. Running it twice changes nothing."""

from typing import Any

from django.utils import timezone

from core.commands import HouseCommand
from cpb import first
from cpb.demo import world


class Command(HouseCommand):
    help = "Build the demo world, unless it is there already."

    def work(self, **options: Any) -> None:
        now = timezone.now()
        built = world.build(password=first.demo_password(), now=now, today=timezone.localdate())
        self.stdout.write("The demo world is built." if built else "The demo world is there already; nothing was changed.")
