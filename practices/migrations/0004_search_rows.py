"""Rows without labels, which every process knows by itself, a table of words, and rebuilding in steps.

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
TABLE = full_text.TABLE
COLUMNS = ("title", "summary", "body")
SQLITE = full_text.sqlite_statements(COLUMNS)
# The tokens as they stand: a parser would take some apart and drop others. They have no positions, of which a vector
# keeps too few; runs of tokens are looked for in the text.
WHOLE = " || ' · ' || ".join(COLUMNS)
VECTOR = f"array_to_tsvector(array_remove(string_to_array({WHOLE}, ' '), ''))"
# A function, because it can have a setting of its own: with many words the planner takes the whole table for cheaper
# than the index, and reads each vector from where long values are kept.
FOUND = f"""
    CREATE FUNCTION {TABLE}_found(asked tsquery, runs text[], circles bigint[]) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE SET enable_seqscan = off AS $$
        SELECT string_agg(int4send(id::int), '') FROM {TABLE}
        WHERE full_text @@ asked AND id & 48 = ANY (circles) AND (
            cardinality(runs) = 0
            OR EXISTS (SELECT FROM unnest(runs) AS run WHERE strpos(' ' || {WHOLE} || ' ', ' ' || run || ' ') > 0)
        )
    $$
"""  # noqa: S608 - nothing in it comes from outside
POSTGRESQL = [
    *full_text.postgresql_statements(VECTOR),
    FOUND,
    # Token columns leave the row wherever it is long: a search reads thousands of ids and the words of a few.
    f"ALTER TABLE {TABLE} SET (toast_tuple_target = 128)",
]
POSTGRESQL_BACK = [
    f"DROP FUNCTION {TABLE}_found",
    f"ALTER TABLE {TABLE} RESET (toast_tuple_target)",
    *full_text.POSTGRESQL_BACK,
]


def forget(apps, schema_editor):
    apps.get_model("practices", "SearchDocument").objects.all().delete()
    apps.get_model("practices", "SearchVersion").objects.update(analyser="")


class Migration(migrations.Migration):
    dependencies = [("practices", "0003_full_text")]

    operations = [
        migrations.RunPython(forget, forget),
        migrations.RunPython(
            full_text.run(sqlite=full_text.SQLITE_BACK, postgresql=full_text.POSTGRESQL_BACK),
            full_text.run(sqlite=full_text.SQLITE, postgresql=full_text.POSTGRESQL),
        ),
        migrations.RemoveField("searchdocument", "words"),
        migrations.RemoveField("searchdocument", "labels"),
        migrations.RunPython(
            full_text.run(sqlite=SQLITE, postgresql=POSTGRESQL),
            full_text.run(sqlite=full_text.SQLITE_BACK, postgresql=POSTGRESQL_BACK),
        ),
        migrations.AlterField("searchversion", "analyser", models.CharField(default="", max_length=80)),
        migrations.AddField("searchversion", "rebuilding", models.CharField(default="", max_length=80)),
        migrations.AddField("searchversion", "rebuilt_to", models.PositiveBigIntegerField(default=0)),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(choices=LANGUAGES, max_length=2)),
                ("word", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("word", "language"), name="practices_searchword_once")],
            },
        ),
    ]
