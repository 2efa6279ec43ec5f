"""The least by which it must be known that a finding is put right, by its severity."""

from django.db import migrations, models

from followup import starters

METHODS = [
    ("self_declared", "the supplier says so"),
    ("document", "documents checked"),
    ("remote", "seen from afar"),
    ("on_site", "seen on site"),
    ("workers", "workers heard"),
]


def install(apps, schema_editor):
    starters.install_weakest_methods(apps.get_model("followup", "Severity"))


class Migration(migrations.Migration):
    dependencies = [("followup", "0029_photo_pieces")]

    operations = [
        migrations.AddField(
            model_name="severity",
            name="weakest_method",
            field=models.CharField(blank=True, choices=METHODS, default="", max_length=14, verbose_name="closed by this at least"),
            preserve_default=False,
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
