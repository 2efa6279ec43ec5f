"""The document kinds and request templates that a new installation begins with."""

from django.db import migrations
from django.utils import timezone

from followup import starters


def install(apps, schema_editor):
    model = apps.get_model
    starters.install(
        model("followup", "DocumentKind"), model("followup", "RequestTemplate"), model("followup", "TemplateItem"), now=timezone.now()
    )


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_initial")]

    # Going back leaves them: somebody may have come to use them.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
