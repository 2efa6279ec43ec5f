from django.db import migrations

from notifications import ladders


def write(apps, schema_editor):
    names = ("ReminderPolicy", "PolicyVersion", "ReminderStep")
    ladders.install(*(apps.get_model("notifications", name) for name in names))


def remove(apps, schema_editor):
    """Only policies that no case runs by; one in use stays."""
    versions = apps.get_model("notifications", "PolicyVersion")
    policies = apps.get_model("notifications", "ReminderPolicy")
    unused = policies.objects.filter(code__in=ladders.LADDERS).exclude(versions__deadlines__isnull=False)
    keys = list(unused.values_list("pk", flat=True))
    versions.objects.filter(policy__in=keys).delete()
    policies.objects.filter(pk__in=keys).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_mutes_and_message_days")]

    operations = [migrations.RunPython(write, remove)]
