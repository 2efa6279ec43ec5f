"""The ladders: read by all of us, changed by administrators."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, locales
from core.errors import Invalid, NotAllowed
from core.formsets import PREFIX, longer, shown, typed
from notifications import calendars, ladder_forms, ladder_picture, policies, replanning, what_if
from notifications.ladder_forms import StepFormSet, VersionForm
from notifications.ladders import Rung
from notifications.models import PolicyVersion, ReminderPolicy
from notifications.replanning import Proposal

PAGE = "notifications:policy"


def ladders(request: SignedInRequest) -> HttpResponse:
    """Every ladder by the kind of deadline it is for."""
    _for_us(request)
    found = ReminderPolicy.objects.visible_to(request.user).with_latest().order_by("kind", "code")
    return render(request, "notifications/policies.html", {"policies": found})


def ladder(request: SignedInRequest, code: str) -> HttpResponse:
    """One version as a picture and a table: the newest, or the one that the address names."""
    _for_us(request)
    policy = _policy(request, code)
    versions = list(policy.versions.select_related("created_by__person").order_by("-number"))
    version = _named(request, versions)
    rungs = policies.rungs_of(version)
    may_edit = access.may(request.user, Action.POLICY_EDIT)
    context = {
        "policy": policy,
        "version": version,
        "versions": versions,
        "is_latest": version == versions[0],
        "picture": ladder_picture.picture(rungs),
        "rows": ladder_picture.rows(rungs),
        "own_time": _in_words(version.own_time),
        "may_edit": may_edit,
        "others": policies.still_on_others(version) if may_edit and version == versions[0] else 0,
        "running": policies.running(policy).filter(policy_version=version).count(),
    }
    return render(request, "notifications/policy.html", context)


def _in_words(own_time: tuple[int, str] | None) -> str:
    return locales.span(*own_time) if own_time else ""


def edit(request: SignedInRequest, code: str) -> HttpResponse:
    """Write the next version: look at what it would do, then save it."""
    access.require(request.user, Action.POLICY_EDIT)
    policy = _policy(request, code)
    if request.method != "POST":
        return _Editor.of_latest(request, policy).page()
    if "more" in request.POST:
        return _Editor.with_one_more(request, policy).page()
    editor = _Editor.sent(request, policy)
    if not editor.is_whole():
        return editor.page(status=422)
    if request.POST.get("action") != "save":
        return editor.preview()
    version = editor.save()
    if version is None:
        return editor.page(status=422)
    messages.success(request, _("Version %(number)d is saved. New cases follow it; running ones keep theirs.") % {"number": version.number})
    return redirect(PAGE, policy.code)


@dataclass
class _Editor:
    request: SignedInRequest
    policy: ReminderPolicy
    form: VersionForm
    formset: Any

    @classmethod
    def of_latest(cls, request: SignedInRequest, policy: ReminderPolicy) -> "_Editor":
        version = policies.latest(policy)
        initial = policies.said_by(version) | {"based_on": version.number}
        form = VersionForm(initial=initial, deadline_kind=policy.kind)
        rows = ladder_forms.rows_of(policies.rungs_of(version))
        return cls(request, policy, form, shown(StepFormSet, rows, deadline_kind=policy.kind))

    @classmethod
    def with_one_more(cls, request: SignedInRequest, policy: ReminderPolicy) -> "_Editor":
        form = VersionForm(initial=typed(VersionForm(deadline_kind=policy.kind), request.POST), deadline_kind=policy.kind)
        return cls(request, policy, form, longer(StepFormSet, request.POST, deadline_kind=policy.kind))

    @classmethod
    def sent(cls, request: SignedInRequest, policy: ReminderPolicy) -> "_Editor":
        formset = StepFormSet(request.POST, prefix=PREFIX, form_kwargs={"deadline_kind": policy.kind})
        return cls(request, policy, VersionForm(request.POST, deadline_kind=policy.kind), formset)

    def is_whole(self) -> bool:
        """Every row is filled in, and together they are a ladder. What is wrong is said where it stands."""
        fine = self.formset.is_valid() & self.form.is_valid()
        if fine:
            with self._blamed():
                policies.check(self.policy.kind, self.rungs)
        return fine and self._is_clean()

    def save(self) -> PolicyVersion | None:
        with self._blamed():
            return policies.save(
                policy=self.policy,
                based_on=self.form.cleaned_data["based_on"],
                rungs=self.rungs,
                switches=self.form.switches,
                note=self.form.cleaned_data["note"],
                actor=self.request.user,
                now=clock.now(),
            )
        return None

    def preview(self) -> HttpResponse:
        """What it would have done to last month's cases, and to the mail of the coming month if the running cases followed."""
        today = clock.today()
        drafted = policies.drafted(self.policy, self.rungs, self.form.switches)
        proposal = Proposal(calendars.read(), ladders={self.policy.kind: drafted})
        changes = list(replanning.difference(proposal=proposal, today=today))
        return self.page(
            picture=ladder_picture.picture(self.rungs),
            rows=ladder_picture.rows(self.rungs),
            past=what_if.last_month(self.policy, drafted, today=today),
            summary=replanning.summarise(changes, shown=10),
            outlook=what_if.outlook(changes, today=today),
            next_number=self.form.cleaned_data["based_on"] + 1,
        )

    def page(self, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "policy": self.policy,
            "form": self.form,
            "formset": self.formset,
            "parts": self._parts() if self.form.is_bound else [],
            **more,
        }
        return render(self.request, "notifications/policy_edit.html", context, status=status)

    @property
    def rungs(self) -> list[Rung]:
        return self._rungs()[0]

    def _rungs(self) -> tuple[list[Rung], list[int]]:
        return ladder_forms.rungs_of([part.cleaned_data for part in self._parts()], self.policy.kind)

    def _parts(self) -> list[Any]:
        return [part for part in self.formset.forms if part.has_changed() and not self.formset._should_delete_form(part)]

    def _blamed(self) -> "_Blame":
        return _Blame(self)

    def _is_clean(self) -> bool:
        return not self.form.errors and not any(part.errors for part in self._parts())


