"""A visit to a factory in Vietnam: without a net, merged, one critical and two minor findings, mended, closed by another, and it lasted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person, User
from contracts.models import Obligation
from followup.models import Audit, AuditSheet, ChecklistVersion, Finding, SheetPhoto
from followup.services import audits, sheets, sites
from tests.browser import finding_steps as steps
from tests.browser.sheet_steps import answer, note_finding, part, status
from tests.browser.walker import Walker, of_history, on_a_phone, post
from tests.cast import Cast
from tests.followup.sheets.stories import asked, picture

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[[User, str], None]

LOCKED = "The exit by line B was locked with a padlock during the night shift."
UNPAID = "Overtime in June was not paid to six of ten."
SUNDAYS = "Three Sundays in a row were worked."


@pytest.fixture
def visited(cast: Cast) -> AuditSheet:
    """Planned at a site in Vietnam, made by an audit firm, led by our specialist, announced; the sheet is begun."""
    Person.objects.update(language="en")
    at = {"actor": cast.manager, "now": timezone.now()}
    place = {"name": "Binh Minh Electronics", "address": "Lot 7, Binh Duong", "country": "VN"}
    site = sites.add(supplier=cast.nordvare, **place, **at)
    checked = list(Obligation.objects.filter(framework=cast.pc, supplier=cast.nordvare))
    team = {"auditor": cast.audit_firm, "lead": cast.specialist, "site": site}
    said = {"kind": "supplier_audit", "planned_on": timezone.localdate(), "obligations": checked, **team}
    audit = audits.plan(framework=cast.pc, supplier=cast.nordvare, today=timezone.localdate(), **said, **at)
    audits.announce(audit=audit, today=timezone.localdate(), **at)
    return sheets.begin(audit=audit, versions=[ChecklistVersion.objects.get(checklist__code="factory-visit")], **at)


def test_from_the_factory_floor_to_a_change_that_lasts(page: Page, enter: Enter, cast: Cast, visited: AuditSheet, tmp_path: Path) -> None:
    photo, mended = tmp_path / "line-b.png", tmp_path / "opened.png"
    photo.write_bytes(picture().read())
    mended.write_bytes(picture(pixel=7).read())
    walker = Walker(page, "mouse")
    the_auditor_writes_without_a_net(walker, enter, cast, visited, photo)
    the_specialist_logs_the_minor_ones(walker, enter, cast, visited)
    the_manager_logs_the_critical_one(walker, enter, cast, visited)
    critical, *minor = Finding.objects.order_by("severity__code", "number")
    assert [critical.severity.code, *(each.severity.code for each in minor)] == ["critical", "minor", "minor"]
    assert critical.files.get().storage_name == SheetPhoto.objects.get().storage_name
    the_supplier_answers(walker, enter, cast, critical, minor, mended)
    the_owner_closes(walker, enter, cast, [critical, *minor])
    it_is_looked_at_again(walker, enter, cast, critical)
    everything_is_in_the_history(visited, critical, minor)


def the_auditor_writes_without_a_net(walker: Walker, enter: Enter, cast: Cast, visited: AuditSheet, photo: Path) -> None:
    page = walker.page
    with on_a_phone(page):
        enter(cast.auditor, f"/audits/{visited.audit_id}/")
        expect(page.get_by_text("Binh Minh Electronics").first).to_be_visible()
        walker.link("Open the sheet")
        page.wait_for_selector("[data-sheet][data-ready]")
        page.context.set_offline(True)
        for code, severity, found in (("safety-1", "critical", LOCKED), ("wages-1", "minor", UNPAID), ("hours-2", "minor", SUNDAYS)):
            answer(page, asked(visited, code), "No")
            note_finding(page, asked(visited, code), severity, found)
        part(page, asked(visited, "safety-1")).locator("input[type=file]").set_input_files(photo)
        expect(status(page)).to_contain_text("fields: 9, photos: 1")
        page.reload()
        expect(part(page, asked(visited, "safety-1")).get_by_label("What was found")).to_have_value(LOCKED)
        page.context.set_offline(False)
        expect(page.get_by_role("heading", name="3 findings are noted and not logged yet")).to_be_visible()
        expect(status(page)).to_contain_text("Sent and taken in – fields: 9, photos: 1")
        expect(page.get_by_role("button", name="Log it")).to_have_count(0)
        walker.look("the sheet, merged")


def the_specialist_logs_the_minor_ones(walker: Walker, enter: Enter, cast: Cast, visited: AuditSheet) -> None:
    page = walker.page
    enter(cast.specialist, f"/audits/{visited.audit_id}/")
    walker.look("findings noted")
    walker.link("See them in the sheet")
    for left in (2, 1):
        page.locator("#noted").get_by_role("button", name="Log it").first.click()
        expect(page.get_by_text("The finding is logged. The supplier has not been told yet.")).to_be_visible()
        expect(page.locator("#noted li")).to_have_count(left)
    for finding in Finding.objects.all():
        enter(cast.specialist, f"/findings/{finding.pk}/")
        steps.tell(walker)


def the_manager_logs_the_critical_one(walker: Walker, enter: Enter, cast: Cast, visited: AuditSheet) -> None:
    page = walker.page
    enter(cast.manager, f"/audits/{visited.audit_id}/sheet/")
    walker.press(page.locator("#noted").get_by_role("link", name="Log it"))
    expect(page.get_by_text("The supplier and the agreement owner are told at once.")).to_be_visible()
    walker.look("a critical one")
    walker.button("Log it")
    expect(page.get_by_text("The supplier and the agreement owner are told now.")).to_be_visible()
    expect(page.get_by_role("heading", name="noted and not logged yet")).to_have_count(0)
    post()


def the_supplier_answers(walker: Walker, enter: Enter, cast: Cast, critical: Finding, minor: list[Finding], mended: Path) -> None:
    page = walker.page
    with on_a_phone(page):
        enter(cast.csr, "/findings/")
        expect(page.locator(".rows__title")).to_have_count(3)
        walker.look("to mend")
        enter(cast.csr, f"/findings/{critical.pk}/")
        walker.look("critical, to the supplier")
        steps.send_plan(walker, cause="The guard locked it against thieves.", action="Take the lock away.", responsible="Ngo Thi Lan")
    enter(cast.owner, f"/findings/{critical.pk}/")
    steps.accept_plan(walker)
    with on_a_phone(page):
        enter(cast.csr, f"/findings/{critical.pk}/")
        steps.finish_action(walker, mended)
        steps.send_evidence(walker, "The lock is gone, and the door opens from inside.")
        for finding in minor:
            enter(cast.csr, f"/findings/{finding.pk}/")
            steps.send_evidence(walker, "Paid and planned anew.")


def the_owner_closes(walker: Walker, enter: Enter, cast: Cast, found: list[Finding]) -> None:
    enter(cast.manager, f"/findings/{found[0].pk}/")
    steps.cannot_close(walker, walker.page.url)
    for finding in found:
        enter(cast.owner, f"/findings/{finding.pk}/")
        steps.close(walker, "Seen from afar", "Shown to us by video.")


def it_is_looked_at_again(walker: Walker, enter: Enter, cast: Cast, critical: Finding) -> None:
    enter(cast.owner, f"/findings/{critical.pk}/")
    steps.it_lasted(walker, "Every door was open on the night shift.")
    walker.look("it lasted")


def everything_is_in_the_history(visited: AuditSheet, critical: Finding, minor: list[Finding]) -> None:
    assert of_history(str(visited.pk)) == {"begin_sheet", "fill_in", "add_photo"}
    mended = {"log", "tell", "evidence", "close"}
    assert of_history(str(critical.pk)) >= mended | {"plan", "accept_plan", "finish_action", "check_effect"}
    assert all(of_history(str(finding.pk)) >= mended for finding in minor)
    assert Audit.objects.get().findings.open().count() == 0
