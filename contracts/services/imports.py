"""Bringing in a file of notices from the page: a preview first, then, when a person has confirmed it, the import.

The rows are the queue: a worker takes up what waits, and a bell only makes it look sooner. One that dies leaves its lease
to run out, and another begins anew; bringing the same in twice changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, cast

from celery import current_app
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Action
from contracts.models import ImportRun
from contracts.ocds import importer
from contracts.ocds.rows import Row
from core import access, files, history, rows
from core.errors import HouseError, Invalid, WrongState

LEASE = timedelta(minutes=10)
EVERY = 20
MOST_TOLD = 3000
S = ImportRun.State


def begin(*, file: File, name: str, actor: User, now: datetime) -> ImportRun:
    """Keep the file and have it read."""
    access.require(actor, Action.FRAMEWORK_IMPORT)
    if not file.size:
        raise Invalid.one("file", "empty", _("The file is empty."))
    kept = files.keep(file)
    with transaction.atomic():
        run = ImportRun.objects.create(started_by=actor, file_name=files.safe_name(name), storage_name=kept, created_at=now)
        history.record(actor=actor, now=now, verb="create", about=run, changes={"file_name": run.file_name})
        transaction.on_commit(ring, robust=True)
    return run


@transaction.atomic
def confirm(*, run: ImportRun, chosen: Iterable[str], actor: User, now: datetime) -> None:
    """Bring it in; the processes with a `chosen` ocid as agreements."""
    access.require(actor, Action.FRAMEWORK_IMPORT)
    rows.lock(run)
    if run.state != S.PREVIEW:
        raise WrongState
    rows.write(run, state=S.RUNNING, chosen=sorted(set(chosen)), seen=0, leased_until=None)
    history.record(actor=actor, now=now, verb="confirm", about=run, changes={"chosen": run.chosen})
    transaction.on_commit(ring, robust=True)


@transaction.atomic
def drop(*, run: ImportRun, actor: User, now: datetime) -> None:
    """Not bring it in after all."""
    access.require(actor, Action.FRAMEWORK_IMPORT)
    rows.lock(run)
    if run.state not in (S.PREVIEW, S.FAILED):
        raise WrongState
    history.record(actor=actor, now=now, verb="remove", about=run, changes={"file_name": run.file_name})
    transaction.on_commit(lambda: default_storage.delete(run.storage_name), robust=True)
    ImportRun.objects.filter(pk=run.pk).delete()


def ring() -> None:
    current_app.send_task("contracts.tasks.imports", expires=50, ignore_result=True)


def work(*, clock: Callable[[], datetime], today: date) -> int:
    """Take up what waits, one after the other; how many were worked on."""
    count = 0
    while run := _claimed(clock()):
        count += 1
        _work(run, clock=clock, today=today)
    return count


def _claimed(now: datetime) -> ImportRun | None:
    """The first that waits, ours from now on: of two workers one finds the lease changed."""
    for run in ImportRun.objects.waiting(now)[:5]:
        if ImportRun.objects.filter(pk=run.pk, leased_until=run.leased_until).update(leased_until=now + LEASE):
            return run
    return None


def _work(run: ImportRun, *, clock: Callable[[], datetime], today: date) -> None:
    is_preview = run.state == S.READING
    try:
        with importer.Import(actor=run.started_by, today=today, now=clock(), as_agreements=run.chosen) as work:
            report = _told(run, work, is_preview=is_preview, clock=clock)
    except HouseError as error:
        rows.write(run, state=S.FAILED, error=str(error.message), finished_at=clock(), leased_until=None)
        return
    has_any = any("outcome" in line for line in report)
    state = (S.PREVIEW if has_any else S.FAILED) if is_preview else S.DONE
    rows.write(run, state=state, report=report, seen=len(report), finished_at=None if is_preview else clock(), leased_until=None)
    if not is_preview:
        default_storage.delete(run.storage_name)


def _told(run: ImportRun, work: importer.Import, *, is_preview: bool, clock: Callable[[], datetime]) -> list[dict[str, Any]]:
    """A line for each process and `note` for what is wrong with the file as a whole; from time to time how far we are."""
    report: list[dict[str, Any]] = []
    for number, one in enumerate(_read(run, work, is_preview=is_preview), start=1):
        if len(report) < MOST_TOLD:
            report.append(one.as_json() if isinstance(one, Row) else {"note": one.problem.as_json()})
        if number % EVERY == 0:
            rows.write(run, seen=number, leased_until=clock() + LEASE)
    return report


def _read(run: ImportRun, work: importer.Import, *, is_preview: bool) -> Iterator[Any]:
    with default_storage.open(run.storage_name) as stream:
        yield from work.read(cast(BinaryIO, stream), name=run.file_name)
    yield from work.rows(dry_run=is_preview)
