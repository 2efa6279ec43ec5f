"""The whole demo world, from its people to the mail that went out this morning."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from cpb.demo import agreements, audit_reports, audits, findings, meetings, people, sanctions, sharings, sheets, sites
from cpb.demo.requests import Story, tell
from notifications import delivery, reminders


@transaction.atomic
def build(*, password: str, now: datetime, today: date) -> bool:
    """Build it unless it is there. One transaction: a start that was cut off leaves nothing behind."""
    if User.objects.filter(email="manager@cpb.example").exists():
        return False
    cast = people.build(password=password, now=now - timedelta(days=700))
    frameworks = {plan.key: agreements.build(plan, cast, today=today, now=now) for plan in agreements.PLANS}
    story = Story(cast, frameworks, today, now)
    parts = (sites, audits, sheets, audit_reports, findings, sanctions, meetings, sharings)
    events = [event for part in parts for event in part.events()]
    for days_ago in tell(story, events):
        _evening(story, days_ago)
    return True


def _evening(story: Story, days_ago: int) -> None:
    """What the machinery does by itself at the end of a day: the sweep, then the post."""
    when = story.at(days_ago)
    reminders.sweep(**when)
    delivery.deliver(clock=lambda: when["now"])
