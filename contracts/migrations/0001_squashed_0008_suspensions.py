"""The first tables and starting rows, in one step."""

import csv

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from contracts.cpv import GROUPS_FILE


def load_product_groups(apps, schema_editor):
    cpv_code = apps.get_model("contracts", "CpvCode")
    with GROUPS_FILE.open(encoding="utf-8", newline="") as file:
        codes = [
            cpv_code(code=row["cpv"], name_nb=row["name_nb"], name_nn=row["name_nn"], name_en=row["name_en"])
            for row in csv.DictReader(file)
        ]
    cpv_code.objects.bulk_create(codes)


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0002_absences"), ("notifications", "0001_squashed_0025_ladders_of_meetings_and_reports")]

    operations = [
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('version', models.CharField(blank=True, max_length=60, verbose_name='version')),
                ('number', models.CharField(blank=True, max_length=40, verbose_name='clause number')),
                ('text', models.TextField(verbose_name='text')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'contract clause',
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CpvCode',
            fields=[
                ('code', models.CharField(max_length=8, primary_key=True, serialize=False)),
                ('name_nb', models.CharField(max_length=300)),
                ('name_nn', models.CharField(blank=True, max_length=300)),
                ('name_en', models.CharField(max_length=300)),
            ],
            options={
                'verbose_name': 'CPV code',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='DeadlineRule',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='applies from')),
                ('anchor', models.CharField(choices=[('signing', 'signing'), ('start', 'the start of the agreement'), ('sent', 'the day the request is sent'), ('received', 'the day documentation is received'), ('cure', 'a formal notice, for putting the breach right'), ('reply', 'a formal notice, for the reply'), ('finding_sent', 'the day a finding is sent'), ('option_end', 'the end of the option that is used'), ('agreement_end', 'the end of the agreement')], default='sent', max_length=16, verbose_name='counted from')),
                ('offset', models.SmallIntegerField(verbose_name='how much')),
                ('unit', models.CharField(choices=[('days', 'days'), ('working_days', 'working days'), ('weeks', 'weeks'), ('months', 'months')], max_length=12, verbose_name='unit')),
                ('calendar', models.CharField(default='NO', help_text='The country whose days off count.', max_length=2, verbose_name='calendar')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='contracts.clause')),
                ('first', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='later', to='contracts.deadlinerule')),
            ],
            options={
                'verbose_name': 'deadline rule',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('offset__gte', 0), ('anchor__in', ['option_end', 'agreement_end']), _connector='OR'), name='deadline_rule_forward'), models.UniqueConstraint(fields=('first', 'valid_from'), name='deadline_rule_form_once'), models.CheckConstraint(condition=models.Q(('first', None), ('valid_from__isnull', False), _connector='OR'), name='deadline_rule_form_from')],
            },
        ),
        migrations.CreateModel(
            name='Framework',
            fields=[
                ('scope', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='framework', serialize=False, to='accounts.scope')),
                ('reference', models.CharField(max_length=80, unique=True, verbose_name='reference')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('description', models.TextField(blank=True, verbose_name='what it covers')),
                ('case_number', models.CharField(blank=True, max_length=60, verbose_name='case number in the archive')),
                ('ocid', models.CharField(blank=True, max_length=120, null=True, unique=True, verbose_name='OCDS id')),
                ('status', models.CharField(choices=[('planned', 'planned'), ('signed', 'signed'), ('terminated', 'terminated'), ('evaluated', 'final evaluation done')], default='planned', max_length=12)),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='signed')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='starts')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='ends, before options')),
                ('value', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='estimated value')),
                ('currency', models.CharField(default='NOK', max_length=3, verbose_name='currency')),
                ('mailbox', models.EmailField(blank=True, help_text='Answers to our mails about this agreement go here.', max_length=254, verbose_name='shared mailbox')),
                ('imported', models.JSONField(blank=True, default=dict)),
                ('disputed', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField()),
                ('cpv', models.ManyToManyField(blank=True, related_name='frameworks', to='contracts.cpvcode', verbose_name='product groups (CPV)')),
                ('expiry', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='framework', to='notifications.deadline')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='frameworks', to='accounts.organisation')),
                ('predecessor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='successors', to='contracts.framework')),
            ],
            options={
                'verbose_name': 'agreement',
                'indexes': [models.Index(fields=['created_at', 'scope'], name='framework_created'), models.Index(fields=['status', 'ends_on'], name='framework_status_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='framework_dates_in_order')],
            },
        ),
        migrations.AddField(
            model_name='clause',
            name='framework',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='contracts.framework'),
        ),
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('file_name', models.CharField(max_length=200)),
                ('storage_name', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('reading', 'being read'), ('preview', 'waiting for you to confirm'), ('running', 'being imported'), ('done', 'done'), ('failed', 'could not be read')], default='reading', max_length=10)),
                ('chosen', models.JSONField(default=list, help_text='The ocids that a person ticked to be taken in as agreements.')),
                ('seen', models.PositiveIntegerField(default=0)),
                ('report', models.JSONField(default=list)),
                ('error', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('leased_until', models.DateTimeField(help_text='Until then a worker is at it; past that another one begins anew.', null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'import',
            },
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('description', models.TextField(blank=True, verbose_name='what it covers')),
                ('source_id', models.CharField(blank=True, max_length=120)),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lots', to='contracts.framework')),
            ],
            options={
                'verbose_name': 'lot',
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('framework', 'number'), name='lot_number_once')],
            },
        ),
        migrations.CreateModel(
            name='CallOff',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=120, verbose_name='reference')),
                ('title', models.CharField(blank=True, max_length=300, verbose_name='title')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='date')),
                ('value', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='value')),
                ('currency', models.CharField(default='NOK', max_length=3, verbose_name='currency')),
                ('ocid', models.CharField(blank=True, db_index=True, max_length=120, null=True)),
                ('imported', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField()),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ordered', to='accounts.organisation')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='call_offs', to='accounts.organisation')),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='call_offs', to='contracts.framework')),
                ('lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='call_offs', to='contracts.lot')),
            ],
            options={
                'verbose_name': 'call-off',
                'indexes': [models.Index(fields=['created_at', 'id'], name='call_off_created'), models.Index(fields=['supplier', 'created_at'], name='call_off_supplier')],
                'constraints': [models.UniqueConstraint(fields=('framework', 'reference'), name='call_off_reference_once')],
            },
        ),
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('promised_text', models.TextField(blank=True, verbose_name='promised in the tender')),
                ('promised_value', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name='promised value')),
                ('promised_unit', models.CharField(blank=True, max_length=40, verbose_name='unit')),
                ('promised_source', models.CharField(blank=True, max_length=200, verbose_name='where it is written')),
                ('declared', models.CharField(choices=[('unknown', 'not stated'), ('yes', 'yes'), ('partly', 'partly'), ('no', 'no'), ('not_applicable', 'not applicable')], default='unknown', max_length=14)),
                ('declared_on', models.DateField(blank=True, null=True)),
                ('verified', models.CharField(choices=[('unknown', 'not assessed'), ('met', 'met'), ('partly_met', 'partly met'), ('not_met', 'not met'), ('not_documented', 'not sufficiently documented'), ('not_applicable', 'not applicable'), ('waived', 'waived')], default='unknown', max_length=14)),
                ('method', models.CharField(blank=True, choices=[('self_declared', "the supplier's own statement"), ('document', 'document checked'), ('meeting', 'meeting'), ('head_office', 'visit to the head office'), ('production_site', 'visit to the production site')], max_length=16)),
                ('checked_on', models.DateField(blank=True, null=True)),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('framework', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='obligations', to='contracts.framework')),
                ('lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='obligations', to='contracts.lot')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'obligation',
                'indexes': [models.Index(fields=['created_at', 'id'], name='obligation_created'), models.Index(fields=['supplier', 'created_at', 'id'], name='obligation_supplier'), models.Index(fields=['framework', 'created_at', 'id'], name='obligation_of_framework'), models.Index(fields=['verified', 'created_at', 'id'], name='obligation_verified'), models.Index(fields=['valid_until'], name='obligation_valid_until')],
                'constraints': [models.CheckConstraint(condition=models.Q(('verified__in', ['unknown', 'waived', 'not_applicable']), models.Q(('method__in', ['', 'self_declared']), _negated=True), _connector='OR'), name='obligation_verified_by_a_check')],
            },
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('declared', models.CharField(blank=True, choices=[('unknown', 'not stated'), ('yes', 'yes'), ('partly', 'partly'), ('no', 'no'), ('not_applicable', 'not applicable')], max_length=14)),
                ('verified', models.CharField(blank=True, choices=[('unknown', 'not assessed'), ('met', 'met'), ('partly_met', 'partly met'), ('not_met', 'not met'), ('not_documented', 'not sufficiently documented'), ('not_applicable', 'not applicable'), ('waived', 'waived')], max_length=14)),
                ('method', models.CharField(choices=[('self_declared', "the supplier's own statement"), ('document', 'document checked'), ('meeting', 'meeting'), ('head_office', 'visit to the head office'), ('production_site', 'visit to the production site')], max_length=16)),
                ('checked_on', models.DateField()),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('judged_at', models.DateTimeField()),
                ('judged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('obligation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judgements', to='contracts.obligation')),
            ],
            options={
                'verbose_name': 'judgement',
                'ordering': ['-judged_at'],
            },
        ),
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('months', models.PositiveSmallIntegerField(verbose_name='length in months')),
                ('kind', models.CharField(choices=[('must_be_used', 'must be used, with notice'), ('runs_unless_refused', 'runs unless refused')], default='must_be_used', max_length=20, verbose_name='how it works')),
                ('notice_days', models.PositiveSmallIntegerField(default=90, verbose_name='notice, days before the end')),
                ('decision', models.CharField(choices=[('pending', 'not decided'), ('used', 'used'), ('refused', 'not used')], default='pending', max_length=8)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('deadline', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='option', to='notifications.deadline')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='contracts.framework')),
            ],
            options={
                'verbose_name': 'option',
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('framework', 'number'), name='option_number_once'), models.CheckConstraint(condition=models.Q(('months__gt', 0)), name='option_has_length')],
            },
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('rank', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rank')),
                ('share', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='share in per cent')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='to')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='contracts.framework')),
                ('lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='contracts.lot')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'participation',
                'ordering': ['lot__number', 'rank', 'id'],
                'indexes': [models.Index(fields=['supplier', 'framework'], name='participation_supplier')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('lot', 'supplier'), name='participation_once_on_lot'), models.UniqueConstraint(condition=models.Q(('ends_on', None), ('lot', None)), fields=('framework', 'supplier'), name='participation_once_without_lot'), models.CheckConstraint(condition=models.Q(('share__gte', 0), ('share__lte', 100)), name='participation_share_in_range')],
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('theme', models.CharField(choices=[('human_rights', 'human rights'), ('ilo_core', 'ILO core conventions'), ('national_labour_law', 'national labour law at the production place'), ('wages', 'wage and working conditions'), ('environment', 'environment and climate'), ('anti_corruption', 'anti-corruption')], max_length=24, verbose_name='theme')),
                ('convention', models.CharField(blank=True, choices=[('C029', 'C29 forced labour'), ('C087', 'C87 freedom of association'), ('C098', 'C98 collective bargaining'), ('C100', 'C100 equal pay'), ('C105', 'C105 abolition of forced labour'), ('C111', 'C111 discrimination'), ('C138', 'C138 minimum age'), ('C155', 'C155 occupational safety and health'), ('C182', 'C182 worst forms of child labour'), ('C187', 'C187 promotion of safety and health')], max_length=4, verbose_name='ILO convention')),
                ('kind', models.CharField(choices=[('qualification', 'qualification requirement'), ('specification', 'technical specification'), ('award_criterion', 'award criterion'), ('contract_clause', 'contract clause')], default='contract_clause', max_length=20, verbose_name='type')),
                ('level', models.CharField(choices=[('basic', 'basic'), ('advanced', 'advanced'), ('leading', 'leading')], default='basic', max_length=10, verbose_name='level')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('text', models.TextField(verbose_name='text')),
                ('source_criterion', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('source_version', models.CharField(blank=True, max_length=60, verbose_name='version of the source')),
                ('documentation', models.TextField(blank=True, verbose_name='what documentation proves it')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='must be met from')),
                ('withdrawn_on', models.DateField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('clause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='contracts.clause')),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requirements', to='contracts.framework')),
                ('lots', models.ManyToManyField(blank=True, related_name='requirements', to='contracts.lot', verbose_name='lots')),
                ('rule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='contracts.deadlinerule')),
            ],
            options={
                'verbose_name': 'requirement',
                'ordering': ['number'],
                'indexes': [models.Index(fields=['created_at', 'id'], name='requirement_created')],
                'constraints': [models.UniqueConstraint(fields=('framework', 'number'), name='requirement_number_once')],
            },
        ),
        migrations.AddField(
            model_name='obligation',
            name='requirement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='obligations', to='contracts.requirement'),
        ),
        migrations.CreateModel(
            name='SourceRelease',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('ocid', models.CharField(max_length=120)),
                ('release_id', models.CharField(max_length=200)),
                ('date', models.DateTimeField(null=True)),
                ('data', models.JSONField()),
                ('received_at', models.DateTimeField()),
                ('call_off', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='releases', to='contracts.calloff')),
                ('framework', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='releases', to='contracts.framework')),
            ],
            options={
                'verbose_name': 'OCDS release',
                'constraints': [models.UniqueConstraint(fields=('ocid', 'release_id'), name='source_release_once')],
            },
        ),
        migrations.CreateModel(
            name='Suspension',
            fields=[
                ('id', models.UUIDField(default=core.ids.new, editable=False, primary_key=True, serialize=False)),
                ('starts_on', models.DateField(verbose_name='from')),
                ('lifted_on', models.DateField(blank=True, null=True, verbose_name='lifted')),
                ('case_id', models.UUIDField(db_index=True)),
                ('created_at', models.DateTimeField()),
                ('framework', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='suspensions', to='contracts.framework')),
                ('lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='contracts.lot')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'suspension',
                'indexes': [models.Index(fields=['framework', 'lifted_on'], name='suspension_framework')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_on', None)), fields=('lot', 'supplier'), name='suspension_once_on_lot'), models.UniqueConstraint(condition=models.Q(('lifted_on', None), ('lot', None)), fields=('framework', 'supplier'), name='suspension_once_without_lot'), models.CheckConstraint(condition=models.Q(('lifted_on__gte', models.F('starts_on'))), name='suspension_dates_in_order')],
            },
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.UniqueConstraint(fields=('requirement', 'supplier', 'lot'), name='obligation_once_on_lot'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.UniqueConstraint(condition=models.Q(('lot', None)), fields=('requirement', 'supplier'), name='obligation_once_without_lot'),
        ),
        migrations.RunPython(load_product_groups, migrations.RunPython.noop),
    ]
