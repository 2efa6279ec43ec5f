"""A body takes back, by a signed file, what it has shared with us."""

from django.db import migrations, models

STATUSES = [
    ("refused", "not read"),
    ("checked", "to be looked at"),
    ("in_use", "relied on"),
    ("set_aside", "put aside"),
    ("replaced", "replaced by a newer file"),
    ("withdrawn", "takes results back"),
]


class Migration(migrations.Migration):
    dependencies = [("followup", "0035_silence_until_a_meeting")]

    operations = [
        migrations.AddField(model_name="receivedaudit", name="withdrawn_on", field=models.DateField(null=True)),
        migrations.AlterField(model_name="receivedfile", name="status", field=models.CharField(choices=STATUSES, max_length=9)),
    ]
