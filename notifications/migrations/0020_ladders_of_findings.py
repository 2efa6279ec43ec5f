"""Who is told of a finding, when."""

from django.db import migrations

from notifications import ladders


def install(apps, schema_editor):
    ladders.install(*(apps.get_model("notifications", name) for name in ("ReminderPolicy", "PolicyVersion", "ReminderStep")))


class Migration(migrations.Migration):
    dependencies = [("notifications", "0019_ladder_of_sanctions")]

    # Going back leaves them: somebody may have come to use them.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
