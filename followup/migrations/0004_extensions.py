from django.db import migrations, models
from django.db.models import F


def count(apps, schema_editor):
    """A date that was moved before anybody counted was moved at least once."""
    rounds = apps.get_model("followup", "Round").objects.filter(deadline__due_on__gt=F("deadline__original_due_on"))
    rounds.update(extensions=1)


class Migration(migrations.Migration):

    dependencies = [("followup", "0003_list_indexes")]

    operations = [
        migrations.AddField(
            model_name="round",
            name="extensions",
            field=models.PositiveSmallIntegerField(default=0, help_text="How often a later date was given."),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
