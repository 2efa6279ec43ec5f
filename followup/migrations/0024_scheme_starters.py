"""The schemes that a new installation begins with; audits that were written down by the name of one are of it."""

from django.db import migrations
from django.utils import timezone

from followup import scheme_starters


def install(apps, schema_editor):
    schemes, audits = apps.get_model("followup", "AuditScheme"), apps.get_model("followup", "Audit")
    scheme_starters.install(schemes, now=timezone.now())
    for scheme in schemes.objects.all():
        audits.objects.filter(kind="reused", listed_scheme=None, scheme__iexact=scheme.name).update(listed_scheme=scheme)


class Migration(migrations.Migration):
    dependencies = [("followup", "0023_audit_schemes")]

    # Going back leaves them: somebody may have come to use them.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
