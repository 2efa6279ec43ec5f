"""Production sites: suggested by the supplier or added by us, confirmed or sent back, taken out of use, removed."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import Action
from core import countries, history, rows, states
from core.errors import FieldError, Invalid, NotAllowed, WrongState, must_say
from core.locales import before_stop
from followup import seen
from followup.models import Site
from followup.services import site_mail
from followup.states import SITE

OS_ID = re.compile(r"[A-Z]{2}\d{7}[A-Z0-9]{6}")
"""Of Open Supply Hub: country, year and day it was listed, six signs. CN2020052SV22HT."""

PLACES = Decimal("0.000001")
"""Of coordinates: about ten centimetres."""


@transaction.atomic
def add(*, supplier: Organisation, actor: User, now: datetime, **written: Any) -> Site:
    """Written down by us, and so confirmed.

    `written` may hold name, address, country, latitude, longitude, os_id, tier, products and workers.
    """
    _must_be_allowed(actor, Action.SITE_EDIT, supplier)
    site = _made(supplier, written, now=now, status=Site.Status.CONFIRMED, confirmed_at=now)
    history.record(actor=actor, now=now, verb="add", about=site, changes=written)
    return site


@transaction.atomic
def suggest(*, supplier: Organisation, actor: User, now: datetime, today: date, **written: Any) -> Site:
    """Told by the supplier, for us to confirm. The managers of its agreements are told."""
    _must_be_allowed(actor, Action.SITE_SUGGEST, supplier)
    site = _made(supplier, written, now=now, suggested_by=actor)
    history.record(actor=actor, now=now, verb="suggest_site", about=site, changes=written)
    site_mail.tell_us(site, now=now, today=today)
    return site


@transaction.atomic
def edit(*, site: Site, actor: User, now: datetime, **written: Any) -> None:
    """Corrected by us. What audits have said of it stays as it was."""
    states.hold(SITE, site, "edit", actor=actor)
    if changed := _changed(site, written):
        states.advance(SITE, site, "edit", actor=actor, now=now, changes=changed)
        rows.write(site, **_columns(written))


@transaction.atomic
def correct(*, site: Site, actor: User, now: datetime, today: date, **written: Any) -> None:
    """Corrected by the supplier: we look at it again, also where it was confirmed. Sent back and left as it is, it is not."""
    states.hold(SITE, site, "correct", actor=actor)
    changed = _changed(site, written)
    if not changed:
        if site.status == Site.Status.RETURNED:
            raise Invalid.one("name", "unchanged", _("Nothing is another than before. Correct what we asked for, then send it."))
        return
    states.advance(SITE, site, "correct", actor=actor, now=now, changes=changed)
    rows.write(site, **_columns(written), comment="", suggested_by=actor)
    site_mail.tell_us(site, now=now, today=today)


SAID = ("name", "address", "country", "latitude", "longitude", "os_id", "tier", "products", "workers")
"""What is said of a site, and confirmed."""


def seen_as(site: Site) -> str:
    """A mark of what is said of it now."""
    return seen.mark(*(getattr(site, name) for name in SAID))


@transaction.atomic
def confirm(*, site: Site, actor: User, now: datetime, seen_mark: str | None = None) -> None:
    """What was looked at is right. `seen_mark` is `seen_as` of that; corrected since, it is looked at again."""
    states.hold(SITE, site, "confirm", actor=actor)
    if seen.is_passed_over(seen_mark, [getattr(site, name) for name in SAID]):
        raise WrongState(_("The supplier has corrected the site since you opened it. Look at it again."))
    states.advance(SITE, site, "confirm", actor=actor, now=now)
    rows.write(site, confirmed_at=now, comment="")


@transaction.atomic
def send_back(*, site: Site, comment: str, actor: User, now: datetime) -> None:
    """Not confirmed as it is; whoever suggested it is told what to correct."""
    states.hold(SITE, site, "send_back", actor=actor)
    comment = must_say(comment, "comment", _("Say what is to be corrected."))
    states.advance(SITE, site, "send_back", actor=actor, now=now, changes={"comment": comment})
    rows.write(site, comment=comment)
    site_mail.tell_supplier(site, now=now)


@transaction.atomic
def retire(*, site: Site, actor: User, now: datetime) -> None:
    """Nothing for us is made there any more. Audits that were held there stay as they are."""
    states.hold(SITE, site, "retire", actor=actor)
    _must_be_free(site)
    states.advance(SITE, site, "retire", actor=actor, now=now)


@transaction.atomic
def restore(*, site: Site, actor: User, now: datetime) -> None:
    states.advance(SITE, site, "restore", actor=actor, now=now)


@transaction.atomic
def remove(*, site: Site, actor: User, now: datetime) -> None:
    """Written down by mistake. The supplier may take back what was never confirmed; audits keep what they say of it."""
    change = "remove" if actor.works_here else "take_back"
    states.hold(SITE, site, change, actor=actor)
    if change == "take_back" and site.confirmed_at is not None:
        raise WrongState(_("We have confirmed this site, so it is not taken back. Tell us if it is no longer in use."))
    _must_be_free(site)
    told = {"name": site.name, "address": site.address, "country": site.country}
    states.advance(SITE, site, change, actor=actor, now=now, changes=told)
    site_mail.take_back(site, now=now)
    site.delete()


def _must_be_allowed(actor: User, action: str, supplier: Organisation) -> None:
    if not actor.may(action, organisation_id=supplier.pk):
        raise NotAllowed


def _made(supplier: Organisation, written: dict[str, Any], **more: Any) -> Site:
    rows.lock(supplier)  # two at once must not write the same place twice
    if supplier.kind != Organisation.Kind.SUPPLIER:
        raise Invalid.one("supplier", "not_a_supplier", _("Production sites belong to suppliers."))
    columns = _columns(written)
    site = Site(supplier=supplier, created_at=more.pop("now"), **columns, **more)
    _check(site)
    site.save(force_insert=True)
    return site


def _changed(site: Site, written: dict[str, Any]) -> dict[str, Any]:
    """What would be another, checked as it would be then."""
    rows.lock(site.supplier)
    columns = _columns(written)
    changed = history.difference(site, columns)
    _check(Site(**{field.attname: getattr(site, field.attname) for field in Site._meta.concrete_fields} | columns))
    changed.pop("name_key", None)
    return changed


def _columns(written: dict[str, Any]) -> dict[str, Any]:
    """As they are kept: one space between words, codes in capitals."""
    kept = dict(written)
    for name in ("name", "address", "products"):
        if name in kept:
            kept[name] = " ".join(kept[name].split())
    for name in ("country", "os_id"):
        if name in kept:
            kept[name] = kept[name].strip().upper()
    for name in ("latitude", "longitude"):
        if kept.get(name) is not None:
            kept[name] = Decimal(kept[name]).quantize(PLACES)
    return {**kept, "name_key": kept["name"].casefold()[:200]} if "name" in kept else kept


def _check(site: Site) -> None:
    if faults := [*_faults(site), *_twice(site)]:
        raise Invalid(faults)


def _faults(site: Site) -> Iterator[FieldError]:
    if not site.name:
        yield FieldError("name", "required", _("Write the name of the site."))
    if site.country not in countries.names("en"):
        yield FieldError("country", "required", _("Choose the country that it lies in."))
    if site.os_id and not OS_ID.fullmatch(site.os_id):
        yield FieldError("os_id", "invalid", _("An OS ID has fifteen signs, for example CN2020052SV22HT."))
    if (site.latitude is None) != (site.longitude is None):
        yield FieldError("coordinates", "half", _("Give both latitude and longitude, or neither."))
    elif site.latitude is not None and site.longitude is not None and (abs(site.latitude) > 90 or abs(site.longitude) > 180):
        text = _("Latitude goes from -90 to 90, longitude from -180 to 180. This lies outside the world.")
        yield FieldError("coordinates", "outside", text)
    if site.tier is not None and site.tier not in Site.Tier.values:
        yield FieldError("tier", "invalid", _("Choose one of the places in the chain."))


def _twice(site: Site) -> Iterator[FieldError]:
    others = Site.objects.filter(supplier=site.supplier_id).exclude(pk=site.pk)
    if same := others.filter(name_key=site.name_key, country=site.country).first():
        yield FieldError("name", "twice", _known(same, _("This supplier has a site of that name in that country already.")))
    if site.os_id and (same := others.filter(os_id=site.os_id).first()):
        text = _("This supplier has a site with that OS ID already: %(name)s.") % {"name": before_stop(same.name)}
        yield FieldError("os_id", "twice", _known(same, text))


def _known(same: Site, text: str) -> str:
    if same.status == Site.Status.RETIRED:
        return " ".join([text, _("It is out of use, and can be taken into use again.")])
    return text


def _must_be_free(site: Site) -> None:
    """No audit is to be held there."""
    coming = site.audits.filter(status__in=("planned", "announced")).count()
    if coming:
        text = _("Audits are planned there (%(number)s). Choose another place for them first, or call them off.")
        raise WrongState(text % {"number": coming})
