"""The moderators' queue with thousands of submissions: whole pages inside one process, narrowed and searched in every
way, for a moderator with views of their own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import MODERATOR
from benchmarks.saving import processor_seconds
from benchmarks.timing import quantiles
from benchmarks.visitor import Visitor
from cities.models import City
from cities.services import request_membership, verify_membership
from practices.loading.synthetic import Synthesiser
from practices.models import Practice
from practices.search.warm import warm_up
from submissions.choices import Kind, Status
from submissions.models import Remark, SavedView, SentSummary, Submission, Tag
from submissions.services.summaries import rules, titles_in_words

SUBMISSIONS = 5_000
CHUNK = 500
ADDRESS = "@queue.benchmark.example"
OFFICERS, TAGS = 400, 12
WARM_UP, REQUESTS = 10, 200
# Most of what was ever sent is published; still more is open than three people ever read.
STATES = (
    [Status.SUBMITTED] * 24
    + [Status.IN_REVIEW] * 16
    + [Status.CHANGES_REQUESTED] * 16
    + [Status.SCHEDULED] * 2
    + [Status.PUBLISHED] * 30
    + [Status.REJECTED] * 6
    + [Status.WITHDRAWN] * 6
)
WORDS = ("health", "opvang", "Schule", "asile", "Gent", "Αθήνα", "Milano", "officer7", "CMISE-1000042", "zzzz")
NARROWED = (
    *("", "", "", "moderator=mine", "turn=waiting&moderator=nobody", "turn=officer&since=14", "since=30", "late=any"),
    *("turn=all", "turn=published", "kind=update", "language=nl", "country=DE", "turn=all&o=title", "o=-step"),
    "warnings=some",
)


def figures() -> dict:
    """Wall and CPU milliseconds of the queue's pages; what was filled in is taken away afterwards."""
    with filled() as (visitor, tag), override_settings(CMISE_DEMO=True):
        here = reverse("admin:submissions_submission_changelist")
        chance = Random("queue")
        wall, processor, counted = [], [], []
        for number in range(WARM_UP + REQUESTS):
            address = f"{here}?{_query(chance, tag)}"
            begin, begin_processor = time.perf_counter(), processor_seconds()
            visitor.get(address)
            wall.append((time.perf_counter() - begin) * 1000)
            processor.append((processor_seconds() - begin_processor) * 1000)
            if number % 20 == 0:
                with CaptureQueriesContext(connection) as queries:
                    visitor.get(f"{here}?{_query(chance, tag)}")
                counted.append(len(queries))
        start = [_milliseconds(visitor, "/admin/") for _number in range(40)]
    return {
        "wall": quantiles(wall[WARM_UP:]),
        "processor": quantiles(processor[WARM_UP:]),
        "start": quantiles(start[2:]),
        "queries": max(counted),
        "submissions": SUBMISSIONS,
    }


def _milliseconds(visitor: Visitor, address: str) -> float:
    begin = time.perf_counter()
    visitor.get(address)
    return (time.perf_counter() - begin) * 1000


def _query(chance: Random, tag: int) -> str:
    if chance.random() < 0.2:
        return f"q={chance.choice(WORDS)}"
    if chance.random() < 0.05:
        return f"tag={tag}"
    narrowed = chance.choice(NARROWED)
    return narrowed or f"p={chance.randint(1, 4)}"


@contextmanager
def filled() -> Iterator[tuple[Visitor, int]]:
    tag = 0
    try:
        with transaction.atomic():
            moderators, tags = _people_and_tags()
            _fill(moderators, tags)
            tag = tags[0].pk
        with connection.cursor() as cursor:
            # As PostgreSQL does by itself within a minute or so; SQLite's `optimize` does the like.
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        client = Client()
        client.force_login(moderators[0])
        visitor = Visitor(client.cookies)
        # As each worker does when it starts, the application being loaded: see gunicorn.conf.py.
        warm_up()
        yield visitor, tag
    finally:
        Submission.objects.filter(submitter__email__endswith=ADDRESS).delete()
        Tag.objects.filter(name__startswith="bench ").delete()
        people = User.objects.filter(email__endswith=ADDRESS)
        for person in people:
            person.memberships.all().delete()
        people.delete()


