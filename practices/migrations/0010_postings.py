"""The inverted index in a table of its own, the same on both databases, in place of the databases' full-text indexes.

Documents have other ids than before, so the old ones go; `migrate` writes all anew when all migrations are done.
"""

from importlib import import_module

from django.db import migrations, models

full_text = import_module("practices.migrations.0003_full_text")
search_rows = import_module("practices.migrations.0004_search_rows")

POSTINGS = "practices_searchposting"
# Numbers in binary take no less room when they are compressed, only time.
STORAGE = [f"ALTER TABLE {POSTINGS} ALTER COLUMN {column} SET STORAGE EXTERNAL" for column in ("documents", "amounts")]


def forget(apps, schema_editor):
    apps.get_model("practices", "SearchDocument").objects.all().delete()
    apps.get_model("practices", "SearchVersion").objects.update(analyser="", rebuilding="", rebuilt_to=0)


class Migration(migrations.Migration):
    dependencies = [("practices", "0009_held_notices")]

    operations = [
        migrations.CreateModel(
            name="SearchPosting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=80)),
                ("circle", models.PositiveSmallIntegerField()),
                ("block", models.PositiveIntegerField()),
                ("documents", models.BinaryField()),
                ("amounts", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("token", "circle", "block"), name="practices_searchposting_once")
                ],
            },
        ),
        migrations.RunPython(full_text.run(sqlite=[], postgresql=STORAGE), migrations.RunPython.noop),
        migrations.RunPython(
            full_text.run(sqlite=full_text.SQLITE_BACK, postgresql=search_rows.POSTGRESQL_BACK),
            full_text.run(sqlite=search_rows.SQLITE, postgresql=search_rows.POSTGRESQL),
        ),
        migrations.RunPython(forget, forget),
    ]
