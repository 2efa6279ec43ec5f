"""Checklists: what audits ask. Read by our staff; administrators and specialists change them."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock
from core.errors import NotAllowed
from core.forms import blamed_on
from core.pages import asked, done
from followup.forms.checklists import ChecklistQuestionForm, NamesForm, NewForm
from followup.models import Checklist, ChecklistQuestion, ChecklistVersion
from followup.services import checklists
from followup.sheet_reading import alternatives

SAVED = gettext_lazy("Saved. New sheets get it; sheets that have begun keep what they have.")


def index(request: SignedInRequest) -> HttpResponse:
    _staff_only(request)
    language = get_language() or "nb"
    versions = ChecklistVersion.objects.visible_to(request.user).select_related("checklist").annotate(asked=Count("questions"))
    newest: dict[UUID, ChecklistVersion] = {version.checklist_id: version for version in versions.order_by("number")}
    used = ChecklistVersion.objects.visible_to(request.user).values_list("checklist").annotate(count=Count("sheets"))
    counts = dict(used.order_by("checklist"))
    rows = [
        {"it": version.checklist, "version": version, "name": version.name_in(language), "sheets": counts.get(key, 0)}
        for key, version in newest.items()
    ]
    rows.sort(key=lambda row: (row["it"].is_retired, row["name"]))
    return render(request, "followup/checklist/list.html", {"rows": rows, "may_edit": access.may(request.user, Action.CHECKLIST_EDIT)})


def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The newest version, or the one that `?version=` names."""
    _staff_only(request)
    it, language = _checklist(request, pk), get_language() or "nb"
    versions = list(it.versions.select_related("created_by__person").annotate(count=Count("sheets")).order_by("-number"))
    wanted = request.GET.get("version", "")
    shown = next((version for version in versions if str(version.number) == wanted), versions[0])
    context = {
        "it": it,
        "version": shown,
        "versions": versions,
        "is_newest": shown == versions[0],
        "name": shown.name_in(language),
        "questions": [_shown(question, language) for question in shown.questions.order_by("number")],
        "may_edit": access.may(request.user, Action.CHECKLIST_EDIT) and shown == versions[0],
    }
    return render(request, "followup/checklist/one.html", context)


def _shown(question: ChecklistQuestion, language: str) -> dict[str, Any]:
    return {
        "it": question,
        "text": question.text_in(language),
        "guidance": question.guidance_in(language),
        "evidence": question.evidence_in(language),
        "offered": [words for _code, words in alternatives(question, language)],
    }


def new(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.CHECKLIST_EDIT)
    form = NewForm(request.POST or None)
    if form.is_valid():
        with blamed_on(form):
            names = {name: form.cleaned_data[name] for name in checklists.NAMES}
            it = checklists.create(code=form.cleaned_data["code"], names=names, actor=request.user, now=clock.now())
            return done(request, _("The checklist is made. Add its questions; it is offered when it has one."), _address(it))
    return _form(request, form, _("New checklist"), reverse("followup:checklists"))


def names(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it, version = _to_change(request, pk)
    form = NamesForm(request.POST or None, instance=version)
    if form.is_valid():
        with blamed_on(form):
            said = {name: form.cleaned_data[name] for name in checklists.NAMES}
            checklists.rename(checklist=it, based_on=_based_on(request, version), names=said, **_by(request))
            return done(request, SAVED, _address(it))
    return _form(request, form, _("Change the name"), _address(it), version)


def question(request: SignedInRequest, pk: UUID, code: str | None = None) -> HttpResponse:
    """A new one, or another wording. What sheets ask already stays as it is."""
    it, version = _to_change(request, pk)
    last = version.questions.aggregate(last=Max("number"))["last"] or 0
    asked = get_object_or_404(version.questions, code=code) if code else ChecklistQuestion(version=version)
    form = ChecklistQuestionForm(request.POST or None, instance=asked, last=last - (1 if code else 0))
    if form.is_valid():
        with blamed_on(form):
            said = {"based_on": _based_on(request, version), "code": code, "place": form.cleaned_data["place"], "written": form.written}
            checklists.write_question(checklist=get_object_or_404(_visible(request), pk=pk), **said, **_by(request))
            return done(request, SAVED, _address(it))
    return _form(request, form, _("Change the question") if code else _("Add a question"), _address(it), version, asked if code else None)


def remove(request: SignedInRequest, pk: UUID, code: str) -> HttpResponse:
    it, version = _to_change(request, pk)
    asked_there = get_object_or_404(version.questions, code=code)
    return asked(
        request,
        partial(checklists.remove_question, checklist=it, based_on=version.number, code=code, **_by(request)),
        title=_("Remove the question"),
        text=asked_there.text_in(get_language() or "nb"),
        note=_("New sheets no longer ask it. Sheets that have begun keep it, with its answers."),
        label=_("Remove the question"),
        told=SAVED,
        back_url=_address(it),
    )


def retire(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Out of use, or in use again."""
    it, version = _to_change(request, pk)
    deed = _("Take it into use again") if it.is_retired else _("Take it out of use")
    return asked(
        request,
        partial(checklists.retire, checklist=it, is_retired=not it.is_retired, **_by(request)),
        title=deed,
        text=version.name_in(get_language() or "nb"),
        note=_("Only new sheets are concerned. Sheets that have begun keep it."),
        label=deed,
        told=SAVED,
        back_url=_address(it),
    )


def _staff_only(request: SignedInRequest) -> None:
    if not request.user.works_here:
        raise NotAllowed


def _visible(request: SignedInRequest) -> Any:
    return Checklist.objects.visible_to(request.user)


def _checklist(request: SignedInRequest, pk: UUID) -> Checklist:
    it: Checklist = get_object_or_404(_visible(request), pk=pk)
    return it


def _to_change(request: SignedInRequest, pk: UUID) -> tuple[Checklist, ChecklistVersion]:
    access.require(request.user, Action.CHECKLIST_EDIT)
    it = _checklist(request, pk)
    return it, checklists.latest(it)


def _based_on(request: SignedInRequest, version: ChecklistVersion) -> int:
    said = request.POST.get("based_on", "")
    return int(said) if said.isdecimal() and len(said) < 6 else version.number


def _by(request: SignedInRequest) -> dict[str, Any]:
    return {"actor": request.user, "now": clock.now()}


def _address(it: Checklist) -> str:
    return reverse("followup:checklist", args=[it.pk])


def _form(
    request: SignedInRequest,
    form: Any,
    title: str,
    back_url: str,
    version: ChecklistVersion | None = None,
    asked: ChecklistQuestion | None = None,
) -> HttpResponse:
    context = {"form": form, "title": title, "back_url": back_url, "version": version, "asked": asked}
    return render(request, "followup/checklist/form.html", context, status=422 if form.errors else 200)
