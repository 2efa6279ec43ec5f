"""Is the database as new as the code?

The embedded one is brought up to it by whatever needs it first; in production that is a step of the deploy.
"""

import fcntl

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def pending() -> list[str]:
    """The migrations that the database still lacks."""
    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def ensure_ready() -> None:
    """Two processes at once: one migrates, the other waits for it."""
    if settings.PRODUCTION or not pending():
        return
    with open(settings.DATA_DIR / "migrate.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if pending():
            call_command("migrate", verbosity=0, interactive=False)
