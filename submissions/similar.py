"""Records that may tell of the same work as a submission: published ones, and others that wait for moderators."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, IntegerField, Value, When

from accounts.models import User
from practices.models import Practice, reference_of
from practices.similar import similar_to_title
from submissions.checks.likeness import Likeness, Profile, likeness, profile_of
from submissions.choices import WITH_SUBMITTER
from submissions.models import Submission

# So many published records of the city, found by their titles, and open submissions are compared.
MOST_OF_CITY, MOST_BY_TITLE, MOST_OPEN = 60, 8, 200
MOST_SHOWN = 6
COMPARED = ("title", "summary", "service_areas", "lead_city")


@dataclass(frozen=True)
class Double:
    """Another record and what it has in common with the one at hand."""

    # "practice" or "submission".
    kind: str
    pk: int
    reference: str
    title: str
    language: str
    likeness: Likeness
    same_practice: bool = False

    @property
    def is_near(self) -> bool:
        return self.same_practice or self.likeness.is_near


def doubles_of(submission: Submission, document: Mapping[str, Any], *, user: User) -> list[Double]:
    """Those worth a look: near ones first, then the most alike of the same city. A fixed number of queries."""
    asked = profile_of(document)
    found = [*_practices(submission, asked, user), *_submissions(submission, asked)]
    worth = [double for double in found if double.is_near or double.likeness.same_city]
    return sorted(worth, key=lambda double: (not double.is_near, -double.likeness.share))[:MOST_SHOWN]


def _practices(submission: Submission, asked: Profile, user: User) -> Iterator[Double]:
    visible = Practice.objects.visible_to(user).with_card().exclude(pk=submission.practice_id)
    candidates = {}
    if asked.city:
        of_city = visible.filter(lead_city__slug=asked.city).order_by("-pk")[:MOST_OF_CITY]
        candidates = {practice.pk: practice for practice in of_city}
    title = asked.texts.get(submission.language, "").split("\n")[0]
    for practice in similar_to_title(
        title, city=asked.city, user=user, language=submission.language, limit=MOST_BY_TITLE
    ):
        candidates[practice.pk] = practice
    for practice in candidates.values():
        if practice.pk != submission.practice_id:
            text = practice.text("title", submission.language)
            yield Double(
                kind="practice",
                pk=practice.pk,
                reference=practice.reference,
                title=text.value,
                language=text.language,
                likeness=likeness(asked, _profile_of_practice(practice)),
            )


def _profile_of_practice(practice: Practice) -> Profile:
    texts = {
        code: "\n".join(filter(None, (getattr(practice, f"{name}_{code}") for name in ("title", "summary"))))
        for code in settings.LANGUAGE_CODES
    }
    return Profile(
        texts={code: text for code, text in texts.items() if text},
        city=practice.lead_city.slug if practice.lead_city else "",
        areas=frozenset(area.slug for area in practice.service_areas.all()),
    )


def _submissions(submission: Submission, asked: Profile) -> Iterator[Double]:
    """Open ones as they were sent: what their officers are typing is theirs. Of the same city first."""
    names = [f"{column}__{name}" for column in ("content", "last_sent") for name in COMPARED]
    newest = (
        Submission.objects.sent()
        .open()
        .exclude(pk=submission.pk)
        .annotate(
            at_home=Case(When(city=submission.city_id, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
        .order_by("at_home", "-submitted_at", "-pk")
    )
    # Their keys first: sorting thousands of documents to read a few takes its time.
    keys = list(newest.values_list("pk", flat=True)[:MOST_OPEN])
    columns = ("pk", "status", "language", "number", "practice__number", "practice", *names)
    others: Iterable[dict[str, Any]] = Submission.objects.filter(pk__in=keys).values(*columns)
    for other in others:
        column = "last_sent" if other["status"] in WITH_SUBMITTER else "content"
        document = {name: other[f"{column}__{name}"] for name in COMPARED}
        titles = document["title"] or {}
        number = other["practice__number"] or other["number"]
        yield Double(
            kind="submission",
            pk=other["pk"],
            reference=reference_of(number) if number else "",
            title=titles.get(other["language"]) or next(iter(titles.values()), ""),
            language=other["language"],
            likeness=likeness(asked, profile_of(document)),
            same_practice=submission.practice_id is not None and other["practice"] == submission.practice_id,
        )
