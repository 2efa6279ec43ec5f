from django.db import migrations

from notifications import ladders


def write(apps, schema_editor):
    names = ("ReminderPolicy", "PolicyVersion", "ReminderStep")
    ladders.install(*(apps.get_model("notifications", name) for name in names))


class Migration(migrations.Migration):
    """The ladder of audits that are to be held. It stays when this is taken back: cases may run by it."""

    dependencies = [("notifications", "0016_audits_and_findings")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
