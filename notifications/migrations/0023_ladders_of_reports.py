from django.db import migrations

from notifications import ladders


def write(apps, schema_editor):
    names = ("ReminderPolicy", "PolicyVersion", "ReminderStep")
    ladders.install(*(apps.get_model("notifications", name) for name in names))


class Migration(migrations.Migration):
    """The versions that this writes stay when it is taken back: cases may run by them."""

    dependencies = [("notifications", "0022_audit_reports")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
