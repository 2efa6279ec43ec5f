"""Every address under `/api/v1/`."""

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts.api import Me
from contracts.api.call_offs import CallOffResource
from contracts.api.clauses import ClauseResource
from contracts.api.frameworks import FrameworkResource
from contracts.api.obligations import ObligationResource
from contracts.api.organisations import OrganisationResource
from contracts.api.requirements import RequirementResource
from core.api.history import HistoryResource
from core.api.schema import SchemaView
from followup.api.agency_reports import AgencyReportResource
from followup.api.audits import AuditResource
from followup.api.checklists import ChecklistResource
from followup.api.document_requests import DocumentRequestResource
from followup.api.documents import DocumentResource
from followup.api.findings import FindingResource
from followup.api.formal_notices import FormalNoticeResource
from followup.api.meetings import MeetingResource
from followup.api.programmes import ProgrammeResource
from followup.api.received_results import ReceivedResource
from followup.api.sanctions import SanctionResource
from followup.api.schemes import SchemeResource
from followup.api.sharings import SharingResource
from followup.api.sheets import SheetPhotoResource, SheetResource
from followup.api.sites import SiteResource
from followup.api.written_reports import WrittenReportResource
from notifications.api import DeadlineResource, DeliveryResource
from notifications.webhooks.api import WebhookResource

router = SimpleRouter()
router.register("organisations", OrganisationResource, basename="organisation")
router.register("frameworks", FrameworkResource, basename="framework")
router.register("call-offs", CallOffResource, basename="call-off")
router.register("clauses", ClauseResource, basename="clause")
router.register("requirements", RequirementResource, basename="requirement")
router.register("obligations", ObligationResource, basename="obligation")
router.register("document-requests", DocumentRequestResource, basename="document-request")
router.register("documents", DocumentResource, basename="document")
router.register("formal-notices", FormalNoticeResource, basename="formal-notice")
router.register("audits", AuditResource, basename="audit")
router.register("checklists", ChecklistResource, basename="checklist")
router.register("sheet-photos", SheetPhotoResource, basename="sheet-photo")
router.register("sheets", SheetResource, basename="sheet")
router.register("written-reports", WrittenReportResource, basename="written-report")
router.register("audit-programmes", ProgrammeResource, basename="audit-programme")
router.register("audit-schemes", SchemeResource, basename="audit-scheme")
router.register("sites", SiteResource, basename="site")
router.register("sanctions", SanctionResource, basename="sanction")
router.register("findings", FindingResource, basename="finding")
router.register("meetings", MeetingResource, basename="meeting")
router.register("agency-reports", AgencyReportResource, basename="agency-report")
router.register("sharings", SharingResource, basename="sharing")
router.register("received-results", ReceivedResource, basename="received-result")
router.register("deadlines", DeadlineResource, basename="deadline")
router.register("deliveries", DeliveryResource, basename="delivery")
router.register("webhooks", WebhookResource, basename="webhook")
router.register("history", HistoryResource, basename="history")

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    path("me/", Me.as_view({"get": "retrieve"}), name="me"),
    *router.urls,
]
