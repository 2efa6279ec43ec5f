"""Brings in OCDS releases, release packages and record packages: one line a process, agreements first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import CommandError, CommandParser
from django.utils import timezone

from accounts.models import SYSTEM
from contracts.ocds import importer
from contracts.ocds.importer import Note
from contracts.ocds.problems import problem
from contracts.ocds.rows import Row
from core.commands import HouseCommand


class Command(HouseCommand):
    help = "Brings in OCDS files. Prints OUTCOME<TAB>ocid<TAB>text for each process. Running it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--as-framework", action="append", default=[], metavar="OCID", help="take this process in as an agreement")

    def work(self, **options: Any) -> None:
        now = timezone.now()
        total = unread = 0
        unmet = dict.fromkeys(options["as_framework"])
        with importer.Import(actor=SYSTEM, today=timezone.localdate(now), now=now, as_agreements=options["as_framework"]) as work:
            for found in self.found(work, options["files"], dry_run=options["dry_run"]):
                if isinstance(found, Note):
                    unread += found.is_unread
                    self.stderr.write(f"{found.file}: {found.problem}")
                else:
                    total += 1
                    unmet.pop(found.ocid, None)
                    self.stdout.write(found.line)
        self.stdout.write(f"total: {total}")
        for ocid in unmet:
            self.stderr.write(f"{ocid}: named by --as-framework, and in none of the files")
        if unread:
            raise CommandError("Not every file could be read to its end.")

    def found(self, work: importer.Import, paths: list[Path], *, dry_run: bool) -> Iterator[Note | Row]:
        for path in paths:
            try:
                with path.open("rb") as stream:
                    yield from work.read(stream, name=path.name)
            except OSError as error:
                yield Note(path.name, problem("not_found", detail=error.strerror), is_unread=True)
        yield from work.rows(dry_run=dry_run)
