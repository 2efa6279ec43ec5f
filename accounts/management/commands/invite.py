from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.core.management import CommandError
from django.utils import timezone

from accounts import services
from accounts.models import SYSTEM, Organisation
from accounts.permissions import Role
from core.commands import HouseCommand


class Command(HouseCommand):
    help = "Invites somebody to an organisation: creates the invitation and its mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--organisation", required=True, metavar="ID_OR_NAME")

    def work(self, **options: Any) -> None:
        now = timezone.now()
        services.central_body(now=now)  # so that its first person can be invited
        invitation = get_adapter().invite(
            email=options["email"], organisation=organisation(options["organisation"]), role=options["role"], actor=SYSTEM, now=now
        )
        self.stdout.write(f"{invitation.person.email}\t{invitation.organisation.name}\t{invitation.role}")


def organisation(text: str) -> Organisation:
    """By its id, or by its name when only one has it."""
    try:
        found = list(Organisation.objects.filter(pk=UUID(text)))
    except ValueError:
        found = list(Organisation.objects.filter(name__iexact=text.strip())[:2])
    if len(found) != 1:
        ours = Organisation.objects.filter(kind=Organisation.Kind.CPB).first()
        raise CommandError(f"{'More than one' if found else 'No'} organisation is called {text}. The central body is called {ours}.")
    return found[0]
