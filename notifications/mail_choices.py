"""What a person decides about the mail that is not mandatory: which of it comes, how often, on which day and from what time.

A mail with nothing mandatory in it carries a signed address that stops it without sign-in (RFC 8058). Looking at that
address changes nothing, because mail programs and scanners look at every address.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db import transaction

from accounts.models import Person
from notifications import kinds
from notifications.models import MailRhythm, Mute

SIGNER = signing.Signer(salt="mail.stop")


def as_it_is(person: Person, offered: Collection[kinds.Kind]) -> dict[str, object]:
    """What the person has chosen so far, as `choose` takes it."""
    muted = set(person.mutes.values_list("kind", flat=True))
    rhythm = MailRhythm.objects.filter(person=person).first() or MailRhythm()
    wanted = [kind.name for kind in offered if kind.name not in muted]
    return {"wanted": wanted, "every": rhythm.every, "weekday": rhythm.weekday, "hour": rhythm.hour}


@transaction.atomic
def choose(
    *, person: Person, offered: Collection[str], wanted: Collection[str], every: str, weekday: int, hour: int, now: datetime
) -> None:
    """Of the kinds that were offered, exactly these come by mail; the inbox has them all."""
    person.mutes.filter(kind__in=wanted).delete()
    stop(person=person, names=set(offered) - set(wanted), now=now)
    rhythm = {"every": every, "weekday": weekday, "hour": hour, "changed_at": now}
    MailRhythm.objects.update_or_create(person=person, defaults=rhythm)


def stop(*, person: Person, names: Collection[str], now: datetime) -> None:
    """These come no more by mail. What waits is taken back when it would leave."""
    wanted = [Mute(person=person, kind=name, created_at=now) for name in sorted(kinds.OPTIONAL & set(names))]
    Mute.objects.bulk_create(wanted, ignore_conflicts=True)


def begin_again(*, person: Person, names: Collection[str]) -> None:
    person.mutes.filter(kind__in=names).delete()


def stopped(*, person: Person, names: Collection[str]) -> bool:
    return person.mutes.filter(kind__in=names).count() == len(set(names))


def token(person_id: UUID, names: Collection[str]) -> str:
    """For the address in a mail: whoever has it may stop these kinds for this person, and nothing else."""
    return SIGNER.sign(".".join([person_id.hex, *sorted(set(names))]))


def read(text: str) -> tuple[Person, list[str]] | None:
    """Whom and what an address in a mail is about; None when it is not one of ours, or nothing in it can be chosen (any more)."""
    try:
        person_id, *names = SIGNER.unsign(text).split(".")
    except signing.BadSignature:
        return None
    chosen = [name for name in names if name in kinds.OPTIONAL]
    person = Person.objects.filter(pk=person_id).first() if chosen else None
    return (person, chosen) if person else None
