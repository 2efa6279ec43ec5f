import core.ids
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="earliest_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="From when it may leave at all: one mail a day."
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="message",
            name="not_before",
            field=models.DateTimeField(help_text="The same, moved into the recipient's daytime."),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["status", "earliest_at", "id"], name="message_earliest"),
        ),
        migrations.CreateModel(
            name="Mute",
            fields=[
                ("id", models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField()),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="mutes", to="accounts.person")),
            ],
            options={"verbose_name": "kind not wanted by mail"},
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.UniqueConstraint(fields=("person", "kind"), name="mute_once"),
        ),
    ]
