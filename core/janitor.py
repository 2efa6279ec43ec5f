"""Looks after the stored files of every app: removes what no row names, and has scanned what waits for it.

A stored file is a row with a column `storage_name`; several rows may name the same file.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import structlog
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models

from core import scanning, thumbnails
from core.models import ScanState, StoredFile

ORPHAN_AFTER = timedelta(days=1)  # a file is there before its row; no request takes a day
OUR_FOLDER, OUR_NAME = re.compile(r"[0-9a-f]{2}"), re.compile(r"[0-9a-f]{32}")
LENGTH = 32
AT_A_TIME = 200

log = structlog.get_logger(__name__)


def remove_orphans(*, now: datetime) -> int:
    """How many were removed. An empty database beside a full storage is a mistake of the installation: then none."""
    if not any(model._base_manager.exists() for model in _naming_models()):
        return 0
    removed = 0
    for name in orphans(known=_named_in, now=now):
        default_storage.delete(name)
        removed += 1
    for name in list(_small_without_file(_named_in)):
        default_storage.delete(name)
    return removed


def _small_without_file(known: Callable[[str], set[str]]) -> Iterator[str]:
    """Small pictures (`core.thumbnails`) of files that no row names any more."""
    try:
        folders = default_storage.listdir(thumbnails.FOLDER)[0]
    except FileNotFoundError:
        return
    for folder in folders:
        named = known(folder)
        for name in default_storage.listdir(f"{thumbnails.FOLDER}/{folder}")[1]:
            if f"{folder}/{name[:LENGTH]}" not in named:
                yield f"{thumbnails.FOLDER}/{folder}/{name}"


def orphans(*, known: Callable[[str], set[str]], now: datetime) -> Iterator[str]:
    """Files of ours, older than a day, that no row names. `known` gives the names that rows hold in a folder."""
    for folder in default_storage.listdir("")[0]:
        if not OUR_FOLDER.fullmatch(folder):
            continue
        names = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1] if OUR_NAME.fullmatch(name)}
        for name in sorted(names - known(folder)):
            if default_storage.get_modified_time(name) < now - ORPHAN_AFTER:
                yield name


def scan_waiting() -> int:
    """Ask the scanner about files that nobody has looked at; how many were answered for."""
    if not scanning.is_answering():
        return 0
    models_with_state = [model for model in _naming_models() if issubclass(model, StoredFile)]
    return sum(_scan(model) for model in models_with_state)


def _scan(model: type[StoredFile]) -> int:
    waiting = model._base_manager.filter(scan_state__in=(ScanState.WAITING, ScanState.NOT_SCANNED))
    answered = 0
    for name in waiting.values_list("storage_name", flat=True).distinct()[:AT_A_TIME]:
        try:
            with default_storage.open(name) as content:
                state = scanning.scan(content)
        except FileNotFoundError:
            log.error("stored_file_missing", storage_name=name)
            continue
        if state != ScanState.WAITING:
            answered += waiting.filter(storage_name=name).update(scan_state=state)
    return answered


def _named_in(folder: str) -> set[str]:
    names: set[str] = set()
    for model in _naming_models():
        rows = model._base_manager.filter(storage_name__startswith=f"{folder}/")
        names.update(rows.values_list("storage_name", flat=True))
    return names


def _naming_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if any(field.name == "storage_name" for field in model._meta.get_fields())]
