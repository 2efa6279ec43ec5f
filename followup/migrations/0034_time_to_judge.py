"""How long we give ourselves to judge what a supplier answers about a finding, by its severity: until now two working days of a critical
one and ten of every other."""

import django.core.validators
from django.db import migrations, models

from followup import starters

UNITS = [("days", "days"), ("working_days", "working days"), ("weeks", "weeks"), ("months", "months")]


def install(apps, schema_editor):
    starters.install_judgement_times(apps.get_model("followup", "Severity"))


class Migration(migrations.Migration):
    dependencies = [("followup", "0033_told_days")]

    operations = [
        migrations.AddField(
            model_name="severity",
            name="judgement_offset",
            field=models.PositiveSmallIntegerField(
                default=10,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)],
                verbose_name="we judge an answer within",
            ),
        ),
        migrations.AddField(
            model_name="severity",
            name="judgement_unit",
            field=models.CharField(choices=UNITS, default="working_days", max_length=12),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
