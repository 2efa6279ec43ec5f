"""Mails about one case hang together in the recipient's mail program."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from notifications.models import Delivery, Message

Earlier = dict[tuple[UUID, UUID], list[str]]
MOST_REFERENCES = 10


def earlier(lines: Iterable[Delivery]) -> Earlier:
    """The Message-IDs that each person has had about each case, oldest first."""
    pairs = {(line.person_id, line.about_id) for line in lines if line.about_id}
    sent = Delivery.objects.filter(
        person_id__in={person for person, _ in pairs}, about_id__in={about for _, about in pairs}, message__status=Message.Status.SENT
    )
    found: Earlier = {}
    for person_id, about_id, message_id in sent.order_by("message__sent_at").values_list("person_id", "about_id", "message__message_id"):
        found.setdefault((person_id, about_id), []).append(message_id)
    return found


def headers(person_id: UUID, lines: Sequence[Delivery], earlier: Earlier) -> dict[str, str]:
    """A mail over several cases starts no thread and joins none."""
    cases = {line.about_id for line in lines}
    about_id = cases.pop() if len(cases) == 1 else None
    if about_id is None:
        return {}
    root = f"<case-{about_id}@{urlsplit(settings.BASE_URL).hostname}>"
    before = list(dict.fromkeys(earlier.get((person_id, about_id), [])))
    return {"References": " ".join([root, *before[-MOST_REFERENCES:]]), "In-Reply-To": before[-1] if before else root}
