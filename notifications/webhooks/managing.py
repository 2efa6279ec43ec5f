"""What an administrator does with webhooks."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Action
from core import access, history, rows
from core.errors import Invalid, WrongState
from notifications.models import Webhook, WebhookCall
from notifications.webhooks import addresses, events, signing


@transaction.atomic
def add(*, name: str, url: str, wanted: Sequence[str], actor: User, now: datetime) -> tuple[Webhook, str]:
    """The webhook and its secret, which is shown now and not again."""
    access.require(actor, Action.POLICY_EDIT)
    _check(url, wanted)
    webhook = Webhook.objects.create(name=name, url=url, events=list(wanted), created_at=now, created_by=actor)
    changes = {"url": url, "events": list(wanted)}
    history.record(actor=actor, now=now, verb="create", about=webhook, changes=changes, is_internal=True)
    return webhook, secret_of(webhook)


@transaction.atomic
def change(*, webhook: Webhook, name: str, url: str, wanted: Sequence[str], actor: User, now: datetime) -> None:
    access.require(actor, Action.POLICY_EDIT)
    _check(url, wanted)
    after = {"name": name, "url": url, "events": list(wanted)}
    if changes := history.difference(webhook, after):
        rows.write(webhook, **after)
        history.record(actor=actor, now=now, verb="edit", about=webhook, changes=changes, is_internal=True)


@transaction.atomic
def renew_secret(*, webhook: Webhook, actor: User, now: datetime) -> str:
    """Another secret. For a day every call carries a signature with the old one too."""
    access.require(actor, Action.POLICY_EDIT)
    rows.lock(webhook)
    rows.write(webhook, generation=webhook.generation + 1, renewed_at=now)
    history.record(actor=actor, now=now, verb="renew_secret", about=webhook, is_internal=True)
    return secret_of(webhook)


@transaction.atomic
def switch(*, webhook: Webhook, on: bool, actor: User, now: datetime) -> None:
    """On again: what waited is called anew, with as many attempts as before. Off: nothing more is written or called."""
    access.require(actor, Action.POLICY_EDIT)
    rows.lock(webhook)
    if on == (webhook.ended_at is None):
        raise WrongState
    rows.write(webhook, ended_at=None if on else now, ended_because="" if on else Webhook.Ended.BY_HAND)
    if on:
        webhook.calls.filter(status=WebhookCall.Status.RETRY).update(attempts=0, not_before=now)
        transaction.on_commit(events.ring, robust=True)
    history.record(actor=actor, now=now, verb="switch_on" if on else "switch_off", about=webhook, is_internal=True)


@transaction.atomic
def test(*, webhook: Webhook, actor: User, now: datetime) -> WebhookCall:
    """A call that says nothing but that it is one, to see whether it arrives."""
    access.require(actor, Action.POLICY_EDIT)
    if webhook.ended_at is not None:
        raise WrongState(_("Switch the webhook on first."))
    call = events.call(webhook, events.TEST, "webhook", webhook.pk, now=now)
    call.save(force_insert=True)
    transaction.on_commit(events.ring, robust=True)
    return call


def secret_of(webhook: Webhook) -> str:
    return signing.secret(settings.SECRET_KEY, webhook.pk, webhook.generation)


def _check(url: str, wanted: Sequence[str]) -> None:
    """The name is looked up at every call, not here: the other system may be set up later."""
    if not wanted:
        raise Invalid.one("events", "required", _("Choose at least one event."))
    if unknown := set(wanted) - set(events.EVENTS):
        raise Invalid.one("events", "invalid_choice", _("There is no event %(name)s.") % {"name": min(unknown)})
    try:
        host = addresses.parsed(url).hostname
        if _is_inside(str(host)):
            raise addresses.Refused(_("The address leads to a network that is not public."))
    except addresses.Refused as refused:
        raise Invalid.one("url", "invalid", refused.text) from None


def _is_inside(host: str) -> bool:
    """An address in digits can be judged without asking anybody."""
    try:
        return not addresses.may_be_called(addresses.ipaddress.ip_address(host))
    except ValueError:
        return host == "localhost" and not settings.WEBHOOKS_TO_LOOPBACK
