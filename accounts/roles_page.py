"""The role × action matrix as the table people read, `docs/roles.md`."""

from accounts.permissions import MATRIX, Action, Role

HEAD = """# Roles

Who may do what. Written from `accounts/permissions.py` by `manage.py roles`; a test fails when the two differ.
Which *rows* a person can see is another question: `visible_to` in each app's `querysets.py`.
Owner, manager and deputy count on the agreements where the person is named; on others they read.
"""


def markdown() -> str:
    roles = list(MATRIX)
    lines = [f"| action | {' | '.join(Role(role).value.replace('_', ' ') for role in roles)} |", "|---" * (len(roles) + 1) + "|"]
    for action in Action:
        marks = ["●" if action in MATRIX[role] else "" for role in roles]
        lines.append(f"| {action.value.replace('_', ' ')} | {' | '.join(marks)} |")
    return HEAD + "\n" + "\n".join(lines) + "\n"
