"""Rows of texts apart from rows of labels, a table of words, and rebuilding in steps.

Old rows cannot be read by the new code, so they go; `migrate` writes them anew when all migrations are done.
"""

from importlib import import_module

from django.db import migrations, models

full_text = import_module("practices.migrations.0003_full_text")

LANGUAGES = [
    ("en", "English"),
    ("de", "German"),
    ("el", "Greek"),
    ("es", "Spanish"),
    ("fr", "French"),
    ("it", "Italian"),
    ("nl", "Dutch"),
]
# Token columns leave the row wherever it is long: a search reads thousands of ids and the words of a few.
NARROW = f"ALTER TABLE {full_text.TABLE} SET (toast_tuple_target = 128)"
WIDE = f"ALTER TABLE {full_text.TABLE} RESET (toast_tuple_target)"


def forget(apps, schema_editor):
    apps.get_model("practices", "SearchDocument").objects.all().delete()
    apps.get_model("practices", "SearchVersion").objects.update(analyser="")


class Migration(migrations.Migration):
    dependencies = [("practices", "0003_full_text")]

    operations = [
        migrations.RunPython(forget, forget),
        migrations.RunPython(
            full_text.run(sqlite=full_text.SQLITE_BACK, postgresql=[NARROW]),
            full_text.run(sqlite=full_text.SQLITE, postgresql=[WIDE]),
        ),
        migrations.RemoveField("searchdocument", "words"),
        migrations.AlterField(
            "searchdocument", "language", models.CharField(blank=True, choices=LANGUAGES, max_length=2)
        ),
        migrations.RunPython(
            full_text.run(sqlite=full_text.SQLITE, postgresql=[]),
            full_text.run(sqlite=full_text.SQLITE_BACK, postgresql=[]),
        ),
        migrations.AlterField("searchversion", "analyser", models.CharField(default="", max_length=80)),
        migrations.AddField("searchversion", "rebuilding", models.CharField(default="", max_length=80)),
        migrations.AddField("searchversion", "rebuilt_to", models.PositiveBigIntegerField(default=0)),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(blank=True, choices=LANGUAGES, max_length=2)),
                ("word", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("word", "language"), name="practices_searchword_once")],
            },
        ),
    ]
