from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery

import core.sql


def fill(apps: Any, schema_editor: Any) -> None:
    """The day that each audit is planned for, or the Monday of its week."""
    deadlines = apps.get_model("notifications", "Deadline").objects.filter(pk=OuterRef("deadline_id"))
    apps.get_model("followup", "Audit").objects.update(told_on=Subquery(deadlines.values("due_on")))
    has_week = apps.get_model("followup", "Audit").objects.filter(announcement="semi_announced")
    has_week.update(told_on=core.sql.monday_of("told_on"))


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0032_fine_terms_from_the_clause"),
    ]

    operations = [
        migrations.AddField(model_name="audit", name="told_on", field=models.DateField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(model_name="audit", name="told_on", field=models.DateField()),
        migrations.AddIndex(
            model_name="audit", index=models.Index(fields=["supplier", "told_on", "id"], name="audit_supplier_told")
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=Q(("announcement", "semi_announced"), _negated=True) | Q(("told_on", core.sql.monday_of("told_on"))),
                name="audit_tells_no_day",
            ),
        ),
    ]
