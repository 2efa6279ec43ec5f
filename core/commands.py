from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import OperationalError, connection

from core import database, errors


class HouseCommand(BaseCommand):
    """A command of ours: works on an empty CPB_DATA_DIR and without running processes.

    Data goes to stdout by `self.stdout.write`, everything else to stderr. A refusal of the house ends it with its text and exit code 1.
    """

    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"The database cannot be reached: {error}") from error
        database.ensure_ready()
        try:
            self.work(**options)
        except errors.HouseError as error:
            raise CommandError(str(error)) from error

    def work(self, **options: Any) -> None:
        raise NotImplementedError
