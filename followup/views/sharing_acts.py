"""What is done with a sharing of results: prepared, asked about, put into force, answered, fetched, ended."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from contracts.models import Clause
from core import access, clock, files
from core.forms import blamed_on
from core.pages import asked, done, form_page, posted
from followup.forms.sharings import AnswerForm, ConsentForm, EndForm, SharingForm, as_written
from followup.models import Sharing
from followup.services import sharing_consents, sharing_files, sharings
from followup.states import SHARING
from followup.views.audit_planning import chosen_place
from followup.views.sharing_page import sharing_for, sharing_to

USUAL_LENGTH = timedelta(days=365)


def new(request: SignedInRequest) -> HttpResponse:
    """On the agreement and supplier of the address; an audit of the address is ticked."""
    access.require(request.user, SHARING["edit"].needs)
    place = chosen_place(request, "edit", _("Share results with another public body"))
    if isinstance(place, HttpResponse):
        return place
    framework, supplier = place
    today = clock.today()
    initial = {"audits": request.GET.getlist("audit"), "starts_on": today, "ends_on": today + USUAL_LENGTH}
    form = _form(request, framework, supplier, initial)
    if form.is_valid():
        with blamed_on(form):
            at: dict[str, Any] = {"actor": request.user, "now": clock.now()}
            it = sharings.create(framework=framework, supplier=supplier, **form.cleaned_data, **at)
            return done(request, _("Saved as a draft. Look through it, then go on."), address_of(it))
    return _form_page(request, form, framework, supplier, reverse("followup:sharings"))


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = sharing_to(request, pk, "edit")
    form = _form(request, it.framework, it.supplier, as_written(it))
    if form.is_valid():
        with blamed_on(form):
            sharings.edit(sharing=it, actor=request.user, now=clock.now(), **form.cleaned_data)
            return done(request, _("The draft is changed."), address_of(it))
    return _form_page(request, form, it.framework, it.supplier, address_of(it))


def _form(request: SignedInRequest, framework: Any, supplier: Any, initial: dict[str, Any]) -> SharingForm:
    clauses = Clause.objects.visible_to(request.user).filter(framework=framework)
    audits = sharings.shareable(framework, supplier).select_related("site")
    return SharingForm(posted(request), audits=audits, clauses=clauses, initial=initial)


def _form_page(request: SignedInRequest, form: SharingForm, framework: Any, supplier: Any, back_url: str) -> HttpResponse:
    context = {"form": form, "framework": framework, "supplier": supplier, "back_url": back_url, "has_audits": bool(form.by_key)}
    return form_page(request, "followup/sharing/form.html", context)


def share(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _asked(
        request,
        pk,
        "share",
        sharings.share,
        title=_("Share the results"),
        label=_("Share the results"),
        note=_("The supplier is told whom its results are shared with, and why. From the first day on you can fetch the file."),
        told=_("The results are shared. The supplier is told."),
    )


def ask(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _asked(
        request,
        pk,
        "ask_consent",
        sharing_consents.ask,
        title=_("Ask the supplier for its consent"),
        label=_("Ask for consent"),
        note=_(
            "The supplier gets a mail, sees exactly what would be shared and with whom, and answers yes or no. We remind it by ourselves. "
            "If it stays silent you are told; without a yes nothing is shared."
        ),
        told=_("The supplier is asked."),
    )


def consent(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Given in a letter or a meeting, and written down by us."""
    return _asked(
        request,
        pk,
        "register_consent",
        sharing_consents.register,
        form=ConsentForm(posted(request)),
        title=_("Write down that consent was given"),
        label=_("Write it down"),
        note=_("Keep the letter or the minutes where it can be found. The supplier is told that this is written down."),
        told=_("Written down. The results are shared."),
    )


def give(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _asked(
        request,
        pk,
        "give_consent",
        sharing_consents.give,
        title=_("Give your consent"),
        label=_("Yes, you may share this"),
        note=_("You can take your consent back whenever you like. What the body has read by then, it has read."),
        told=_("Thank you. You find here who has access, and when a file was fetched."),
    )


def refuse(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _asked(
        request,
        pk,
        "refuse_consent",
        sharing_consents.refuse,
        form=AnswerForm(posted(request)),
        title=_("Say no"),
        label=_("No, do not share this"),
        note=_("Nothing is shared. A no has no consequences for you on the agreement."),
        told=_("You have said no. Nothing is shared."),
    )


def take_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _asked(
        request,
        pk,
        "take_back_consent",
        sharing_consents.take_back,
        form=AnswerForm(posted(request)),
        title=_("Take your consent back"),
        label=_("Take it back"),
        note=_("No more files are made from now on. What the body has read already, it has read."),
        told=_("Your consent is taken back. Nothing more is shared."),
    )


def end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    is_asked = sharing_for(request, pk, "end_sharing").status == Sharing.Status.ASKED
    return _asked(request, pk, "end_sharing", sharings.end, form=EndForm(posted(request)), **(_unasked() if is_asked else _ended()))


def _unasked() -> dict[str, Any]:
    return {
        "title": _("Withdraw the question"),
        "label": _("Withdraw it"),
        "note": _("The supplier is told that it need not answer. Nothing has been shared."),
        "told": _("Withdrawn. The supplier is told."),
    }


def _ended() -> dict[str, Any]:
    return {
        "title": _("End the sharing"),
        "label": _("End it"),
        "note": _("No more files are made. What the body has read cannot be taken back. The supplier is told."),
        "told": _("Ended. The supplier is told."),
    }


def _asked(request: SignedInRequest, pk: UUID, change: str, service: Callable[..., None], **words: Any) -> HttpResponse:
    """A page that says what happens, with or without a form, and then the page of the sharing."""
    it = sharing_to(request, pk, change)
    act = partial(service, sharing=it, actor=request.user, **clock.read())
    return asked(request, act, text=f"{it.supplier.name} → {it.body_name}", back_url=address_of(it), **words)


def discard(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = sharing_to(request, pk, "discard")
    return asked(
        request,
        partial(sharings.discard, sharing=it, actor=request.user, now=clock.now()),
        title=_("Throw the draft away"),
        text=f"{it.supplier.name} → {it.body_name}",
        label=_("Throw it away"),
        note=_("Nobody outside has seen it."),
        told=_("The draft is thrown away."),
        back_url=address_of(it),
        next_url=reverse("followup:sharings"),
        is_dangerous=True,
    )


@require_POST
def fetch(request: SignedInRequest, pk: UUID) -> FileResponse:
    """The file as things stand now: made, kept and handed out in one go. The supplier sees that it was fetched."""
    it = sharing_for(request, pk, "fetch")
    kept = sharing_files.fetch(sharing=it, actor=request.user, **clock.read())
    made = FileResponse(default_storage.open(kept.storage_name), content_type=kept.content_type)  # of our own making: no scan to wait for
    return files.as_download(made, kept.name)


def address_of(it: Sharing) -> str:
    return reverse("followup:sharing", args=[it.pk])
