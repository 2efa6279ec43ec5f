"""The letters of a sanction case as files: as they were sent, or as they would be today, to be put on paper and signed."""

from datetime import date

from django.http import Http404
from django.http.response import HttpResponseBase

from accounts.models import User
from core import files
from followup import letter_pdf
from followup.letters import Letter
from followup.models import Sanction, SanctionLetter
from followup.services import hearings, sanction_decisions, sanction_post

Purpose = SanctionLetter.Purpose


def draft(sanction: Sanction, purpose: str, *, signer: User, today: date) -> Letter | None:
    """The letter that the case is about to send, for our own people; None where it is not that far."""
    if purpose == Purpose.HEARING and sanction.status == Sanction.Status.CONSIDERED:
        return hearings.as_of(sanction, signer=signer, today=today).letter
    if purpose == Purpose.DECISION and sanction.status == Sanction.Status.DECIDED:
        return sanction_decisions.as_of(sanction, signer=signer, today=today).letter
    return None


def handed_out(sanction: Sanction, purpose: str, *, reader: User, today: date) -> HttpResponseBase:
    if sent := sanction_post.last(sanction, purpose):
        return files.download(sent)
    drafted = draft(sanction, purpose, signer=reader, today=today) if reader.works_here else None
    if drafted is None:
        raise Http404
    return files.handed_out(letter_pdf.made(drafted))
