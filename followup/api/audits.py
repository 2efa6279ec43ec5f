"""`/audits/`: planning, announcing and writing down audits."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.models import Organisation
from contracts.models import Framework, Judgement, Obligation, Requirement
from core import access, files
from core.api.parsers import JSONParser
from core.api.resources import Row
from core.api.schema import REFUSED
from core.errors import FieldError, Invalid, WrongState
from core.sql import json_list, parts
from followup import audit_days
from followup.api import audit_records
from followup.api import audit_shapes as shapes
from followup.api.audit_records import AuditRecords
from followup.filters import AuditFilters
from followup.models import Audit, AuditReport, Finding
from followup.querysets import AUDIT_ORDERS, audit_orders
from followup.services import audit_outcomes, audit_report_files, audits
from followup.states import AUDIT
from notifications import calendars

MINE = OuterRef("pk")
ABOUT = ("framework__organisation", "framework__scope", "supplier", "deadline__organisation", "auditor", "lead__person", "re_audit_of")
REPORT = ("id", "name", "size", "sha256", "content_type", "scan_state", "created_at")
JUDGED = ("obligation_id", "verified", "method", "checked_on", "valid_until", "reason")
REUSED = ("listed_scheme", "scheme", "grade", "valid_until", "is_as_strict", "is_similar", "accepted_because")
ANSWERED = ("is_as_strict", "is_similar", "accepted_because")
SITE = ("site_name", "site_address", "site_country")
HELD = ("performed_on", "result", "conclusion")
OURS = ("trigger", "reason")


class AuditResource(AuditRecords):
    """A supplier sees an audit of itself once it is announced, or once it is reported; an audit firm those it makes."""

    queryset = Audit.objects.all()
    output = shapes.AuditOut
    inputs = {
        "create": shapes.AuditIn,
        "partial_update": shapes.PlanIn,
        "log": shapes.LogIn,
        "cancel": shapes.CancelIn,
        "judge": shapes.AuditJudgementIn,
        "take_report_away": shapes.TakeReportAwayIn,
        **audit_records.INPUTS,
    }
    filterset_class = AuditFilters
    orders = AUDIT_ORDERS
    columns = (
        *("id", "framework_id", "supplier_id", "kind", "status", "announcement", "planned_on", "performed_on", "place", "purpose"),
        *("trigger", "reason", "auditor_id", "lead_id", "re_audit_of_id", "result", "conclusion", "scheme", "grade", "valid_until"),
        *("site_id", "programme_id", "listed_scheme_id", *SITE, "site__name", "site__address", "site__country", *ANSWERED),
        *("deadline_id", "supplier__country", "cancel_reason", "told_on", "announced_at", "created_at"),
    )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.orders = audit_orders(self.user)  # type: ignore[misc]

    # Reading

    def rows(self, visible: QuerySet[Any]) -> QuerySet[Any]:
        until = Coalesce("framework__expiry__due_on", "framework__ends_on")  # the day it ends, options counted
        return visible.values(*self.columns, until=until)

    def shown(self, rows: list[Row]) -> list[Row]:
        keys = [row["id"] for row in rows]
        below = parts(
            Audit,
            keys,
            bound=json_list(
                Audit.obligations.through.objects.filter(audit=MINE).order_by("obligation__requirement__number", "obligation_id"),
                obligation="obligation_id",
                requirement="obligation__requirement_id",
            ),
            reports=json_list(AuditReport.objects.filter(audit=MINE).order_by("created_at", "pk"), **{name: name for name in REPORT}),
            judgements=json_list(Judgement.objects.filter(audits=MINE).order_by("judged_at", "pk"), **{name: name for name in JUDGED}),
            **audit_records.lists(),
            findings=json_list(Finding.objects.visible_to(self.user).filter(audit=MINE).order_by("number"), id="pk"),
        )
        warned = self._warned(rows)
        return [self._shown(row, warnings=warned.get(row["id"], []), **below[row["id"]]) for row in rows]

    def _warned(self, rows: Iterable[Row]) -> dict[Any, list[str]]:
        """What speaks against the days to come. One query where there are any."""
        coming = [row for row in rows if row["status"] in (Audit.Status.PLANNED, Audit.Status.ANNOUNCED)]
        if not coming or not self.user.works_here:
            return {}
        known, today = calendars.read(), self.clock["today"]
        return {row["id"]: audit_days.warnings(_coming(row), known, today) for row in coming}

    def _shown(
        self,
        row: Row,
        bound: list[Row],
        reports: list[Row],
        judgements: list[Row],
        findings: list[Row],
        warnings: list[str],
        **records: list[Row],
    ) -> Row:
        is_reported = row["status"] in (Audit.Status.REPORTED, Audit.Status.CLOSED)
        is_ours = self.user.works_here
        knows_all = is_ours or row["auditor_id"] in self.user.auditor_ids
        first, last = audit_days.span(row["planned_on"], row["announcement"])
        hides_day = not knows_all and first != last and row["performed_on"] is None
        knows_result = knows_all or is_reported
        seen = reports if knows_result else []
        same = ("id", "kind", "status", "announcement", "performed_on", "place", "purpose", "scheme", "grade", "valid_until")
        return {
            **{name: row[name] for name in (*same, "cancel_reason", "announced_at", "created_at")},
            "framework": row["framework_id"],
            "supplier": row["supplier_id"],
            "planned_on": None if hides_day else row["planned_on"],
            "planned_from": first,
            "planned_until": last,
            **{name: row[name] if is_ours else None for name in (*OURS, *ANSWERED)},
            "listed_scheme": row["listed_scheme_id"] if is_ours else None,
            "site": row["site_id"],
            "site_as_held": _site_as_held(row),
            "programme": row["programme_id"] if is_ours else None,
            **audit_records.shown(records, is_ours=is_ours, knows_all=knows_all),
            "auditor": row["auditor_id"],
            "lead": row["lead_id"],
            "requirements": list(dict.fromkeys(each["requirement"] for each in bound)),
            "obligations": [each["obligation"] for each in bound],
            "re_audit_of": row["re_audit_of_id"] if knows_result else None,
            "result": row["result"] if knows_result else "",
            "conclusion": row["conclusion"] if knows_result else "",
            "report": seen[-1] if seen else None,
            "reports": seen,
            "findings": [each["id"] for each in findings],
            "judgements": [{"obligation": each.pop("obligation_id"), **each} for each in judgements],
            "deadline": row["deadline_id"] if is_ours else None,
            "warnings": warnings,
        }

    # Before it is held

    def create(self, request: Request) -> HttpResponseBase:
        """Plan an audit; of kind `reused`, write down one that others have made."""
        access.require(self.user, AUDIT["edit"].needs)
        body = self.body()
        is_reused = body["kind"] == Audit.Kind.REUSED
        place = {"framework": body.pop("framework"), "supplier": body.pop("supplier")}
        self._only_of_kind(body, is_reused)
        obligations = bound_under(body.pop("requirements", []), **place)

        def act() -> Row:
            if is_reused:
                body.pop("kind")
                made = audit_outcomes.log_reused(obligations=obligations, **place, **_reused(body), **self.by_today)
            else:
                made = audits.plan(obligations=obligations, **place, **body, **self.by_today)
            return self.one(made.pk)

        return self.once(act, status=201)

    def _only_of_kind(self, body: Row, is_reused: bool) -> None:
        """A plan has a day; what has been held has a result. Neither takes what only the other has."""
        wanted = ("performed_on", "result") if is_reused else ("planned_on",)
        foreign = ("planned_on", "announcement", "auditor", "lead", "re_audit_of", "programme", *OURS) if is_reused else (*REUSED, *HELD)
        faults = [FieldError(name, "required", shapes.NEEDED) for name in wanted if not body.get(name)]
        faults += [FieldError(name, "not_of_kind", shapes.NOT_OF_KIND) for name in foreign if name in body]
        if faults:
            raise Invalid(faults)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        """Correct the plan or move it. A supplier that was told of it is told what is another."""
        it = self._at(pk, "edit")
        changes = self.changes(pk)
        if "requirements" in changes:
            changes["obligations"] = bound_under(changes.pop("requirements"), framework=it.framework, supplier=it.supplier)
        audits.edit(audit=it, **changes, **self.by_today)
        return self.answered(pk)

    @action(detail=True, methods=["post"])
    def announce(self, request: Request, pk: str) -> HttpResponseBase:
        """Tell the supplier's contacts what is audited, when, by whom and under which clause."""
        return self._do(pk, "announce", audits.announce, self.by_today)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> HttpResponseBase:
        """Call it off. A supplier that was told of it is told that too."""
        return self._do(pk, "cancel", audits.cancel, self.by_today)

    # What came of it

    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser, JSONParser])
    def log(self, request: Request, pk: str) -> HttpResponseBase:
        """That it was held, and what came of it. With the report (part `report`) it is reported, and the supplier is told."""
        it = self._at(pk, "report")
        body, checked = self.body(), files.received(self.request, "report")
        body.pop("report", None)

        def act() -> Row:
            with files.kept(checked) as kept:
                audit_outcomes.log(audit=it, files=kept, **body, **self.by_today)
            return self.one(pk)

        return self.once(act)

    @action(detail=True, methods=["post"])
    def judge(self, request: Request, pk: str) -> HttpResponseBase:
        """Whether a requirement that it checked is met, as it was found. What is not judged stays unknown."""
        it = self._at(pk, "judge")
        body = self.body()
        body["obligation"] = _checked(it, body["obligation"])

        def act() -> Row:
            audit_outcomes.judge(audit=it, **body, **self.by_today)
            return self.one(pk)

        return self.once(act)

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> HttpResponseBase:
        """Everything that it found is mended or noted."""
        return self._do(pk, "close", audit_outcomes.close, self.by)

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY, **REFUSED})
    @action(detail=True)
    def report(self, request: Request, pk: str) -> HttpResponseBase:
        """The latest report, as it was sent."""
        it = self.at(pk, "supplier")
        self.only(frozenset())
        kept = it.reports.order_by("-created_at", "-pk").first()
        if kept is None:
            raise WrongState(shapes.NO_REPORT)
        return files.download(kept)

    @action(detail=True, methods=["post"])
    def take_report_away(self, request: Request, pk: str) -> HttpResponseBase:
        """A file was added by mistake: nobody can open it here any more, and the history keeps its name and checksum."""
        it, body = self._at(pk, "take_report_away"), self.body()
        file = it.reports.filter(pk=body["report"]).first()
        if file is None:
            raise Invalid.one("report", "unknown_report", shapes.NO_SUCH_REPORT)

        def act() -> Row:
            audit_report_files.take_away(report=file, reason=body["reason"], **self.by)
            return self.one(pk)

        return self.once(act)

    def _at(self, pk: str, change: str) -> Audit:
        it: Audit = self.found(pk, AUDIT[change].needs, *ABOUT)
        return it

    def _do(self, pk: str, change: str, service: Any, by: Row) -> HttpResponseBase:
        it = self._at(pk, change)
        body = self.body()

        def act() -> Row:
            service(audit=it, **body, **by)
            return self.one(pk)

        return self.once(act)


