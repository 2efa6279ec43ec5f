"""The sheet on paper, in a chosen language: tagged PDF (PDF/UA-1). What is answered stands there; what is not has room for a pen."""

import json
from pathlib import Path
from typing import Any

import typst
from django.http import HttpResponse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import files, locales
from followup import sheet_answers, sheet_reading
from followup.models import AuditSheet, ChecklistQuestion, Part
from followup.sheet_reading import Answered

TEMPLATE = Path(__file__).parent / "typst" / "sheet.typ"


def handed_out(sheet: AuditSheet, language: str) -> HttpResponse:
    """Made on the spot, as a download."""
    with translation.override(language):
        content = typst.compile(TEMPLATE, format="pdf", pdf_standards=["ua-1"], sys_inputs={"sheet": json.dumps(_said(sheet, language))})
        name = f"{files.plain_stem(_('The sheet'))}-{files.plain_stem(sheet.audit.supplier.name)}.pdf"
    return files.as_download(HttpResponse(content, content_type="application/pdf"), name)


def _said(sheet: AuditSheet, language: str) -> dict[str, Any]:
    it = sheet.audit
    facts = [
        (_("Supplier"), it.supplier.name),
        (_("Agreement"), it.framework.title),
        (_("Planned for"), locales.long_day(it.deadline.due_on)),
        (_("Where"), it.place),
    ]
    return {
        "language": language,
        "title": f"{_('The sheet')}: {capfirst(it.get_kind_display())}",
        "facts": [[label, value or ""] for label, value in facts],
        "pen": [_("Date and place"), _("Who audits"), _("Who took part from the supplier")],
        "words": {"note": pgettext("in a sheet", "Note"), "found": _("What was found"), "photos": _("Photos"), "evidence": _("Look for:")},
        "parts": [
            {"name": part.name, "questions": [_question(each, language) for each in part.answered]}
            for part in sheet_reading.read(it, language=language)
        ],
    }


def _question(it: Answered, language: str) -> dict[str, Any]:
    found, severity = (it.stands[part].text if part in it.stands else "" for part in (Part.FINDING, Part.SEVERITY))
    offered = [words for _code, words in sheet_reading.alternatives(it.question, language)]
    return {
        "text": it.text,
        "topic": capfirst(str(ChecklistQuestion.Topic(it.question.topic).label)),
        "guidance": it.question.guidance_in(language),
        "evidence": it.question.evidence_in(language),
        "offered": offered,
        "is_long": it.question.kind == ChecklistQuestion.Kind.TEXT,
        "answer": it.answer,
        "note": it.note,
        "found": found,
        "severity": dict(sheet_answers.severities(language)).get(severity, ""),
        "photos": len(it.photos),
    }
