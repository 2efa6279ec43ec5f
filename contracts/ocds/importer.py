"""OCDS files → agreements and call-offs.

    with importer.Import(actor=…, today=…, now=…) as work:
        for note in work.read(stream, name="package.json"): …
        for row in work.rows(dry_run=True): …

Each process is one transaction: a bad one is rejected with its reason, stops no other and leaves nothing half. A dry run
is the same code with each transaction rolled back.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from types import TracebackType
from typing import Any, BinaryIO, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, transaction

from accounts.permissions import Action
from contracts.models import Framework
from contracts.ocds import mapping, merging, ocids, orders, reading, sources, storing, values
from contracts.ocds.problems import Problem, problem
from contracts.ocds.process import Kind, Process, RejectedError
from contracts.ocds.rows import Outcome, Row
from contracts.ocds.spool import Spool
from contracts.ocds.storing import Who
from core import access
from core.errors import HouseError
from core.states import Actor
from notifications import what_if

BATCH = 100


@dataclass(frozen=True)
class Note:
    """Something about a file as a whole. `is_unread`: the file, or the rest of it, could not be read."""

    file: str
    problem: Problem
    is_unread: bool = False


class Import:
    """`as_agreements` are the ocids that a person takes in as agreements though nothing in the data says so."""

    def __init__(self, *, actor: Actor, today: date, now: datetime, as_agreements: Collection[str] = ()) -> None:
        access.require(actor, Action.FRAMEWORK_IMPORT)
        self.who = Who(actor, today, now)
        self.as_agreements = frozenset(as_agreements)
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.spool = Spool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.spool.close()

    def read(self, stream: BinaryIO, *, name: str) -> Iterator[Note | Row]:
        """Sort a file's releases by process. Yields what is wrong with the file, and a row for each entry that is no release."""
        try:
            for entry in reading.entries(stream):
                if entry.release is None and entry.position == 0:
                    yield Note(name, entry.problem or problem("not_ocds"))
                elif trouble := entry.problem or self._keep(entry.position, entry.release or {}):
                    yield Row(Outcome.REJECTED, "", title=name, reasons=[trouble])
        except reading.ReadError as error:
            yield Note(name, error.why, is_unread=True)

    def _keep(self, position: int, release: dict[str, Any]) -> Problem | None:
        ocid = values.text(release.get("ocid")) if isinstance(release.get("ocid"), str) else ""
        if not ocid or len(ocid) > mapping.OCID_LENGTH:
            return problem("no_ocid", position=position)
        self.spool.add(ocid=ocid, data=release, is_second_stage=bool(mapping.related_framework(release)))
        return None

    @property
    def total(self) -> int:
        """How many processes were read."""
        return self.spool.count()

    def rows(self, *, dry_run: bool = False) -> Iterator[Row]:
        """Bring in every process, agreements before call-offs; one row for each."""
        ocids = self.spool.ocids()
        while some := list(islice(ocids, BATCH)):
            kept = sources.kept(some)
            agreements = set(Framework.objects.filter(ocid__in=some).values_list("ocid", flat=True))
            for ocid in some:
                yield self._row(ocid, kept=kept[ocid], is_one=ocid in agreements, dry_run=dry_run)

    def _row(self, ocid: str, *, kept: sources.Kept, is_one: bool, dry_run: bool) -> Row:
        try:
            with transaction.atomic():
                before = self._reminders(ocid) if dry_run else Counter()
                row = self._bring_in(ocid, kept=kept, is_one=is_one, dry_run=dry_run)
                if dry_run:
                    row.reminders = {day.isoformat(): count for day, count in (self._reminders(ocid) - before).items()}
                transaction.set_rollback(dry_run)
                return row
        except RejectedError as error:
            return Row(Outcome.REJECTED, ocid, reasons=[error.why])
        except HouseError as error:
            return Row(Outcome.REJECTED, ocid, reasons=[problem("refused", detail=error.message)])
        except DatabaseError as error:
            return Row(Outcome.REJECTED, ocid, reasons=[problem("refused", detail=str(error).splitlines()[0])])

    def _reminders(self, ocid: str) -> Counter[date]:
        """What is planned to be sent about the agreement of this process, if it is one."""
        framework = Framework.objects.filter(ocid=ocid).only("pk").first()
        return what_if.steps_by_day(framework.scope_id, today=self.who.today) if framework else Counter()

    def _bring_in(self, ocid: str, *, kept: sources.Kept, is_one: bool, dry_run: bool) -> Row:
        """`is_one`: it is an agreement here already, and stays one whatever the option says this time."""
        merged, problems = merging.merge(sources.history(ocid, spool=self.spool, kept=kept))
        process = mapping.read(ocid, merged, zone=self.zone, as_framework=is_one or ocid in self.as_agreements)
        process.problems[:0] = problems
        row = self._store(process, dry_run=dry_run)
        sources.keep(self.spool.releases(ocid), framework_id=row.about_id or None, kept=kept, now=self.who.now)
        return row

    def _store(self, process: Process, *, dry_run: bool) -> Row:
        if process.kind is Kind.FRAMEWORK:
            return storing.agreement(process, who=self.who)
        if process.kind is Kind.OTHER:
            suggested = process.looks_like_framework
            return Row(Outcome.SKIPPED, process.ocid, process.title, reasons=[problem("neither")], is_suggested=suggested)
        framework = self._framework(process.framework_ocid, dry_run=dry_run)
        if framework is None:
            return Row(Outcome.SKIPPED, process.ocid, process.title, reasons=[problem("no_agreement", ocid=process.framework_ocid)])
        if not process.orders:
            reasons = [problem("no_award", reference=framework.reference)]
            return Row(Outcome.SKIPPED, process.ocid, process.title, reasons=reasons, problems=process.problems)
        return orders.call_offs(process, framework=framework, who=self.who)

    def _framework(self, ocid: str, *, dry_run: bool) -> Framework | None:
        """In a dry run the agreement that the same file brings in is gone again, so it is brought in once more."""
        framework = ocids.framework(ocid)
        if framework is None and dry_run and ocid in self.spool:
            self._bring_in(ocid, kept=sources.kept([ocid])[ocid], is_one=False, dry_run=False)
            framework = ocids.framework(ocid)
        return framework
