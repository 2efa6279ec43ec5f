"""An audit at a site: chosen among the supplier's own, and what it says of the site stands whatever becomes of that."""

import pytest

from core.errors import Invalid, WrongState
from followup.models import Audit, Site
from followup.services import audit_outcomes, audits, sites
from notifications import delivery
from notifications.models import Message
from tests.cast import Cast
from tests.contracts.pages import filled, text
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import AT, announced, at, log, page_of, planned, reused
from tests.followup.conftest import Visit
from tests.followup.findings.stories import audited, logged


def site_of(cast: Cast, name: str = "Binh Duong Electronics", **written: object) -> Site:
    supplier = written.pop("supplier", cast.nordvare)
    said = {"country": "VN", "address": "Road 5, Thuan An", **written}
    return sites.add(supplier=supplier, name=name, actor=cast.manager, now=NOW, **said)  # type: ignore[arg-type]


def test_it_is_chosen_told_and_remembered_as_it_was(cast: Cast, visit: Visit) -> None:
    site, other = site_of(cast), site_of(cast, supplier=cast.polar, name="Polar factory")
    browser = visit(cast.manager)
    page = browser.get(f"/audits/new/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}")
    assert str(other.pk) not in page.content.decode(), "only the supplier's own"
    form = {name: values[0] for name, values in filled(page).items()}
    browser.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {  # type: ignore[attr-defined]
        **form, "kind": "supplier_audit", "planned_on": "2026-04-15", "site": str(site.pk), "place": "Gate 3",
    })  # fmt: skip
    it = Audit.objects.get()
    audits.announce(audit=it, actor=cast.manager, **AT)
    delivery.deliver(clock=lambda: at(TODAY), is_any_time=True)
    assert "Binh Duong Electronics, Road 5, Thuan An, Vietnam; Gate 3" in Message.objects.get(lines__kind="audit_announced").text
    sites.edit(site=site, name="Thuan An Works", actor=cast.manager, now=NOW)
    assert "Thuan An Works" in text(visit(cast.csr).get(page_of(it))), "before it is held the site is as it is now"
    with pytest.raises(WrongState, match="Audits are planned there"):
        sites.retire(site=site, actor=cast.manager, now=NOW)

    log(cast, Audit.objects.get(), performed_on=TODAY)
    sites.edit(site=site, name="New Owner Ltd", address="Road 9", country="LA", actor=cast.manager, now=NOW)
    sites.retire(site=site, actor=cast.manager, now=NOW)
    assert "Audit at a production site" in text(browser.get(f"/sites/{site.pk}/"))
    sites.remove(site=site, actor=cast.manager, now=NOW)
    it = Audit.objects.get()
    assert it.site is None
    assert "Thuan An Works, Road 5, Thuan An, Vietnam; Gate 3" in text(browser.get(page_of(it)))
    assert "1 audit" in text(browser.get("/audits/?view=all&q=thuan"))


def test_who_else_uses_the_site_of_a_finding_is_ours_to_know(cast: Cast, visit: Visit) -> None:
    site, other = site_of(cast), site_of(cast, name="binh duong  electronics", supplier=cast.polar)
    audit = audited(cast)
    Audit.objects.filter(pk=audit.pk).update(site=site)
    it = logged(cast, "critical", audit=audit)
    assert f'href="/sites/{other.pk}/"' in visit(cast.manager).get(f"/findings/{it.pk}/").content.decode()
    assert cast.polar.name not in text(visit(cast.csr).get(f"/findings/{it.pk}/"))


def test_a_site_of_another_or_out_of_use_is_refused(cast: Cast) -> None:
    gone, foreign = site_of(cast), site_of(cast, supplier=cast.polar)
    sites.retire(site=gone, actor=cast.manager, now=NOW)
    waiting = sites.suggest(supplier=cast.nordvare, name="New", country="PL", actor=cast.csr, **AT)
    for site, code in ((gone, "not_confirmed"), (waiting, "not_confirmed"), (foreign, "not_the_suppliers")):
        with pytest.raises(Invalid) as refused:
            planned(cast, site=site)
        assert [(fault.field, fault.code) for fault in refused.value.errors] == [("site", code)]


def test_an_audit_firm_sees_the_sites_of_its_audits(cast: Cast, visit: Visit) -> None:
    site, other = site_of(cast), site_of(cast, "Elsewhere")
    it = announced(cast, site=site, auditor=cast.audit_firm)
    browser = visit(cast.auditor)
    assert "1 site" in text(browser.get("/sites/"))
    assert "Road 5" in text(browser.get(f"/sites/{site.pk}/"))
    assert browser.get(f"/sites/{other.pk}/").status_code == 404
    assert browser.post(f"/sites/{site.pk}/remove/").status_code == 403
    audits.cancel(audit=it, reason="Stengt.", actor=cast.manager, **AT)
    assert browser.get(f"/sites/{site.pk}/").status_code == 404


def test_what_we_answered_for_an_audit_of_others_is_kept(cast: Cast, visit: Visit) -> None:
    site = site_of(cast)
    it = reused(cast, site=site, place="", accepted_because="BSCI 2021 dekker punkt 2.1.")
    assert (it.is_as_strict, it.is_similar, it.site_name) == (True, True, "Binh Duong Electronics")
    shown = text(visit(cast.manager).get(page_of(it)))
    for words in ("As strict as our requirements", "Made in a similar way", "BSCI 2021 dekker punkt 2.1.", "Maja Forvalter"):
        assert words in shown
    assert "BSCI 2021 dekker" not in text(visit(cast.csr).get(page_of(it)))
    for wrong, field in (({"is_as_strict": False}, "is_as_strict"), ({"is_similar": False}, "is_similar"), ({"place": " "}, "place")):
        with pytest.raises(Invalid) as refused:
            reused(cast, **wrong)
        assert [fault.field for fault in refused.value.errors] == [field]
    assert audit_outcomes.method_of(it) == "document"
