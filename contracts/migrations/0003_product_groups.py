"""Our own product groups, so that an agreement can be given one before anybody loads the whole list."""

import csv

from django.db import migrations

from contracts.cpv import GROUPS_FILE


def load(apps, schema_editor):
    cpv_code = apps.get_model("contracts", "CpvCode")
    with GROUPS_FILE.open(encoding="utf-8", newline="") as file:
        codes = [
            cpv_code(code=row["cpv"], name_nb=row["name_nb"], name_nn=row["name_nn"], name_en=row["name_en"])
            for row in csv.DictReader(file)
        ]
    cpv_code.objects.bulk_create(codes, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("contracts", "0002_call_offs_of_one_process")]

    # Going back leaves the codes: agreements may have been given them meanwhile.
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
