from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("followup", "0039_receipt_numbers")]

    operations = [
        migrations.AddIndex("site", models.Index(fields=["os_id"], condition=~models.Q(os_id=""), name="site_os_id")),
    ]
