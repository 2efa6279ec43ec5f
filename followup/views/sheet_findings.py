"""Findings made of what a question of the sheet showed: logged as they were noted, or begun with that in the ordinary form."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock
from core.pages import done
from followup import sheet_noted, sheet_reading
from followup.models import Audit, AuditSheet, Finding, Part
from followup.services import sheet_findings, sheets
from followup.sheet_reading import Answered
from followup.views import sheet_page
from followup.views.doors import key_of
from followup.views.sheet_doors import address_of, language_of, sheet_for


def log(request: SignedInRequest, pk: UUID, question: UUID) -> HttpResponse:
    """One click. Asked for by its address, as a critical one is, the page says first who is told."""
    sheet = sheet_for(request, pk)
    sheets.must_be_open(sheet.audit, actor=request.user)
    access.require(request.user, Action.FINDING_LOG, sheet.audit)
    asked = get_object_or_404(sheet_page.questions_of(request, sheet), pk=question)
    if request.method == "POST":
        it = sheet_findings.log(sheet=sheet, question=asked, actor=request.user, **clock.read())
        return done(request, logged(it), address_of(sheet.audit, "noted"))
    parts = sheet_reading.read(sheet.audit, language=language_of(request))
    noted = sheet_noted.read(parts, sheet_noted.entries(sheet)).get(asked.pk)
    if noted is None or not noted.is_ready:
        return HttpResponseRedirect(address_of(sheet.audit, "noted"))
    context: dict[str, Any] = {
        "title": _("Log the finding"),
        "text": f"{sheet.audit.supplier.name} · {noted.severity_words}",
        "note": _("The supplier and the agreement owner are told at once.") if noted.is_critical else _("The supplier is not told yet."),
        "names": [noted.text],
        "label": _("Log it"),
        "back_url": address_of(sheet.audit, "noted"),
    }
    return render(request, "core/confirm.html", context)


def logged(it: Finding) -> str:
    if it.severity.is_critical:
        return _("The finding is logged. The supplier and the agreement owner are told now.")
    return _("The finding is logged. The supplier has not been told yet.")


def asked(request: SignedInRequest) -> Answered | None:
    """The question of a sheet that the address names, if its sheet is there for this person."""
    audit, question = key_of(request.GET.get("audit", "")), key_of(request.GET.get("question", ""))
    if not audit or not question:
        return None
    sheet = AuditSheet.objects.visible_to(request.user).filter(audit=audit).select_related("audit").first()
    parts = sheet_reading.read(sheet.audit, language=get_language() or "nb") if sheet else []
    return next((it for part in parts for it in part.answered if str(it.question.pk) == str(question)), None)


def initial(it: Answered, audit: Audit | None) -> dict[str, Any]:
    """What is noted there; its theme, the requirements of that theme that the audit checks, and its photos."""
    noted, severity = it.stands.get(Part.FINDING), it.stands.get(Part.SEVERITY)
    bound = sheet_findings.checked_for(audit, it.question) if audit else []
    return {
        "text": noted.text if noted else "",
        "severity": severity.text if severity else "",
        "theme": it.question.theme,
        "obligations": [str(each.pk) for each in bound],
        "photos": [str(photo.pk) for photo in it.photos],
    }


def link(it: Finding, seen: Answered | None) -> None:
    """A finding begun with what is noted at a question: that is logged now."""
    if seen and it.audit and (noted := sheet_findings.standing(it.audit.sheet, seen.question)):
        sheet_findings.link(it, noted.entry)
