"""Which changes of state exist for agreements. A table only; `core/states.py` reads it.

What changes rows below the agreement and not its own status has `to=None`: it says in which states that is possible.
"""

from accounts.permissions import Action
from contracts.models import Framework
from core.states import machine, transition

S = Framework.Status

RUNNING = (S.PLANNED, S.SIGNED)
NOT_CLOSED = (*RUNNING, S.TERMINATED)
ANY = (*NOT_CLOSED, S.EVALUATED)

FRAMEWORK = machine(
    transition("edit", *NOT_CLOSED, to=None, needs=Action.FRAMEWORK_EDIT),
    transition("assign", *ANY, to=None, needs=Action.FRAMEWORK_EDIT),
    transition("take", *ANY, to=None, needs=Action.FRAMEWORK_TAKE),
    transition("sign", S.PLANNED, to=S.SIGNED, needs=Action.FRAMEWORK_EDIT),
    transition("terminate", S.SIGNED, to=S.TERMINATED, needs=Action.FRAMEWORK_EDIT),
    transition("evaluate", S.SIGNED, S.TERMINATED, to=S.EVALUATED, needs=Action.FRAMEWORK_EDIT),
    transition("set_suppliers", *NOT_CLOSED, to=None, needs=Action.FRAMEWORK_EDIT),
    transition("stipulate", *RUNNING, to=None, needs=Action.REQUIREMENT_STIPULATE),
    transition("decide_option", S.SIGNED, to=None, needs=Action.OPTION_DECIDE),
    transition("set_contacts", *ANY, to=None, needs=Action.CONTACT_EDIT),
    transition("call_off", *ANY, to=None, needs=Action.CALL_OFF_EDIT),
)
