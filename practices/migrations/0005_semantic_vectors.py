"""Vectors of the search by meaning, an optional extra: the tables stay empty where it is off."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0004_search_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="SemanticProgress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("mark", models.CharField(default="", max_length=32)),
                ("model", models.CharField(default="", max_length=100)),
                ("state", models.CharField(default="", max_length=32)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="practices_semanticprogress_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="SemanticVector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("en", "English"),
                            ("de", "German"),
                            ("el", "Greek"),
                            ("es", "Spanish"),
                            ("fr", "French"),
                            ("it", "Italian"),
                            ("nl", "Dutch"),
                        ],
                        max_length=2,
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "Everyone"),
                            ("peers", "Verified officers of other municipalities"),
                            ("moderators", "Moderators only"),
                        ],
                        max_length=10,
                    ),
                ),
                ("model", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64)),
                ("vector", models.BinaryField()),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="semantic_vectors",
                        to="practices.practice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("practice", "language"), name="practices_semanticvector_once")
                ],
            },
        ),
    ]
