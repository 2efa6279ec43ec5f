import core.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def say_what_opens(apps, schema_editor):
    apps.get_model("notifications", "ReminderStep").objects.filter(is_formal=True).update(opens="formal_notice")


def say_what_is_formal(apps, schema_editor):
    apps.get_model("notifications", "ReminderStep").objects.filter(opens="formal_notice").update(is_formal=True)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_absences'),
        ('notifications', '0005_list_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='deadline',
            name='taken_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person'),
        ),
        migrations.AddField(
            model_name='deadline',
            name='taken_until',
            field=models.DateField(help_text='Somebody has said “I have this”: nobody higher up is told until after this day.', null=True),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='beyond_limits',
            field=models.CharField(choices=[('owner', 'agreement owner'), ('manager', 'contract manager'), ('deputy', 'deputy contract manager'), ('section_head', 'section head'), ('responsible', 'responsible contact'), ('csr', 'contact for social and environmental responsibility'), ('key_account', 'key account manager'), ('representative', 'contractual representative'), ('director', 'managing director')], default='owner', max_length=20, verbose_name='who may grant more'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='longest_extension',
            field=models.PositiveSmallIntegerField(blank=True, default=60, null=True, verbose_name='how many days in all, counted from the original date'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='most_extensions',
            field=models.PositiveSmallIntegerField(blank=True, default=2, null=True, verbose_name='how often more time may be granted'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='moves_to_working_day',
            field=models.BooleanField(default=True, verbose_name='a computed date that falls on a day off for either side moves to the next day that is working for both'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='note',
            field=models.CharField(blank=True, max_length=300, verbose_name='why it was changed'),
        ),
        migrations.AddField(
            model_name='reminderstep',
            name='opens',
            field=models.CharField(blank=True, choices=[('', 'nothing'), ('formal_notice', 'a task with a drafted letter'), ('task', 'a task for us')], help_text='A task for a person; the step never mails by itself.', max_length=16),
        ),
        migrations.RunPython(say_what_opens, say_what_is_formal),
        migrations.RemoveField(
            model_name='reminderstep',
            name='is_formal',
        ),
        migrations.AlterField(
            model_name='deadline',
            name='kind',
            field=models.CharField(choices=[('document_request', 'document request'), ('document_review', 'review of documentation'), ('question', 'question from a supplier'), ('time_request', 'request for more time'), ('formal_notice', 'formal notice to draft'), ('follow_up', 'something for us to do'), ('option_notice', 'notice deadline of an option'), ('agreement_expiry', 'end of an agreement'), ('renewal', 'renewal of documentation'), ('formal_reply', 'reply to a formal notice')], max_length=20),
        ),
        migrations.AlterField(
            model_name='reminderpolicy',
            name='kind',
            field=models.CharField(choices=[('document_request', 'document request'), ('document_review', 'review of documentation'), ('question', 'question from a supplier'), ('time_request', 'request for more time'), ('formal_notice', 'formal notice to draft'), ('follow_up', 'something for us to do'), ('option_notice', 'notice deadline of an option'), ('agreement_expiry', 'end of an agreement'), ('renewal', 'renewal of documentation'), ('formal_reply', 'reply to a formal notice')], max_length=20),
        ),
        migrations.CreateModel(
            name='QuietPeriod',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('is_yearly', models.BooleanField(default=False, verbose_name='every year')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='country')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'quiet period',
                'ordering': ['starts_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='quiet_period_forward')],
            },
        ),
    ]
