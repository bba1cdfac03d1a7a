"""The databases' own full-text indexes over the search documents, kept equal to the table by the database.

Columns hold tokens of letters and digits between spaces, so both databases are told to take them as they are: SQLite's
`ascii` tokenizer splits at spaces only and leaves every other letter alone, PostgreSQL's `simple` has no stems or stop words.
"""

from django.db import migrations

COLUMNS = ("title", "labels", "summary", "body")

TABLE = "practices_searchdocument"


def sqlite_statements(columns):
    listed = ", ".join(columns)
    old = ", ".join(f"old.{column}" for column in columns)
    new = ", ".join(f"new.{column}" for column in columns)
    insert = f"INSERT INTO {TABLE}_fts (rowid, {listed}) VALUES (new.id, {new});"  # noqa: S608 - names of ours
    delete = f"INSERT INTO {TABLE}_fts ({TABLE}_fts, rowid, {listed}) VALUES ('delete', old.id, {old});"  # noqa: S608 - names of ours
    return [
        f"CREATE VIRTUAL TABLE {TABLE}_fts"
        f" USING fts5({listed}, content='{TABLE}', content_rowid='id', tokenize='ascii')",
        f"CREATE TRIGGER {TABLE}_fts_insert AFTER INSERT ON {TABLE} BEGIN {insert} END",
        f"CREATE TRIGGER {TABLE}_fts_delete AFTER DELETE ON {TABLE} BEGIN {delete} END",
        f"CREATE TRIGGER {TABLE}_fts_update AFTER UPDATE ON {TABLE} BEGIN {delete} {insert} END",
        f"INSERT INTO {TABLE}_fts ({TABLE}_fts) VALUES ('rebuild')",  # noqa: S608 - names of ours
    ]


VECTOR = " || ".join(
    f"setweight(to_tsvector('simple'::regconfig, {column}), '{weight}')"
    for column, weight in zip(COLUMNS, "ABCD", strict=True)
)


def postgresql_statements(vector):
    return [
        f"ALTER TABLE {TABLE} ADD COLUMN full_text tsvector GENERATED ALWAYS AS ({vector}) STORED",
        # Without the pending list a search never waits for somebody else's writes to be sorted in.
        f"CREATE INDEX {TABLE}_full_text ON {TABLE} USING gin (full_text) WITH (fastupdate = off)",
    ]


SQLITE = sqlite_statements(COLUMNS)
SQLITE_BACK = [
    f"DROP TRIGGER {TABLE}_fts_insert",
    f"DROP TRIGGER {TABLE}_fts_delete",
    f"DROP TRIGGER {TABLE}_fts_update",
    f"DROP TABLE {TABLE}_fts",
]
POSTGRESQL = postgresql_statements(VECTOR)
POSTGRESQL_BACK = [f"ALTER TABLE {TABLE} DROP COLUMN full_text"]


def run(**statements):
    def operation(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return operation


class Migration(migrations.Migration):
    dependencies = [("practices", "0002_search_columns")]

    operations = [
        migrations.RunPython(
            run(sqlite=SQLITE, postgresql=POSTGRESQL), run(sqlite=SQLITE_BACK, postgresql=POSTGRESQL_BACK)
        )
    ]
