from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Case, F, OuterRef, Q, Subquery, When

import core.sql


def fill(apps: Any, schema_editor: Any) -> None:
    """The day of each audit and report as its deadline has it; the firm of each finding as its audit has it."""
    deadlines = apps.get_model("notifications", "Deadline").objects.filter(pk=OuterRef("deadline_id"))
    apps.get_model("followup", "Audit").objects.update(planned_on=Subquery(deadlines.values("due_on")))
    apps.get_model("followup", "AgencyReport").objects.update(due_on=Subquery(deadlines.values("due_on")))
    audits = apps.get_model("followup", "Audit").objects.filter(pk=OuterRef("audit_id"))
    apps.get_model("followup", "Finding").objects.exclude(audit=None).update(auditor_id=Subquery(audits.values("auditor_id")))


def index(model: str, name: str, *fields: str) -> migrations.AddIndex:
    return migrations.AddIndex(model_name=model, index=models.Index(fields=[*fields, "id"], name=name))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_absences"),
        ("contracts", "0009_what_a_clause_gives"),
        ("followup", "0037_rarely_asked_for"),
    ]

    operations = [
        migrations.AddField("audit", "planned_on", models.DateField(null=True)),
        migrations.AddField("agencyreport", "due_on", models.DateField(null=True)),
        migrations.AddField(
            "finding",
            "auditor",
            models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("audit", "planned_on", models.DateField()),
        migrations.AlterField("agencyreport", "due_on", models.DateField()),
        migrations.RemoveIndex("audit", "audit_supplier_told"),
        migrations.RemoveConstraint("audit", "audit_tells_no_day"),
        migrations.RemoveField("audit", "told_on"),
        migrations.AddField(
            "audit",
            "told_on",
            models.GeneratedField(
                db_persist=True,
                expression=Case(
                    When(announcement="semi_announced", then=core.sql.monday_of("planned_on")), default=F("planned_on")
                ),
                output_field=models.DateField(),
            ),
        ),
        index("audit", "audit_supplier_told", "supplier", "told_on"),
        index("audit", "audit_planned", "planned_on"),
        index("audit", "audit_framework_planned", "framework", "planned_on"),
        index("audit", "audit_auditor_planned", "auditor", "planned_on"),
        index("finding", "finding_auditor", "auditor", "created_at"),
        index("finding", "finding_auditor_mend_by", "auditor", "mend_by"),
        index("agencyreport", "agency_report_due", "due_on"),
        migrations.AddIndex(
            "audit",
            models.Index(
                fields=["auditor", "site"], condition=Q(site__isnull=False) & ~Q(status="cancelled"), name="audit_firm_site"
            ),
        ),
        migrations.AlterField(
            "formalnotice",
            "framework",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="formal_notices",
                to="contracts.framework",
            ),
        ),
        index("formalnotice", "formal_notice_framework", "framework", "created_at"),
        index("formalnotice", "formal_notice_status", "status", "created_at"),
    ]
