"""`docs/roles.md` says what the matrix says."""

from pathlib import Path

from accounts import roles_page
from accounts.permissions import MATRIX, Action

PAGE = Path(__file__).parents[2] / "docs" / "roles.md"


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text() == roles_page.markdown(), "run: .venv/bin/python manage.py roles > docs/roles.md"


def test_every_action_is_somebodys() -> None:
    granted = frozenset().union(*MATRIX.values())
    assert granted == frozenset(Action)
