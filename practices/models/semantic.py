"""Tables of the search by meaning: derived data, filled only where a host switched it on."""

from django.conf import settings
from django.db import models

from practices.choices import Visibility
from practices.models.practice import Practice


class SemanticVector(models.Model):
    """What a model made of a practice's title and summary in one language. Each text has a row of its own circle."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="semantic_vectors")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    visibility = models.CharField(max_length=10, choices=Visibility.choices)
    model = models.CharField(max_length=100)
    # Of the text that the vector was made of: whether it still is the practice's.
    digest = models.CharField(max_length=64)
    # Numbers of half precision, the low byte first.
    vector = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "language"], name="practices_semanticvector_once"),
        ]


class SemanticProgress(models.Model):
    """One row that says up to which change of the index the vectors are, and of which model.

    `state` is drawn anew whenever a vector is written: whoever holds copies reads again, and of two that write at once
    only one goes on.
    """

    number = models.PositiveBigIntegerField(default=0)
    mark = models.CharField(max_length=32, default="")
    model = models.CharField(max_length=100, default="")
    state = models.CharField(max_length=32, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="practices_semanticprogress_one_row")]
