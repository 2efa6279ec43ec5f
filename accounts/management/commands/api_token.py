from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.utils import timezone

from accounts import services
from accounts.models import User
from core.commands import HouseCommand


class Command(HouseCommand):
    help = "Prints a new API token for that user, alone on the last line. It is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def work(self, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {options['email']}.")
        self.stdout.write(services.issue_token(user=user, name="manage.py api_token", now=timezone.now()))
