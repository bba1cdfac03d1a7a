"""Totals, sets, counts, orders and the log, compared with plain SQL and plain Python over a random registry."""

import random
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cities.models import City, Typology
from practices.choices import Visibility
from practices.facets import LABELS, known_values
from practices.filters import PracticeFilterSet
from practices.models import Practice
from practices.querysets import may_see_withheld_city
from practices.search import facet_index, index
from practices.search.analyse import fold, sort_key
from practices.search.facet_index import FacetIndex
from practices.search.vocabulary import Vocabulary
from practices.services import confirm, publish, withdraw
from tests.factories import make_document, make_member, make_moderator, make_practice, make_user
from tests.practices.asking import ask

PRACTICES = 30
LANGUAGES = ("en", "nl", "el", "de")
# Everything that a practice here may have: a facet that shows another value is wrong.
VALUES = {
    "area": ["shelter", "education", "healthcare", "legal_aid"],
    "group": ["women", "irregular_migrants", "homeless_people"],
    "approach": ["firewall", "outreach"],
    "country": ["BE", "NL", "GR", "AT"],
    "city": ["ghent", "utrecht", "athens", "vienna"],
    "language": list(LANGUAGES),
    "status": ["running", "ended", "unknown"],
    "firewall": ["yes", "no", "unknown"],
    "evidence": ["described", "evaluated"],
    "depth": ["tangible", "unknown"],
    "typology": ["frontline", "small_receiving"],
}
# Held by many, by some, in one language only, by hidden practices only, by nobody.
TITLE_WORDS = ("carousel", "night", "families", "doctor", "swing", "library", "advice", "garden")
WORDS = {
    "nl": ("nachtopvang", "gezinnen", "taalles"),
    "el": ("στέγη", "οικογένειες", "γιατρός"),
    "de": ("krankenschein", "beratung", "frauen"),
}
HIDDEN = {Visibility.PEERS: "quibblewort", Visibility.MODERATORS: "frobnicate"}
PIECES = (
    "carousel", "night", "families", "swings", "Gent", "nachtopvang", "ΣΤΕΓΗ", "krankenschein", "carousle", "vrxlkpqtz",
    "quibblewort", "frobnicate", "-garden", "-quibblewort", '"night doctor"', '"vrxlkpqtz night"', '-"advice garden"',
    '"', "-", "Belgium", "42", "CMISE-3",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(" ".join)
YEARS = st.integers(1998, 2024)
CHOICES = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.tuples(st.just(name), st.lists(st.sampled_from(VALUES[name]), unique=True, max_size=3))
    ),
    max_size=4,
).map(dict)
FILTERS = st.tuples(CHOICES, st.fixed_dictionaries({}, optional={"year_from": YEARS, "year_to": YEARS})).map(
    lambda both: both[0] | both[1]
)
START = datetime(2026, 3, 1, tzinfo=UTC)


def random_document(rng, language="en"):
    visibility = rng.choices(list(Visibility.values), [6, 2, 2])[0]
    languages = sorted({language, *rng.sample(LANGUAGES, rng.randint(0, 2))})
    titles = {code: " ".join(rng.sample(WORDS.get(code, TITLE_WORDS), rng.randint(1, 3))) for code in languages}
    summary = f"{rng.choice(TITLE_WORDS)} {HIDDEN.get(visibility, rng.choice(TITLE_WORDS))}"
    start = rng.choice([None, *range(1999, 2023, 4)])
    end = rng.choice([None, *range(1999, 2026, 3)])
    lead, *others = rng.sample(VALUES["city"], rng.randint(1, 3))
    return make_document(
        original_language=language,
        title=titles,
        summary={code: summary if code == language else "" for code in languages},
        provenance={code: "original" if code == language else "human" for code in languages},
        visibility=visibility,
        city_withheld=rng.random() < 0.25,
        lead_city=lead,
        other_cities=others,
        service_areas=rng.sample(VALUES["area"], rng.randint(1, 3)),
        target_groups=rng.sample(VALUES["group"], rng.randint(0, 2)),
        approaches=rng.sample(VALUES["approach"], rng.randint(0, 2)),
        start_year=start,
        end_year=end if start is None or end is None else max(start, end),
        operation_status=rng.choice(VALUES["status"]),
        firewall=rng.choice(VALUES["firewall"]),
        evidence_level=rng.choice(VALUES["evidence"]),
        depth=rng.choice(VALUES["depth"]),
    )


def by_sql(parameters, user):
    """The practices of a selection, found by the database alone."""
    filters = PracticeFilterSet(
        QueryDict(urlencode(parameters, doseq=True)),
        Practice.objects.visible_to(user),
        known=known_values(facet_index.current()),
        trusted=may_see_withheld_city(user),
    )
    return set(filters.qs.values_list("number", flat=True))


