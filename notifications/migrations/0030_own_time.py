"""How long we give ourselves with what has come to us is said by the policy; empty, it is as the tool comes."""

import django.core.validators
from django.db import migrations, models

UNITS = [("days", "days"), ("working_days", "working days"), ("weeks", "weeks"), ("months", "months")]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0029_unproved_returns")]

    operations = [
        migrations.AddField(
            model_name="policyversion",
            name="own_offset",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)],
                verbose_name="how long we give ourselves",
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="own_unit",
            field=models.CharField(choices=UNITS, default="working_days", max_length=12, verbose_name="counted in"),
        ),
    ]
