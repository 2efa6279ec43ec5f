"""The agenda that is proposed for a meeting: what every meeting of its kind is about, and what is open with the supplier now."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Organisation, User
from contracts.models import Framework
from core import locales
from followup import open_points
from followup.models import Meeting
from followup.open_points import Point, What

K = Meeting.Kind

FIRST: dict[str, tuple[Promise, ...]] = {
    K.KICK_OFF: (
        gettext_lazy("Who is who, on both sides"),
        gettext_lazy("The requirements, and the clauses they rest on"),
        gettext_lazy("How and when we follow up: documentation, audits, meetings"),
        gettext_lazy("Who at the supplier answers for due diligence"),
    ),
    K.STATUS: (gettext_lazy("What was agreed last time"),),
    K.LEADERS: (gettext_lazy("Why we meet, and what has been said before"),),
}
LAST: dict[str, tuple[Promise, ...]] = {
    K.KICK_OFF: (gettext_lazy("The first dates"), gettext_lazy("Anything else")),
    K.STATUS: (gettext_lazy("What is coming"), gettext_lazy("Anything else")),
    K.LEADERS: (gettext_lazy("What happens if nothing changes"), gettext_lazy("What we agree, who does it and by when")),
}
SPOKEN_OF: dict[str, frozenset[What]] = {
    K.KICK_OFF: frozenset({What.REQUEST, What.FINDING}),
    K.STATUS: frozenset(What),
    K.LEADERS: frozenset({What.FINDING, What.SANCTION, What.NOTICE, What.REQUEST, What.ACTION}),
}
ALWAYS = (What.FINDING, What.SANCTION, What.NOTICE)
"""What leaders speak of whatever its date; of the rest what is late."""

MOST_OF_A_KIND = 8


def proposed(*, framework: Framework, supplier: Organisation, kind: str, viewer: User, today: date) -> str:
    """A point a line, in the reader's language. A person changes it before it is sent."""
    points = [each for each in open_points.of(supplier, framework=framework, viewer=viewer, today=today) if each.what in SPOKEN_OF[kind]]
    if kind == K.LEADERS:
        points = [each for each in points if each.what in ALWAYS or _is_late(each, today)]
    return "\n".join([*map(str, FIRST[kind]), *_lines(points, today), *map(str, LAST[kind])])


def _lines(points: list[Point], today: date) -> Iterator[str]:
    for what, group in groupby(points, key=lambda point: point.what):
        rows = list(group)
        yield from (_line(point, today) for point in rows[:MOST_OF_A_KIND])
        more = len(rows) - MOST_OF_A_KIND
        if more > 0:
            words = {"what": open_points.WORDS[what], "more": more}
            yield ngettext("%(what)s: %(more)d more", "%(what)s: %(more)d more", more) % words


def _line(point: Point, today: date) -> str:
    """One thing, with its date where it has one."""
    words = {"what": open_points.WORDS[point.what], "title": point.title.rstrip("."), "state": point.state}
    words["date"] = locales.long_day(point.due_on) if point.due_on else ""
    if point.due_on is None:
        return (_("%(what)s: %(title)s (%(state)s)") if point.state else _("%(what)s: %(title)s")) % words
    if _is_late(point, today):
        return _("%(what)s: %(title)s – should have been done by %(date)s") % words
    if point.what == What.DOCUMENT:
        return _("%(what)s: %(title)s – valid until %(date)s") % words
    return _("%(what)s: %(title)s – by %(date)s") % words


def _is_late(point: Point, today: date) -> bool:
    return point.due_on is not None and point.due_on < today