def numbers_of(answer, size=7):
    """All practices of an answer, read page by page."""
    pages = range(1, answer.count // size + 2)
    return [hit.practice.number for page in pages for hit in answer.page(page, size)]


def in_files(answer):
    """All practices that a file of the answer holds; of guesses none."""
    return [practice.number for practice in answer.practices()]


def assert_facets_equal_sql(answer, found, filters, user):
    """`found` is what the text finds; each facet counts with every filter but its own. Each filter is asked of SQL by
    itself: PostgreSQL plans all of them at once for a tenth of a second, and here are dozens of values."""
    years = {name: value for name, value in filters.items() if name.startswith("year")}
    narrowed = {name: by_sql({name: values}, user) for name, values in filters.items() if name not in years and values}
    for facet in answer.facets:
        others = found.intersection(
            by_sql(years, user), *(numbers for name, numbers in narrowed.items() if name != facet.name)
        )
        expected = {value: len(others & by_sql({facet.name: [value]}, user)) for value in VALUES[facet.name]}
        chosen = filters.get(facet.name, ())
        shown = {option.value: option.count for option in facet.options}
        assert shown == {value: count for value, count in expected.items() if count or value in chosen}, facet.name
        assert {option.value for option in facet.options if option.selected} == set(chosen)
    assert [facet.name for facet in answer.facets] == list(LABELS)


def valid(filters):
    """What is left of them where the first year is after the last one."""
    years = [filters[name] for name in ("year_from", "year_to") if name in filters]
    if years == sorted(years):
        return filters
    return {name: value for name, value in filters.items() if not name.startswith("year")}


def sorting(sort, language, user):
    """What a practice is sorted by, from its row alone."""

    def title(practice):
        return sort_key(practice.text("title", language).value), practice.number

    def city(practice):
        if practice.city_withheld and not may_see_withheld_city(user):
            return (1, "", "", *title(practice))
        name = getattr(practice.lead_city, f"name_{language}")
        return (0, sort_key(name), practice.lead_city.slug, *title(practice))

    def newest(practice):
        return -practice.published_at.timestamp(), practice.number

    def confirmed(practice):
        return -(practice.confirmed_at.timestamp() if practice.confirmed_at else 0), practice.number

    return {"title": title, "city": city, "newest": newest, "confirmed": confirmed}[sort]


ACTS = ("publish", "change", "withdraw", "return", "hide", "confirm", "rename")


PROBES = ("carousle", "quibblewrot", "nachtopvag", "gente", "gardn", "marigold")


def act(rng, name):
    """Something happens to the registry, through the services."""
    practices = list(Practice.objects.published() if name != "return" else Practice.objects.withdrawn())
    practice = rng.choice(practices) if practices else None
    if name == "publish":
        publish(random_document(rng), by=None, at=START + timedelta(hours=rng.randint(0, 900)))
    elif name == "rename":
        city = City.objects.get(slug=rng.choice(VALUES["city"]))
        city.name_en = rng.choice(["Marigold", "Zinnia", "Aster"])
        city.save()
        index.update_for(city)
    elif practice is None:
        return
    elif name in ("change", "return"):
        publish(random_document(rng, practice.original_language), by=None, practice=practice)
    elif name == "withdraw":
        withdraw(practice, by=None, reason="It ended.")
    elif name == "hide":
        document = random_document(rng, practice.original_language)
        publish(document | {"visibility": Visibility.PEERS.value}, by=None, practice=practice)
    elif name == "confirm":
        confirm(practice, by=None)


def state(snapshot):
    """Everything that a snapshot answers with."""
    everything = snapshot.having("visibility", Visibility.values)
    bitmaps = {
        name: {value: sorted(found) for value, found in values.items() if found}
        for name, values in snapshot.bitmaps.items()
    }
    orders = {
        (sort, language, trusted): snapshot.ordered(everything, sort, language, trusted=trusted)
        for sort in ("newest", "confirmed", "title", "city")
        for language in ("en", "el")
        for trusted in (True, False)
    }
    return {name: values for name, values in bitmaps.items() if values}, orders, snapshot.terms


def words_known(vocabulary):
    return {probe: (vocabulary.closest(fold(probe)), sorted(vocabulary.related(fold(probe), 0.1))) for probe in PROBES}


class RegistryTest(TestCase):
    """One random registry for all tests, and readers of every kind."""

    @classmethod
    def setUpTestData(cls):
        rng = random.Random(20260301)
        for place in range(PRACTICES):
            # Some at the same moment: these stand by number.
            at = START + timedelta(days=place // 2 * 7 % 31)
            document = random_document(rng, rng.choice(["en", "en", "nl", "el"]))
            practice = publish(document, by=None, at=at, confirmed=place % 3 == 0)
            if place % 9 == 4:
                withdraw(practice, by=None, reason="It ended.")
        for slug, typologies in {"athens": ["frontline", "small_receiving"], "vienna": ["small_receiving"]}.items():
            city = City.objects.get(slug=slug)
            city.typologies.set(Typology.objects.filter(slug__in=typologies))
            index.update_for(city)
        cls.readers = [AnonymousUser(), make_user(), make_member().user, make_moderator()]

    def test_registry_holds_what_could_leak(self):
        hidden = Practice.objects.exclude(visibility=Visibility.PUBLIC)
        anonymous, _officer, peer, moderator = self.readers

        assert set(hidden.published().values_list("visibility", flat=True)) == {Visibility.PEERS, Visibility.MODERATORS}
        assert Practice.objects.public().filter(city_withheld=True).exists()
        assert Practice.objects.withdrawn().exists()
        assert 0 < len(by_sql({}, anonymous)) < len(by_sql({}, peer)) < len(by_sql({}, moderator))
        for word, knowing, others in (("frobnicate", moderator, peer), ("quibblewort", peer, anonymous)):
            known, unknown = ask(q=word, user=knowing), ask(q=word, user=others)
            assert known.count
            assert not known.guessed
            # Whoever may not read it gets nothing, or what words that look like it find.
            assert unknown.guessed or not unknown.count
            assert not unknown.found & known.found

    @settings(max_examples=20, deadline=None)
    @given(filters=FILTERS, reader=st.integers(0, 3))
    def test_filters_leave_and_count_what_sql_does(self, filters, reader):
        user = self.readers[reader]

        answer = ask(user=user, **filters)

        filters = valid(filters)
        expected = by_sql(filters, user)
        assert set(numbers_of(answer)) == expected
        assert answer.count == len(expected)
        assert_facets_equal_sql(answer, by_sql({}, user), filters, user)

    @settings(max_examples=20, deadline=None)
    @given(text=TEXTS, filters=FILTERS, reader=st.integers(0, 3))
    def test_filters_beside_a_text_leave_and_count_what_sql_does(self, text, filters, reader):
        user = self.readers[reader]
        found = set(numbers_of(ask(user=user, q=text)))
        assert found <= by_sql({}, user)

        answer = ask(user=user, q=text, **filters)

        filters = valid(filters)
        expected = found & by_sql(filters, user)
        pages = numbers_of(answer)
        assert set(pages) == expected
        assert len(pages) == answer.count == len(expected)
        assert_facets_equal_sql(answer, found, filters, user)

    @settings(max_examples=20, deadline=None)
    @given(
        sort=st.sampled_from(["newest", "title", "city", "confirmed"]),
        language=st.sampled_from(LANGUAGES),
        size=st.integers(1, PRACTICES),
        filters=FILTERS | st.just({}),
        text=st.none() | TEXTS,
        reader=st.integers(0, 3),
    )
    def test_pages_in_any_order_equal_sorted_rows(self, sort, language, size, filters, text, reader):
        user = self.readers[reader]
        words = {"q": text} if text else {}
        answer = ask(user=user, reading=language, sort=sort, **words, **filters)

        rows = Practice.objects.visible_to(user).filter(number__in=answer.numbers(1, PRACTICES)).with_card()
        expected = [practice.number for practice in sorted(rows, key=sorting(sort, language, user))]

        assert len(expected) == answer.count
        assert numbers_of(answer, size) == expected
        assert in_files(answer) == ([] if answer.guessed else expected)

    @settings(max_examples=15, deadline=None)
    @given(text=TEXTS, filters=FILTERS, size=st.integers(1, PRACTICES), reader=st.integers(0, 3))
    def test_pages_by_relevance_are_parts_of_one_order(self, text, filters, size, reader):
        user = self.readers[reader]
        whole = ask(user=user, q=text)
        part = ask(user=user, q=text, **filters)
        chosen = set(numbers_of(part))

        assert in_files(part) == ([] if part.guessed else numbers_of(part, size))
        # A filter takes practices out, it moves none.
        assert numbers_of(part, size) == [number for number in numbers_of(whole) if number in chosen]

    @settings(max_examples=10, deadline=None)
    @given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 99)), min_size=1, max_size=6))
    def test_following_the_log_equals_reading_anew(self, acts):
        following, vocabulary = FacetIndex(), Vocabulary()
        state(following.snapshot())
        vocabulary.follow(following.snapshot())
        with transaction.atomic():
            for name, seed in acts:
                act(random.Random(seed), name)
                followed, anew = following.snapshot(), FacetIndex().snapshot()
                assert state(followed) == state(anew), name
                fresh = Vocabulary()
                fresh.follow(anew)
                vocabulary.follow(followed)
                assert words_known(vocabulary) == words_known(fresh), name
            transaction.set_rollback(True)
        # What was rolled back is forgotten.
        assert state(following.snapshot()) == state(FacetIndex().snapshot())

    def test_rolled_back_practice_is_in_no_snapshot(self):

        with transaction.atomic():
            number = make_practice(title="Marigold").number
            assert ask(q="marigold").count == 1
            transaction.set_rollback(True)

        assert ask(q="marigold").count == 0
        assert number not in ask().numbers(1, PRACTICES)
