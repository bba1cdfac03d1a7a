"""Tables of the search index: derived data, rebuilt from the practices at any time."""

from django.conf import settings
from django.db import models

from practices.choices import Visibility
from practices.models.practice import Practice


class SearchDocument(models.Model):
    """The analysed words of one practice in one language, for one circle of readers.

    Public and non-public words never share a row: a practice for peers has rows of its own visibility only, and
    peers-only notes of a public practice are in no row. Columns hold tokens made by `practices.search.analyse`,
    separated by spaces. What is searched is made of them: see `SearchPosting`.
    """

    # Made of the practice's number, the visibility and the language, see `practices.search.documents`: an id found by
    # the engine says all three without a join.
    id = models.PositiveBigIntegerField(primary_key=True)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="search_documents")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    visibility = models.CharField(max_length=10, choices=Visibility.choices)
    title = models.TextField()
    summary = models.TextField()
    body = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "language"], name="practices_searchdocument_once"),
        ]


class SearchPosting(models.Model):
    """Which documents hold a token, in one block of practices and one circle of readers: the inverted index.

    `documents` is a bitmap of ids as `pyroaring` writes it; `amounts` says how much of the token each of them holds, in
    the same order, as `practices.search.amounts` counts it: 16 bits each, the lower byte first.
    """

    token = models.CharField(max_length=80)
    circle = models.PositiveSmallIntegerField()
    block = models.PositiveIntegerField()
    documents = models.BinaryField()
    amounts = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "circle", "block"], name="practices_searchposting_once"),
        ]


class SearchWord(models.Model):
    """A word that a public practice holds or held, as it is written, in lower case: for related words and suggestions.

    Rows are only added, one publication after the other, so whoever knows all up to one id misses none; a rebuild of
    the index starts the list anew.
    """

    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    word = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "language"], name="practices_searchword_once")]


class SearchVersion(models.Model):
    """One row that says how often the index changed and by which analyser it was written.

    `mark` is drawn anew at each change: the number alone comes again after a rolled back transaction or a restored
    backup, the mark never does.
    """

    number = models.PositiveBigIntegerField(default=0)
    mark = models.CharField(max_length=32, default="")
    analyser = models.CharField(max_length=80, default="")
    # A rebuild under way: by which analyser, and the number of the last practice that it has written.
    rebuilding = models.CharField(max_length=80, default="")
    rebuilt_to = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="practices_searchversion_one_row")]


class SearchChange(models.Model):
    """Which practice changed at which version: each process catches up with the log, as would another engine."""

    number = models.PositiveBigIntegerField(primary_key=True)
    mark = models.CharField(max_length=32, default="")
    practice_number = models.PositiveIntegerField()
