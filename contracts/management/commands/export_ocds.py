"""Writes our agreements and call-offs as an OCDS 1.1 release package."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import CommandError, CommandParser
from django.utils import timezone

from accounts import services
from contracts.models import Framework
from contracts.ocds import exporter
from core.commands import HouseCommand


class Command(HouseCommand):
    help = "Writes an OCDS release package of all agreements, or of one, to a file or to stdout."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--framework", metavar="REF", help="only the agreement with this reference")
        parser.add_argument("--output", type=Path, metavar="FILE", help="instead of stdout")

    def work(self, **options: Any) -> None:
        now = timezone.now()
        frameworks = Framework.objects.all()
        if options["framework"] is not None:
            frameworks = frameworks.filter(reference=options["framework"])
            if not frameworks.exists():
                raise CommandError(f"No agreement has the reference {options['framework']}.")
        try:
            with self.opened(options["output"]) as file:
                exporter.write(file, frameworks=frameworks, publisher=services.central_body(now=now), now=now)
        except OSError as error:
            raise CommandError(f"{options['output'] or 'stdout'} cannot be written: {error.strerror}") from error

    @contextmanager
    def opened(self, path: Path | None) -> Iterator[exporter.Writable]:
        """The file appears whole or not at all."""
        if path is None:
            yield self.stdout
            return
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with aside.open("w", encoding="utf-8") as file:
                yield file
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
