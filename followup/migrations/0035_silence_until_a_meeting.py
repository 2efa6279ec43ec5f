"""Silence about a minor finding is taken up at the next status meeting, where one is planned in time."""

import django.core.validators
from django.db import migrations, models

from followup import starters

UNITS = [("days", "days"), ("working_days", "working days"), ("weeks", "weeks"), ("months", "months")]


def install(apps, schema_editor):
    starters.install_silence(apps.get_model("followup", "Severity"))


class Migration(migrations.Migration):
    dependencies = [("followup", "0034_time_to_judge")]

    operations = [
        migrations.AddField(
            model_name="severity",
            name="silence_offset",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MaxValueValidator(365)],
                verbose_name="no answer: taken up at a status meeting within",
            ),
        ),
        migrations.AddField(
            model_name="severity",
            name="silence_unit",
            field=models.CharField(choices=UNITS, default="days", max_length=12),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
