"""The checklists that a new installation begins with."""

from django.db import migrations
from django.utils import timezone

from followup import checklist_starters


def install(apps, schema_editor):
    model = apps.get_model
    checklist_starters.install(
        model("followup", "Checklist"), model("followup", "ChecklistVersion"), model("followup", "ChecklistQuestion"), now=timezone.now()
    )


class Migration(migrations.Migration):
    dependencies = [("followup", "0014_what_an_audit_rests_on")]

    # Going back leaves them: somebody may have come to use them.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
