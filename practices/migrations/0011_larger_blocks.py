"""Blocks of postings are four times as large: rows of the former ones go, for no later publication would find them.

Documents stay as they are; `migrate` writes the index anew when all migrations are done.
"""

from django.db import migrations


def forget(apps, schema_editor):
    # One statement: nothing refers to these rows.
    apps.get_model("practices", "SearchPosting").objects.all().delete()
    apps.get_model("practices", "SearchVersion").objects.update(analyser="", rebuilding="", rebuilt_to=0)


class Migration(migrations.Migration):
    dependencies = [("practices", "0010_postings")]

    operations = [migrations.RunPython(forget, forget)]
