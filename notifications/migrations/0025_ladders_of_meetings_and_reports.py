"""Who is told of meetings, of what was agreed in them, and of reports from agencies."""

from django.db import migrations

from notifications import ladders


def install(apps, schema_editor):
    ladders.install(*(apps.get_model("notifications", name) for name in ("ReminderPolicy", "PolicyVersion", "ReminderStep")))


class Migration(migrations.Migration):
    dependencies = [("notifications", "0024_meetings_and_reports")]

    # Going back leaves them: somebody may have come to use them.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
