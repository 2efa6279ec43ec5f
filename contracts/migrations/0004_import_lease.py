

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0003_product_groups'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrun',
            name='leased_until',
            field=models.DateTimeField(help_text='Until then a worker is at it; past that another one begins anew.', null=True),
        ),
    ]
