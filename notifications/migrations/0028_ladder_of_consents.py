"""Who is told while a supplier has not said whether its results may be shared."""

from django.db import migrations

from notifications import ladders


def install(apps, schema_editor):
    ladders.install(*(apps.get_model("notifications", name) for name in ("ReminderPolicy", "PolicyVersion", "ReminderStep")))


class Migration(migrations.Migration):
    dependencies = [("notifications", "0027_consents")]

    # Going back leaves them: somebody may have come to use them.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