def _people_and_tags() -> tuple[list[User], list[Tag]]:
    group = Group.objects.get(name=MODERATOR)
    moderators = [User.objects.create_user(f"moderator{number}{ADDRESS}", is_staff=True) for number in range(3)]
    for moderator in moderators:
        moderator.groups.add(group)
    city = City.objects.order_by("slug")[0]
    verify_membership(membership=request_membership(user=moderators[0], city=city), by=moderators[1])
    User.objects.bulk_create(User(email=f"officer{number}{ADDRESS}", password="!") for number in range(OFFICERS))
    tags = Tag.objects.bulk_create(Tag(name=f"bench {number}") for number in range(TAGS))
    for number in range(5):
        query = ("q=opvang", "language=nl", f"tag={tags[0].pk}", "late=any&kind=new", "country=NL&turn=all")[number]
        SavedView.objects.create(owner=moderators[0], name=f"View {number}", query=query)
    return moderators, tags


def _fill(moderators: list[User], tags: list[Tag]) -> None:
    """Documents as real ones are, in every state, some of them changes and translations, with remarks and tags."""
    chance, now = Random("submissions"), timezone.now()
    officers = list(User.objects.filter(email__startswith="officer", email__endswith=ADDRESS))
    practices = list(Practice.objects.public()[:1000])
    cities = {city.slug: city for city in City.objects.all()}
    taken: set[tuple[int, int, str]] = set()
    made: list[Submission] = []
    for number, entry in enumerate(Synthesiser(seed=2).entries(SUBMISSIONS)):
        status, document = chance.choice(STATES), entry.document
        officer, practice = chance.choice(officers), chance.choice(practices)
        kind = chance.choice([Kind.NEW] * 6 + [Kind.UPDATE] * 3 + [Kind.TRANSLATION])
        if kind != Kind.NEW and (practice.pk, officer.pk, kind) in taken:
            kind = Kind.NEW
        taken.add((practice.pk, officer.pk, kind))
        sent = now - timedelta(days=chance.randint(0, 400), hours=chance.randint(0, 23))
        language = document["original_language"]
        about = practice if kind != Kind.NEW or status == Status.PUBLISHED else None
        made.append(
            Submission(
                kind=kind,
                status=status,
                version=chance.randint(2, 40),
                content=document,
                last_sent=document,
                previous_sent=document if chance.random() < 0.3 else None,
                language=language,
                title=document["title"][language][:200],
                city=cities[document["lead_city"]],
                practice=about,
                base_version=about.current_version if about else None,
                number=1_000_000 + number if kind == Kind.NEW else None,
                embargo_until=timezone.localdate() + timedelta(days=30) if status == Status.SCHEDULED else None,
                due_on=timezone.localdate() + timedelta(days=chance.randint(-30, 30))
                if status == Status.CHANGES_REQUESTED
                else None,
                submitter=officer,
                assignee=None if status == Status.SUBMITTED else chance.choice(moderators),
                created_at=sent,
                saved_at=sent,
                submitted_at=sent,
                open_warnings=chance.choice((0, 0, 0, 1, 3)),
                status_since=sent + (now - sent) * chance.random(),
            )
        )
        if len(made) == CHUNK:
            _write(made, tags, moderators, chance)
            made = []


def _write(made: list[Submission], tags: list[Tag], moderators: list[User], chance: Random) -> None:
    rows = Submission.objects.bulk_create(made)
    SentSummary.objects.bulk_create(
        SentSummary(
            submission=row, title=row.title, words=titles_in_words(row.content["title"], row.language), rules=rules()
        )
        for row in rows
    )
    through = Submission.tags.through
    through.objects.bulk_create(
        through(submission=row, tag=chance.choice(tags)) for row in rows if chance.random() < 0.2
    )
    Remark.objects.bulk_create(
        Remark(
            submission=row,
            path="summary",
            text="Which office does this?",
            author=moderators[0],
            sent_at=row.submitted_at,
            answered_at=row.submitted_at if chance.random() < 0.5 else None,
        )
        for row in rows
        if row.status != Status.SUBMITTED
        for _number in range(chance.randint(0, 5))
    )
