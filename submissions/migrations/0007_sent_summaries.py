from unicodedata import combining, normalize

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def summarise(apps, schema_editor):
    """The titles of what is there, so that no list is without them; the warnings are counted by the registry's first
    errand."""
    Submission = apps.get_model("submissions", "Submission")
    SentSummary = apps.get_model("submissions", "SentSummary")
    sent = Submission.objects.exclude(submitted_at=None).only("content", "last_sent", "language")
    for submission in sent.iterator(chunk_size=200):
        titles = (submission.last_sent or submission.content).get("title")
        titles = titles if isinstance(titles, dict) else {}
        own = str(titles.get(submission.language) or next(iter(titles.values()), ""))
        words = " ".join([own, *(str(title) for title in titles.values() if title != own)])
        words = "".join(letter for letter in normalize("NFKD", words.casefold()) if not combining(letter))
        SentSummary.objects.create(submission=submission, title=own[:200], words=words)


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0002_moderators_desk"),
        ("practices", "0007_moderators_desk"),
        ("submissions", "0006_reasons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SentSummary",
            fields=[
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="as_sent",
                        serialize=False,
                        to="submissions.submission",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200)),
                ("words", models.TextField(blank=True)),
                ("rules", models.CharField(blank=True, max_length=16)),
            ],
            options={
                "verbose_name": "summary of what was sent",
                "verbose_name_plural": "summaries of what was sent",
            },
        ),
        migrations.AddField(
            model_name="submission",
            name="open_warnings",
            field=models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name="open warnings"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                fields=[
                    "submitted_at",
                    "id",
                    "status",
                    "kind",
                    "language",
                    "assignee",
                    "city",
                    "due_on",
                    "status_since",
                    "open_warnings",
                    "submitter",
                ],
                name="submissions_tally",
            ),
        ),
        migrations.RunPython(summarise, migrations.RunPython.noop),
    ]
