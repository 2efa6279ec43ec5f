"""What is done with a sharing of results: prepared, asked about, put into force, answered, fetched, ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from contracts.models import Clause
from core import access, clock, files, states
from core.forms import Form, blamed_on
from followup.forms.sharings import AnswerForm, ConsentForm, EndForm, SharingForm, as_written
from followup.models import Sharing
from followup.services import sharing_consents, sharing_files, sharings
from followup.states import SHARING
from followup.views.audit_planning import chosen_place
from followup.views.doors import form_page
from followup.views.sharing_page import sharing_for

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
            at: dict[str, Any] = {"actor": request.user, "now": clock.read()["now"]}
            it = sharings.create(framework=framework, supplier=supplier, **form.cleaned_data, **at)
            return done(request, _("Saved as a draft. Look through it, then go on."), it)
    return _form_page(request, form, framework, supplier, reverse("followup:sharings"))


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = sharing_for(request, pk, "edit")
    states.check(SHARING, it, "edit", actor=request.user)
    form = _form(request, it.framework, it.supplier, as_written(it))
    if form.is_valid():
        with blamed_on(form):
            sharings.edit(sharing=it, actor=request.user, now=clock.read()["now"], **form.cleaned_data)
            return done(request, _("The draft is changed."), it)
    return _form_page(request, form, it.framework, it.supplier, address_of(it))


def _form(request: SignedInRequest, framework: Any, supplier: Any, initial: dict[str, Any]) -> SharingForm:
    clauses = Clause.objects.visible_to(request.user).filter(framework=framework)
    audits = sharings.shareable(framework, supplier).select_related("site")
    return SharingForm(_sent(request), audits=audits, clauses=clauses, initial=initial)


def _form_page(request: SignedInRequest, form: SharingForm, framework: Any, supplier: Any, back_url: str) -> HttpResponse:
    context = {"form": form, "framework": framework, "supplier": supplier, "back_url": back_url, "has_audits": bool(form.by_key)}
    return form_page(request, "followup/sharing/form.html", context)


def share(request: SignedInRequest, pk: UUID) -> HttpResponse:
    note = _("The supplier is told whom its results are shared with, and why. From the first day on you can fetch the file.")
    said = _("The results are shared. The supplier is told.")
    return _asked(request, pk, "share", sharings.share, _("Share the results"), _("Share the results"), note, said)


def ask(request: SignedInRequest, pk: UUID) -> HttpResponse:
    note = _(
        "The supplier gets a mail, sees exactly what would be shared and with whom, and answers yes or no. We remind it by ourselves. "
        "If it stays silent you are told; without a yes nothing is shared."
    )
    said = _("The supplier is asked.")
    return _asked(request, pk, "ask_consent", sharing_consents.ask, _("Ask the supplier for its consent"), _("Ask for consent"), note, said)


def consent(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Given in a letter or a meeting, and written down by us."""
    note = _("Keep the letter or the minutes where it can be found. The supplier is told that this is written down.")
    words = (_("Write down that consent was given"), _("Write it down"), note, _("Written down. The results are shared."))
    return _asked(request, pk, "register_consent", sharing_consents.register, *words, form=ConsentForm(_sent(request)))


def give(request: SignedInRequest, pk: UUID) -> HttpResponse:
    note = _("You can take your consent back whenever you like. What the body has read by then, it has read.")
    said = _("Thank you. You find here who has access, and when a file was fetched.")
    return _asked(request, pk, "give_consent", sharing_consents.give, _("Give your consent"), _("Yes, you may share this"), note, said)


def refuse(request: SignedInRequest, pk: UUID) -> HttpResponse:
    note = _("Nothing is shared. A no has no consequences for you on the agreement.")
    words = (_("Say no"), _("No, do not share this"), note, _("You have said no. Nothing is shared."))
    return _asked(request, pk, "refuse_consent", sharing_consents.refuse, *words, form=AnswerForm(_sent(request)))


def take_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    note = _("No more files are made from now on. What the body has read already, it has read.")
    words = (_("Take your consent back"), _("Take it back"), note, _("Your consent is taken back. Nothing more is shared."))
    return _asked(request, pk, "take_back_consent", sharing_consents.take_back, *words, form=AnswerForm(_sent(request)))


def end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    if sharing_for(request, pk, "end_sharing").status == Sharing.Status.ASKED:
        note = _("The supplier is told that it need not answer. Nothing has been shared.")
        words = (_("Withdraw the question"), _("Withdraw it"), note, _("Withdrawn. The supplier is told."))
        return _asked(request, pk, "end_sharing", sharings.end, *words, form=EndForm(_sent(request)))
    note = _("No more files are made. What the body has read cannot be taken back. The supplier is told.")
    words = (_("End the sharing"), _("End it"), note, _("Ended. The supplier is told."))
    return _asked(request, pk, "end_sharing", sharings.end, *words, form=EndForm(_sent(request)))


def _asked(
    request: SignedInRequest,
    pk: UUID,
    change: str,
    service: Callable[..., None],
    title: str,
    label: str,
    note: str,
    said: str,
    form: Form | None = None,
) -> HttpResponse:
    """A page that says what happens, with or without a form, and then the page of the sharing."""
    it = sharing_for(request, pk, change)
    states.check(SHARING, it, change, actor=request.user)
    if request.method == "POST" and (form is None or form.is_valid()):
        with blamed_on(form or Form()):
            service(sharing=it, actor=request.user, **(form.cleaned_data if form else {}), **clock.read())
            return done(request, said, it)
    text = f"{it.supplier.name} → {it.body_name}"
    context = {"title": title, "text": text, "label": label, "note": note, "form": form or "", "back_url": address_of(it)}
    return form_page(request, "core/confirm.html", context)


def discard(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = sharing_for(request, pk, "discard")
    states.check(SHARING, it, "discard", actor=request.user)
    if request.method == "POST":
        sharings.discard(sharing=it, actor=request.user, now=clock.read()["now"])
        messages.success(request, _("The draft is thrown away."))
        return HttpResponseRedirect(reverse("followup:sharings"))
    context = {
        "title": _("Throw the draft away"),
        "text": f"{it.supplier.name} → {it.body_name}",
        "note": _("Nobody outside has seen it."),
        "label": _("Throw it away"),
        "is_dangerous": True,
        "back_url": address_of(it),
    }
    return render(request, "core/confirm.html", context)


@require_POST
def fetch(request: SignedInRequest, pk: UUID) -> FileResponse:
    """The file as things stand now: made, kept and handed out in one go. The supplier sees that it was fetched."""
    it = sharing_for(request, pk, "fetch")
    kept = sharing_files.fetch(sharing=it, actor=request.user, **clock.read())
    made = FileResponse(default_storage.open(kept.storage_name), content_type=kept.content_type)  # of our own making: no scan to wait for
    return files.as_download(made, kept.name)


def _sent(request: SignedInRequest) -> Any:
    return request.POST if request.method == "POST" else None


def address_of(it: Sharing) -> str:
    return reverse("followup:sharing", args=[it.pk])


def done(request: SignedInRequest, text: str, it: Sharing) -> HttpResponse:
    messages.success(request, text)
    return HttpResponseRedirect(address_of(it))