class _Blame:
    """Says what the rules find wrong at the row it is about."""

    def __init__(self, editor: _Editor) -> None:
        self.editor = editor

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> bool:
        if not isinstance(error, Invalid):
            return False
        editor = self.editor
        ladder_forms.blame(error, form=editor.form, parts=editor._parts(), origin=editor._rungs()[1])
        return True


def move(request: SignedInRequest, code: str) -> HttpResponse:
    """Move the running cases to the newest version, after showing what becomes different."""
    access.require(request.user, Action.POLICY_EDIT)
    policy, at = _policy(request, code), clock.read()
    version = policies.latest(policy)
    if request.method == "POST":
        summary = policies.move_running(version=version, actor=request.user, **at)
        text = ngettext("%(cases)d case has other reminders now.", "%(cases)d cases have other reminders now.", summary.cases)
        messages.success(request, text % {"cases": summary.cases})
        return redirect(PAGE, policy.code)
    changes = list(replanning.difference(proposal=policies.proposal(version), today=at["today"]))
    context = {
        "policy": policy,
        "version": version,
        "others": policies.still_on_others(version),
        "summary": replanning.summarise(changes),
        "outlook": what_if.outlook(changes, today=at["today"]),
    }
    return render(request, "notifications/policy_move.html", context)


def _policy(request: SignedInRequest, code: str) -> ReminderPolicy:
    found: ReminderPolicy = get_object_or_404(ReminderPolicy.objects.visible_to(request.user), code=code)
    return found


def _for_us(request: SignedInRequest) -> None:
    if not request.user.works_here:
        raise NotAllowed


def _named(request: SignedInRequest, versions: list[PolicyVersion]) -> PolicyVersion:
    wanted = request.GET.get("version")
    for version in versions:
        if wanted in (None, str(version.number)):
            return version
    raise Http404
