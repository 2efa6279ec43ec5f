"""Loads a whole CPV list: a CSV file with the columns code, name_en, name_nb and perhaps name_nn."""

import csv
from pathlib import Path
from typing import Any

from django.core.management import CommandError, CommandParser

from contracts import cpv
from core.commands import HouseCommand


class Command(HouseCommand):
    help = "Loads CPV codes from a CSV file (code,name_en,name_nb). Running it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def work(self, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                counts = cpv.load(cpv.read(file))
        except OSError as error:
            raise CommandError(f"{path} cannot be opened: {error.strerror}") from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        except cpv.NotACodeListError as error:
            raise CommandError(f"{path} is no CPV list. Missing or wrong: {error}") from error
        for outcome in ("created", "updated", "unchanged"):
            self.stdout.write(f"{outcome}: {counts[outcome]}")
        self.stdout.write(f"total: {counts.total()}")
