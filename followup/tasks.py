"""What the scheduler starts. The clock is read here and nowhere below."""

from celery import shared_task

from core import clock
from followup.services import finding_silence, hearings, notices_back, photo_pieces, renewal_sweep, report_clocks, series, sharing_clocks


@shared_task(name="followup.tasks.renew")
def renew(**kwargs: object) -> None:
    renewal_sweep.sweep(**clock.read())


@shared_task(name="followup.tasks.repeat")
def repeat(**kwargs: object) -> None:
    series.sweep(**clock.read())


@shared_task(name="followup.tasks.audit_reports")
def audit_reports(**kwargs: object) -> None:
    report_clocks.remind_leads(**clock.read())


@shared_task(name="followup.tasks.sharings")
def sharings(**kwargs: object) -> None:
    sharing_clocks.sweep(**clock.read())


@shared_task(name="followup.tasks.silence")
def silence(**kwargs: object) -> None:
    finding_silence.sweep(today=clock.today())


@shared_task(name="followup.tasks.letters")
def letters(**kwargs: object) -> None:
    at = clock.read()
    notices_back.sweep(**at)
    hearings.tell_who_may_decide(**at)


@shared_task(name="followup.tasks.photo_pieces")
def forget_photo_pieces(**kwargs: object) -> None:
    photo_pieces.sweep(now=clock.now())
