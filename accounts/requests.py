"""What a page's view is called with."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request whose person is known: the middleware `SignInFirst` lets nobody else in. For annotations only."""

    user: "User"
