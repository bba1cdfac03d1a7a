"""Records that may tell of the same work as a submission: published ones, and others that wait for moderators."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, F, IntegerField, JSONField, Q, Value, When

from accounts.models import User
from practices.document import text_in
from practices.models import Practice, reference_of
from practices.querysets import visible_levels
from practices.search.changes import Stamp, stamp
from practices.similar import numbers_like_title
from submissions.checks.likeness import Likeness, Profile, likeness, profile_of
from submissions.choices import WITH_SUBMITTER
from submissions.models import Submission

# So many published records of the city, found by their titles, and open submissions are compared.
MOST_OF_CITY, MOST_BY_TITLE, MOST_OPEN = 60, 8, 200
MOST_SHOWN = 6
TEXTS = ("title", "summary")
COMPARED = (*TEXTS, "service_areas", "lead_city")
# The answers of so many searches by title are kept.
REMEMBERED = 500
Search = tuple[Stamp, tuple[str, ...], str, str, str]

_found_by_title: OrderedDict[Search, list[int]] = OrderedDict()


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
    """Those of the city, the newest first, and those that the title finds behind them."""
    visible = Practice.objects.visible_to(user).exclude(pk=submission.practice_id)
    numbers = _numbers_by_title(submission, asked, user)
    chosen = Q(number__in=numbers)
    if asked.city:
        of_city = visible.filter(lead_city__slug=asked.city).order_by("-pk")
        chosen |= Q(pk__in=of_city.values("pk")[:MOST_OF_CITY])
    texts = [f"{name}_{code}" for name in TEXTS for code in settings.LANGUAGE_CODES]
    columns = ("pk", "number", "original_language", "lead_city__slug", *texts)
    rows = list(visible.filter(chosen).order_by("-pk").values(*columns))
    places = {number: place for place, number in enumerate(numbers)}
    rows.sort(key=lambda row: -1 if row["lead_city__slug"] == asked.city else places[row["number"]])
    areas = _areas([row["pk"] for row in rows])
    for row in rows:
        document = {
            "original_language": row["original_language"],
            "lead_city": row["lead_city__slug"],
            "service_areas": areas[row["pk"]],
            **{name: {code: row[f"{name}_{code}"] or "" for code in settings.LANGUAGE_CODES} for name in TEXTS},
        }
        title, language = text_in(document, "title", submission.language)
        yield Double(
            kind="practice",
            pk=row["pk"],
            reference=reference_of(row["number"]),
            title=title,
            language=language,
            likeness=likeness(asked, profile_of(document)),
        )


def _numbers_by_title(submission: Submission, asked: Profile, user: User) -> list[int]:
    """What the search finds by the title. A record is looked at again and again while it is reviewed, so what was found
    is remembered: by this process, for the state of the index and the circles that the reader belongs to."""
    title = asked.texts.get(submission.language, "").split("\n")[0]
    if not title:
        return []
    key = (stamp(), tuple(visible_levels(user)), submission.language, asked.city, title)
    found = _found_by_title.get(key)
    if found is None:
        found = _found_by_title[key] = numbers_like_title(
            title, city=asked.city, user=user, language=submission.language, limit=MOST_BY_TITLE
        )
        while len(_found_by_title) > REMEMBERED:
            _found_by_title.popitem(last=False)
    return found


def _areas(practices: list[int]) -> dict[int, list[str]]:
    through: Any = Practice.service_areas.through
    links = through.objects.filter(practice__in=practices).order_by()
    areas: dict[int, list[str]] = defaultdict(list)
    for practice, area in links.values_list("practice", "servicearea__slug"):
        areas[practice].append(area)
    return areas


def _submissions(submission: Submission, asked: Profile) -> Iterator[Double]:
    """Open ones as they were sent: what their officers are typing is theirs. Of the same city first."""
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
    others = Submission.objects.filter(pk__in=newest.values("pk")[:MOST_OPEN])
    columns = ("pk", "status", "language", "number", "practice__number", "practice")
    for other in others.annotate(**{f"read_{name}": _as_sent(name) for name in COMPARED}).values(
        *columns, *(f"read_{name}" for name in COMPARED)
    ):
        document = {name: other[f"read_{name}"] for name in COMPARED}
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


def _as_sent(name: str) -> Case:
    """A field of the document that moderators read of an open submission."""
    sent = When(status__in=WITH_SUBMITTER, then=F(f"last_sent__{name}"))
    return Case(sent, default=F(f"content__{name}"), output_field=JSONField())
