"""Use case: dates and figures as the reader's language writes them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from core import locales

TODAY = date(2026, 11, 26)
WEDNESDAY = date(2026, 12, 2)


@pytest.mark.parametrize(
    ("language", "near", "far", "words"),
    [
        ("en", "in 6 days, Wed 2 Dec", "2 March 2027", "Wednesday 2 December 2026"),
        ("nb", "ons. 2. des.", "2. mars 2027", "onsdag 2. desember 2026"),
        ("nn", "on. 2. des.", "2. mars 2027", "onsdag 2. desember 2026"),
    ],
)
def test_near_dates_are_relative_and_far_ones_absolute(language: str, near: str, far: str, words: str) -> None:
    with translation.override(language):
        assert locales.near_day(WEDNESDAY, TODAY).endswith(near)
        assert locales.near_day(date(2027, 3, 2), TODAY) == far
        assert locales.weekday(WEDNESDAY) == words


@pytest.mark.parametrize(
    ("days", "label", "colour"),
    [
        (-7, "7 days overdue", "danger"),
        (-1, "1 day overdue", "danger"),
        (0, "Due today", "warning"),
        (1, "Due in 1 day", "warning"),
        (7, "Due in 7 days", "warning"),
        (8, "Due Fri 4 Dec", "neutral"),
        (60, "Due 25 Jan 2027", "neutral"),
    ],
)
def test_what_a_deadline_says(days: int, label: str, colour: str) -> None:
    with translation.override("en"):
        assert locales.due(TODAY + timedelta(days=days), TODAY) == (label, colour)


def test_a_moment_is_in_the_readers_zone() -> None:
    with translation.override("en"):
        assert locales.moment(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "1 Jan 2027, 00:30"


@pytest.mark.parametrize(("language", "amount", "small"), [("nb", "1 500 000 NOK", "0,50 NOK"), ("en", "1,500,000 NOK", "0.50 NOK")])
def test_money(language: str, amount: str, small: str) -> None:
    with translation.override(language):
        assert locales.money(Decimal(1500000), "NOK").replace("\u00a0", " ") == amount
        assert locales.money(Decimal("0.5"), "NOK").replace("\u00a0", " ") == small


@pytest.mark.parametrize(
    ("octets", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (640_000, "640 kB"), (3_245_000, "3.2 MB"), (2_000_000_000, "2.0 GB")],
)
def test_sizes(octets: int, text: str) -> None:
    with translation.override("en"):
        assert locales.size(octets).replace("\u00a0", " ") == text


def test_nothing_of_nothing_is_no_percentage() -> None:
    with translation.override("en"):
        assert locales.percent(0, 0) == "–"
        assert locales.percent(3, 4) == "75%"
