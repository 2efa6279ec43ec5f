"""The scale of severity that a new installation begins with."""

from django.db import migrations

from followup import starters


def install(apps, schema_editor):
    starters.install_severities(apps.get_model("followup", "Severity"))


class Migration(migrations.Migration):
    dependencies = [("followup", "0008_audits_and_findings")]

    # Going back leaves them: somebody may have come to use them.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
