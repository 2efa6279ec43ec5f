"""`roles > docs/roles.md`: the matrix as a page."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts import roles_page


class Command(BaseCommand):
    help = "Print the role × action matrix as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(roles_page.markdown(), ending="")
