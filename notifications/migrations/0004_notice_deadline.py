import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_default_policies")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="deadline",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="notifications.deadline"
            ),
        ),
    ]