def _coming(row: Row) -> audit_days.Coming:
    is_to_be_told = audit_days.is_to_be_told(row["status"], row["announcement"])
    return audit_days.Coming(row["planned_on"], row["supplier__country"], row["until"], is_to_be_told)


def _site_as_held(row: Row) -> Row | None:
    """As it was when it was held; before that as it is. See `Audit.site_as_held`."""
    prefix = "site_" if row["site_name"] else "site__"
    found = {name: row[f"{prefix}{name}"] for name in ("name", "address", "country")}
    return found if found["name"] else None


def bound_under(requirements: Iterable[Requirement], *, framework: Framework, supplier: Organisation) -> list[Obligation]:
    """The supplier's obligations under these requirements, on every lot it is bound on."""
    wanted = {each.pk for each in requirements}
    found = list(Obligation.objects.filter(requirement__in=wanted, framework=framework, supplier=supplier))
    if wanted - {each.requirement_id for each in found}:
        raise Invalid.one("requirements", "not_bound", shapes.NOT_BOUND)
    return found


def _checked(it: Audit, key: Any) -> Obligation:
    found = it.obligations.filter(pk=key).first()
    if found is None:
        raise Invalid.one("obligation", "not_in_audit", shapes.NOT_CHECKED)
    return found


def _reused(body: Row) -> Row:
    """What nobody has vouched for is not vouched for."""
    return {"is_as_strict": False, "is_similar": False, **body}
