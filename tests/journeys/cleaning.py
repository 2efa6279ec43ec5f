"""An agreement for cleaning and the firm that cleans: where a control of wages is told, through the API and in a browser."""

from dataclasses import dataclass

import pytest

from accounts.models import Organisation, User
from accounts.permissions import Role
from contracts.models import Framework, Requirement
from tests import factories
from tests.cast import Cast


@dataclass
class Cleaning:
    """An agreement for cleaning, the firm that cleans, and its contact."""

    agreement: Framework
    firm: Organisation
    contact: User
    pay: Requirement


@pytest.fixture
def cleaning(cast: Cast) -> Cleaning:
    agreement = factories.framework(cast.cpb, "Fellesavtale for renhold", reference="SI-RENHOLD")
    firm = factories.organisation("Blank Renhold AS")
    contact = factories.user("post@blank.example", (firm, Role.MAIN_CONTACT), name="Berit Blank")
    factories.participation(agreement, firm)
    for role, user in (("owner", cast.owner), ("manager", cast.manager)):
        factories.role(agreement, cast.cpb, role, user.person)
    factories.contact(firm, contact.person)
    factories.role(agreement, firm, "responsible", contact.person)
    pay = factories.requirement(agreement, "Lønn etter allmenngjort tariffavtale", theme="wages")
    return Cleaning(agreement, firm, contact, pay)
