"""The first tables and starting rows, in one step."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from notifications import ladders


def install_ladders(apps, schema_editor):
    ladders.install(*(apps.get_model("notifications", name) for name in ("ReminderPolicy", "PolicyVersion", "ReminderStep")))


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0002_absences")]

    operations = [
        migrations.CreateModel(
            name='MailboxWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('failed_since', models.DateTimeField()),
                ('error', models.CharField(max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='ReminderPolicy',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('code', models.SlugField(unique=True)),
                ('kind', models.CharField(choices=[('document_request', 'document request'), ('document_review', 'review of documentation'), ('question', 'question from a supplier'), ('time_request', 'request for more time'), ('formal_notice', 'formal notice to draft'), ('follow_up', 'something for us to do'), ('option_notice', 'notice deadline of an option'), ('agreement_expiry', 'end of an agreement'), ('renewal', 'renewal of documentation'), ('formal_reply', 'reply to a formal notice'), ('audit', 'audit to carry out'), ('finding_response', 'first answer to a finding'), ('finding_plan', 'action plan for a finding'), ('finding_correction', 'a finding to put right'), ('corrective_action', 'action of a plan'), ('finding_judgement', 'answer about a finding to judge'), ('finding_meeting', 'meeting about a critical finding'), ('finding_effect', 'check whether it helped'), ('sanction_reply', 'reply before a sanction is decided'), ('audit_report', 'audit report to write'), ('report_comments', 'comments on a draft audit report'), ('report_answer', 'audit report to finish'), ('meeting', 'meeting to hold and write minutes of'), ('minutes', 'minutes to confirm'), ('minutes_objection', 'objection to minutes'), ('meeting_action', "action agreed in a meeting, the supplier's"), ('meeting_task', 'action agreed in a meeting, ours'), ('agency_report', 'report from an agency to answer')], max_length=20)),
                ('name', models.CharField(max_length=200)),
            ],
            options={
                'verbose_name': 'reminder policy',
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('last_read_on', models.DateField(null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'calendar address',
            },
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('document_request', 'document request'), ('document_review', 'review of documentation'), ('question', 'question from a supplier'), ('time_request', 'request for more time'), ('formal_notice', 'formal notice to draft'), ('follow_up', 'something for us to do'), ('option_notice', 'notice deadline of an option'), ('agreement_expiry', 'end of an agreement'), ('renewal', 'renewal of documentation'), ('formal_reply', 'reply to a formal notice'), ('audit', 'audit to carry out'), ('finding_response', 'first answer to a finding'), ('finding_plan', 'action plan for a finding'), ('finding_correction', 'a finding to put right'), ('corrective_action', 'action of a plan'), ('finding_judgement', 'answer about a finding to judge'), ('finding_meeting', 'meeting about a critical finding'), ('finding_effect', 'check whether it helped'), ('sanction_reply', 'reply before a sanction is decided'), ('audit_report', 'audit report to write'), ('report_comments', 'comments on a draft audit report'), ('report_answer', 'audit report to finish'), ('meeting', 'meeting to hold and write minutes of'), ('minutes', 'minutes to confirm'), ('minutes_objection', 'objection to minutes'), ('meeting_action', "action agreed in a meeting, the supplier's"), ('meeting_task', 'action agreed in a meeting, ours'), ('agency_report', 'report from an agency to answer')], max_length=20)),
                ('about_id', models.UUIDField()),
                ('title', models.CharField(max_length=300)),
                ('turn', models.CharField(choices=[('supplier', 'the supplier'), ('cpb', 'us')], max_length=8)),
                ('starts_on', models.DateField()),
                ('due_on', models.DateField()),
                ('original_due_on', models.DateField()),
                ('brief', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('paused_until', models.DateField(help_text='Reminders to the supplier rest until this day.', null=True)),
                ('taken_until', models.DateField(help_text='Somebody has said “I have this”: nobody higher up is told until after this day.', null=True)),
                ('waits_for_us', models.PositiveSmallIntegerField(default=0, help_text='Open questions; while there are any nobody is reminded.')),
                ('moved_at', models.DateTimeField(null=True)),
                ('times_moved', models.PositiveSmallIntegerField(default=0, help_text='What calendars know as the revision of an entry.')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='accounts.organisation')),
                ('scope', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deadlines', to='accounts.scope')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
            ],
            options={
                'verbose_name': 'deadline',
                'indexes': [models.Index(fields=['due_on', 'id'], name='deadline_due'), models.Index(fields=['created_at', 'id'], name='deadline_created'), models.Index(fields=['kind', 'due_on', 'id'], name='deadline_kind_due'), models.Index(fields=['kind', 'created_at', 'id'], name='deadline_kind_created'), models.Index(fields=['organisation', 'due_on', 'id'], name='deadline_org_due'), models.Index(fields=['organisation', 'kind', 'due_on', 'id'], name='deadline_org_kind_due'), models.Index(fields=['organisation', 'created_at', 'id'], name='deadline_org_created'), models.Index(fields=['scope', 'due_on', 'id'], name='deadline_scope_due'), models.Index(fields=['scope', 'kind', 'due_on', 'id'], name='deadline_scope_kind_due'), models.Index(fields=['scope', 'created_at', 'id'], name='deadline_scope_created'), models.Index(fields=['about_id'], name='deadline_about'), models.Index(condition=models.Q(('closed_at', None)), fields=['due_on', 'id'], name='deadline_open'), models.Index(condition=models.Q(('closed_at', None)), fields=['scope', 'due_on', 'id'], name='deadline_open_scope'), models.Index(condition=models.Q(('closed_at', None)), fields=['organisation', 'due_on', 'id'], name='deadline_open_org')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('email', 'e-mail')], default='email', max_length=10)),
                ('bundle', models.CharField(help_text="The day and the organisations of a daily mail; the line's own key for one that leaves at once.", max_length=80)),
                ('message_id', models.CharField(max_length=200, unique=True)),
                ('status', models.CharField(choices=[('pending', 'waiting'), ('held', 'held back'), ('sending', 'being sent'), ('retry', 'will be tried again'), ('uncertain', 'outcome unknown'), ('sent', 'sent'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='pending', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('earliest_at', models.DateTimeField(help_text='From when it may leave at all: one mail a day.')),
                ('not_before', models.DateTimeField(help_text="The same, moved into the recipient's daytime.")),
                ('domain', models.CharField(blank=True, help_text="Of the recipient's address: the mail server that is spared.", max_length=255)),
                ('waits_for', models.CharField(blank=True, choices=[('', 'nothing'), ('person', 'many mails have gone to this person lately'), ('server', 'many mails have gone to this mail server in the last minute')], max_length=10)),
                ('is_about_account', models.BooleanField(default=False, help_text='A way in: no limit and no earlier mail holds it up.')),
                ('leased_until', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('recipient', models.EmailField(blank=True, max_length=254)),
                ('sender', models.CharField(blank=True, max_length=300)),
                ('reply_to', models.EmailField(blank=True, max_length=254)),
                ('language', models.CharField(blank=True, max_length=5)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('text', models.TextField(blank=True)),
                ('html', models.TextField(blank=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='accounts.person')),
            ],
            options={
                'verbose_name': 'message',
                'indexes': [models.Index(fields=['status', 'not_before', 'id'], name='message_waiting'), models.Index(fields=['status', 'earliest_at', 'id'], name='message_earliest'), models.Index(fields=['person', 'created_at'], name='message_person'), models.Index(fields=['person', 'status', 'sent_at'], name='message_person_sent'), models.Index(fields=['domain', 'status', 'sent_at'], name='message_domain_sent'), models.Index(fields=['domain', 'waits_for', 'not_before'], name='message_domain_waits')],
                'constraints': [models.UniqueConstraint(fields=('person', 'channel', 'bundle'), name='message_bundle_once')],
            },
        ),
        migrations.CreateModel(
            name='MailEvent',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('delivered', 'Delivered to the mailbox'), ('deferred', 'Delayed on its way'), ('bounced', 'Came back: the address does not work'), ('refused', "Came back: the receiver's server refused it"), ('passed_on', 'Came back from an address that it was passed on to'), ('auto_reply', 'Answered by a machine'), ('complained', 'Reported as unwanted by the receiver')], max_length=10)),
                ('at', models.DateTimeField()),
                ('diagnostic', models.CharField(blank=True, max_length=500)),
                ('source', models.CharField(choices=[('mailbox', 'the mailbox for returned mail'), ('hook', 'the mail provider')], max_length=8)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='notifications.message')),
            ],
            options={
                'verbose_name': 'news of a mail',
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('message', 'kind'), name='mail_event_once')],
            },
        ),
        migrations.CreateModel(
            name='Mute',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mutes', to='accounts.person')),
            ],
            options={
                'verbose_name': 'kind not wanted by mail',
                'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='mute_once')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('about_id', models.UUIDField(null=True)),
                ('context', models.JSONField(default=dict)),
                ('dedupe_key', models.CharField(max_length=200, unique=True)),
                ('created_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('deadline', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notifications.deadline')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='accounts.person')),
                ('scope', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.scope')),
            ],
            options={
                'verbose_name': 'notice',
                'indexes': [models.Index(fields=['person', 'created_at', 'id'], name='notice_person'), models.Index(fields=['person', 'read_at'], name='notice_unread')],
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('created_at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='why it was changed')),
                ('moves_to_working_day', models.BooleanField(default=True, verbose_name='a computed date that falls on a day off for either side moves to the next day that is working for both')),
                ('most_extensions', models.PositiveSmallIntegerField(blank=True, default=2, null=True, verbose_name='how often more time may be granted')),
                ('longest_extension', models.PositiveSmallIntegerField(blank=True, default=60, null=True, verbose_name='how many days in all, counted from the original date')),
                ('beyond_limits', models.CharField(choices=[('owner', 'agreement owner'), ('manager', 'contract manager'), ('deputy', 'deputy contract manager'), ('section_head', 'section head'), ('responsible', 'responsible contact'), ('csr', 'contact for social and environmental responsibility'), ('key_account', 'key account manager'), ('representative', 'contractual representative'), ('director', 'managing director')], default='owner', max_length=20, verbose_name='who may grant more')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='notifications.reminderpolicy')),
            ],
            options={
                'verbose_name': 'version of a policy',
                'constraints': [models.UniqueConstraint(fields=('policy', 'number'), name='policy_version_once')],
            },
        ),
        migrations.AddField(
            model_name='deadline',
            name='policy_version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='notifications.policyversion'),
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
        migrations.CreateModel(
            name='ReminderStep',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('rung', models.PositiveSmallIntegerField()),
                ('anchor', models.CharField(choices=[('start', 'when it was sent'), ('due', 'the due date')], max_length=5)),
                ('offset', models.SmallIntegerField()),
                ('unit', models.CharField(choices=[('days', 'days'), ('working_days', 'working days'), ('weeks', 'weeks'), ('months', 'months')], default='days', max_length=12)),
                ('audience', models.CharField(choices=[('owner', 'agreement owner'), ('manager', 'contract manager'), ('deputy', 'deputy contract manager'), ('section_head', 'section head'), ('responsible', 'responsible contact'), ('csr', 'contact for social and environmental responsibility'), ('key_account', 'key account manager'), ('representative', 'contractual representative'), ('director', 'managing director')], max_length=20)),
                ('kind', models.CharField(help_text='A name from the catalogue in notifications/kinds.py.', max_length=40)),
                ('only_if_unseen', models.BooleanField(default=False)),
                ('opens', models.CharField(blank=True, choices=[('', 'nothing'), ('formal_notice', 'a task with a drafted letter'), ('task', 'a task for us')], help_text='A task for a person; the step never mails by itself.', max_length=16)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='notifications.policyversion')),
            ],
            options={
                'verbose_name': 'reminder step',
                'ordering': ['rung', 'id'],
                'constraints': [models.UniqueConstraint(fields=('version', 'rung', 'audience'), name='reminder_step_once')],
            },
        ),
        migrations.CreateModel(
            name='PlannedStep',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('status', models.CharField(choices=[('planned', 'planned'), ('done', 'sent'), ('superseded', 'overtaken by a later step'), ('cancelled', 'cancelled'), ('unreached', 'reached nobody'), ('failed', 'set aside after an error')], default='planned', max_length=12)),
                ('handled_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('deadline', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='notifications.deadline')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.reminderstep')),
            ],
            options={
                'verbose_name': 'planned step',
                'indexes': [models.Index(fields=['status', 'on', 'deadline', 'step'], name='planned_step_read'), models.Index(fields=['deadline', 'on'], name='planned_step_deadline')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('channel', models.CharField(choices=[('email', 'e-mail')], default='email', max_length=10)),
                ('role', models.CharField(blank=True, help_text='The role on the agreement through which the person is told.', max_length=20)),
                ('due_on', models.DateField(help_text='The due date the line speaks of; another date since then cancels it.', null=True)),
                ('turn', models.CharField(blank=True, choices=[('supplier', 'the supplier'), ('cpb', 'us')], max_length=8)),
                ('about_id', models.UUIDField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('context', models.JSONField(default=dict)),
                ('dedupe_key', models.CharField(max_length=200, unique=True)),
                ('is_immediate', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('held_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancel_reason', models.CharField(blank=True, max_length=200)),
                ('deadline', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notifications.deadline')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='accounts.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='accounts.person')),
                ('scope', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='accounts.scope')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='notifications.message')),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.reminderstep')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'indexes': [models.Index(fields=['message', 'cancelled_at', 'created_at'], name='delivery_unbound'), models.Index(fields=['created_at', 'id'], name='delivery_created'), models.Index(fields=['organisation', 'created_at', 'id'], name='delivery_organisation'), models.Index(fields=['deadline', 'created_at'], name='delivery_deadline'), models.Index(fields=['about_id', 'created_at'], name='delivery_about')],
            },
        ),
        migrations.CreateModel(
            name='SweepRun',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('is_scheduled', models.BooleanField(default=True)),
                ('is_held', models.BooleanField(default=False)),
                ('counts', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': 'sweep',
                'indexes': [models.Index(fields=['started_at'], name='sweep_started')],
            },
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('events', models.JSONField(default=list, verbose_name='events')),
                ('generation', models.PositiveIntegerField(default=1, help_text='Which secret is in force; a new one has the next number.')),
                ('renewed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_because', models.CharField(blank=True, choices=[('by_hand', 'switched off by a person'), ('failures', 'switched off after repeated failure'), ('gone', 'the other side said that it is gone for good')], max_length=10)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'webhook',
                'indexes': [models.Index(fields=['created_at', 'id'], name='webhook_created')],
            },
        ),
        migrations.CreateModel(
            name='WebhookCall',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('event', models.CharField(max_length=40)),
                ('payload', models.JSONField()),
                ('dedupe_key', models.CharField(max_length=200)),
                ('status', models.CharField(choices=[('pending', 'waiting'), ('retry', 'will be tried again'), ('sent', 'sent'), ('failed', 'failed')], default='pending', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('not_before', models.DateTimeField()),
                ('leased_until', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer_status', models.PositiveSmallIntegerField(null=True)),
                ('answer', models.CharField(blank=True, max_length=200)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='notifications.webhook')),
            ],
            options={
                'verbose_name': 'webhook call',
                'indexes': [models.Index(fields=['status', 'not_before', 'id'], name='webhook_call_waiting'), models.Index(fields=['webhook', 'created_at', 'id'], name='webhook_call_log')],
                'constraints': [models.UniqueConstraint(fields=('webhook', 'dedupe_key'), name='webhook_call_once')],
            },
        ),
        migrations.CreateModel(
            name='MailRhythm',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('every', models.CharField(choices=[('day', 'every working day'), ('week', 'once a week')], default='day', max_length=4, verbose_name='how often')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday')], default=0, verbose_name='which day')),
                ('hour', models.PositiveSmallIntegerField(default=8, help_text="In the person's own zone.", verbose_name='from what time')),
                ('changed_at', models.DateTimeField()),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail_rhythm', to='accounts.person')),
            ],
            options={
                'verbose_name': 'rhythm of mail',
                'constraints': [models.CheckConstraint(condition=models.Q(('weekday__lte', 4)), name='mail_rhythm_weekday'), models.CheckConstraint(condition=models.Q(('hour__gte', 8), ('hour__lt', 18)), name='mail_rhythm_daytime')],
            },
        ),
        migrations.RunPython(install_ladders, migrations.RunPython.noop),
    ]
