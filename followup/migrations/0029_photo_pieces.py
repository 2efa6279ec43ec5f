import core.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('followup', '0028_dropped_wishes'),
    ]

    operations = [
        migrations.CreateModel(
            name='PhotoPiece',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('photo', models.UUIDField()),
                ('sha256', models.CharField(max_length=64)),
                ('start', models.PositiveIntegerField(help_text='In octets.')),
                ('size', models.PositiveIntegerField()),
                ('storage_name', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField()),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='followup.auditsheet')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'piece of a photo',
                'ordering': ['start'],
                'indexes': [models.Index(fields=['storage_name'], name='photo_piece_storage'), models.Index(fields=['created_at'], name='photo_piece_created')],
                'constraints': [models.UniqueConstraint(fields=('sheet', 'photo', 'sha256', 'start'), name='photo_piece_once')],
            },
        ),
    ]
