"""The releases of a process as they came, each kept once by its id."""

import heapq
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db.models import F

from contracts.models import SourceRelease
from contracts.ocds.spool import Release, Spool

FIRST = datetime.min.replace(tzinfo=UTC)
BATCH = 100

Kept = dict[str, str]
"""The ids of the releases that are kept already, each with the agreement it belongs to, or nothing."""


def kept(ocids: Collection[str]) -> dict[str, Kept]:
    """Of each of these processes."""
    found: dict[str, Kept] = {ocid: {} for ocid in ocids}
    rows = SourceRelease.objects.filter(ocid__in=ocids).values_list("ocid", "release_id", "framework_id")
    for ocid, release_id, framework_id in rows:
        found[ocid][release_id] = str(framework_id or "")
    return found


def history(ocid: str, *, spool: Spool, kept: Kept) -> Iterator[dict[str, Any]]:
    """What was kept of the process and what came now, oldest first. Of the same release what came now counts."""
    new_ids = spool.release_ids(ocid)
    old: Iterable[Release] = ()
    if kept.keys() - new_ids:
        rows = SourceRelease.objects.filter(ocid=ocid).order_by(F("date").asc(nulls_first=True), "received_at", "id")
        old = (Release(ocid, row.release_id, row.date, row.data) for row in rows.iterator(BATCH) if row.release_id not in new_ids)
    for release in heapq.merge(old, spool.releases(ocid), key=lambda release: release.date or FIRST):
        yield release.data


def keep(releases: Iterator[Release], *, framework_id: str | None, kept: Kept, now: datetime) -> None:
    """A publisher who corrects a release under the same id replaces it."""
    while batch := list(islice(releases, BATCH)):
        latest = {release.id: release for release in batch}
        known = SourceRelease.objects.filter(ocid=batch[0].ocid, release_id__in=kept.keys() & latest.keys()) if kept else ()
        for row in known:
            release = latest.pop(row.release_id)
            if row.data != release.data or kept[row.release_id] != (framework_id or ""):
                SourceRelease.objects.filter(pk=row.pk).update(date=release.date, data=release.data, framework_id=framework_id)
        SourceRelease.objects.bulk_create(
            SourceRelease(
                ocid=release.ocid,
                release_id=release.id,
                date=release.date,
                data=release.data,
                received_at=now,
                framework_id=framework_id,
            )
            for release in latest.values()
        )
        kept.update(dict.fromkeys(latest, framework_id or ""))
