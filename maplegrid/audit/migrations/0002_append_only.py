from django.db import migrations

FORBID = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed or deleted';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
"""
ALLOW = "DROP TRIGGER audit_append_only ON audit_entry; DROP FUNCTION audit_is_append_only();"


def make_chains(apps, schema_editor):
    chain = apps.get_model("audit", "Chain")
    chain.objects.bulk_create([chain(pk=number) for number in range(1, 65)])


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunPython(make_chains, migrations.RunPython.noop),
        migrations.RunSQL(FORBID, ALLOW),
    ]
