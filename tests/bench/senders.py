"""Sending what waits, and a bare loop beside it. Run by `tests.bench` in processes of its own, one for each sender.

`fill N` writes N people, each with a reminder waiting. `send` and `bare N SHARE OF` answer for each line they read: how many
mails left. The bare loop knows its lines and contexts beforehand: it renders the same templates, builds the same mail,
and hands it over one connection that stays open. It asks nobody and records nothing.
"""

# ruff: noqa: E402
import json
import logging
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.utils import timezone, translation

from accounts.models import Contact, Membership, Organisation, Person, ScopeRole, User
from notifications import delivery, reminders, rendering
from notifications.links import Link, absolute, path_of
from notifications.models import Deadline, Delivery, PlannedStep, PolicyVersion
from tests import factories

PLACES = 50
"""Agreements, and suppliers on them: the people are spread over all pairs."""


def fill(count: int) -> None:
    now, today = timezone.now(), timezone.localdate()
    cpb = factories.organisation("Statens innkjøp", "cpb")
    suppliers = Organisation.objects.bulk_create(
        Organisation(name=f"Leverandør {number:03} AS", kind="supplier", country="NO", created_at=now) for number in range(PLACES)
    )
    frameworks = [factories.framework(cpb, f"Avtale {number:02}", reference=f"B-{number:03}") for number in range(PLACES)]
    people = Person.objects.bulk_create(
        Person(email=f"kontakt{number}@leverandor{number % PLACES}.example", name=f"Kari Nordmann {number}", created_at=now)
        for number in range(count)
    )
    pairs = [(suppliers[number % PLACES], frameworks[number // PLACES % PLACES], person) for number, person in enumerate(people)]
    users = User.objects.bulk_create(User(email=person.email, person=person, created_at=now) for person in people)
    Membership.objects.bulk_create(
        Membership(user=user, organisation=supplier, role="contributor", created_at=now)
        for user, (supplier, _, _) in zip(users, pairs, strict=True)
    )
    Contact.objects.bulk_create(Contact(organisation=s, person=p, created_at=now, confirmed_at=now) for s, _, p in pairs)
    ScopeRole.objects.bulk_create(
        ScopeRole(scope_id=f.scope_id, organisation=s, role="responsible", person=p, starts_on=today) for s, f, p in pairs
    )
    _open(pairs, now, today)
    reminders.sweep(today=today, now=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _open(pairs: Any, now: Any, today: Any) -> None:
    version = PolicyVersion.objects.filter(policy__kind="document_request").latest("number")
    step = version.steps.get(kind="reminder_before", offset=-14)
    deadlines = [
        Deadline(
            kind="document_request",
            about_id=person.pk,
            title="Dokumentasjon på aktsomhetsvurderinger",
            scope_id=framework.scope_id,
            organisation=supplier,
            turn="supplier",
            starts_on=today - timedelta(days=28),
            due_on=today + timedelta(days=14),
            original_due_on=today + timedelta(days=14),
            policy_version=version,
            brief={
                "agreement": framework.title,
                "reference": framework.reference,
                "supplier": supplier.name,
                "missing": ["Aktsomhetsvurdering", "Liste over produksjonssteder", "Etiske retningslinjer"],
                "asked_by": "Mona Manager",
                "asker_phone": "+47 22 00 00 01",
                "mailbox": framework.mailbox,
                "clause": {"number": "4.2", "title": "Aktsomhetsvurderinger", "text": "Leverandøren skal kunne dokumentere arbeidet. " * 6},
            },
            created_at=now,
            opened_at=now,
        )
        for supplier, framework, person in pairs
    ]
    Deadline.objects.bulk_create(deadlines)
    PlannedStep.objects.bulk_create(PlannedStep(deadline=deadline, step=step, on=today) for deadline in deadlines)


def send() -> int:
    return delivery.deliver(clock=timezone.now, is_any_time=True)["sent"]


class Bare:
    def __init__(self, count: int, share: int, of: int) -> None:
        lines = Delivery.objects.select_related("person", "organisation", "deadline", "step").order_by("id")
        self.jobs = [job(line) for line in list(lines[:count])[share::of]]

    def __call__(self) -> int:
        with get_connection() as server:
            for job in self.jobs:
                server.send_messages([mail(*job)])
        return len(self.jobs)


def job(line: Delivery) -> tuple[Person, str, dict[str, Any]]:
    link = Link(absolute(path_of(line)))
    with translation.override(line.person.language):
        layout = rendering._mail(line.person, [line], {line.pk: link})
    return line.person, line.kind, {**layout, **layout["contexts"][line.pk]}


def mail(person: Person, kind: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """The same templates, with contexts that are ready."""
    with translation.override(person.language):
        subject = " ".join(rendering._text(f"mail/{kind}.subject.txt", context).split())
        text = rendering._text("mail/layout.txt", {**context, "sections": [rendering._text(f"mail/{kind}.html", context)]})
        sections = [rendering._html(f"mail/{kind}.html", context)]
        html = rendering._html("mail/layout.html", {**context, "subject": subject, "sections": sections})
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email="Statens innkjøp <no-reply@cpb.example>",
        to=[person.email],
        reply_to=["avtale@cpb.example"],
        headers={"Message-ID": f"<{person.pk}@cpb.example>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(html, "text/html")
    return message


def answers(run: Any) -> Iterator[int]:
    print("ready", flush=True)
    for _ in sys.stdin:
        yield run()


if __name__ == "__main__":
    logging.disable(logging.INFO)
    what, *arguments = sys.argv[1:]
    if what == "fill":
        fill(int(arguments[0]))
        print(json.dumps(Delivery.objects.count()))
    else:
        for count in answers(send if what == "send" else Bare(*map(int, arguments))):
            print(count, flush=True)
