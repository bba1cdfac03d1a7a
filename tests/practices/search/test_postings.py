"""The inverted index: whatever is published, changed and withdrawn, it says what the documents say, each circle's for
itself."""

from collections import defaultdict
from itertools import pairwise

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from practices.choices import Visibility
from practices.models import SearchDocument, SearchPosting
from practices.search import index, inverting, postings
from practices.search.amounts import EVERY, MOST, SCALE, amounts_of
from practices.search.documents import (
    CIRCLES,
    LANGUAGE_PLACES,
    document_id,
    documents_of,
    language_of,
    number_of,
    numbers_in,
)
from practices.search.postings import Postings
from practices.search.query import MOST_PHRASES
from practices.services import publish, withdraw
from tests.factories import make_document, make_member, make_moderator, make_practice
from tests.practices.asking import ask, slugs

pytestmark = pytest.mark.django_db

WORDS = ["bed", "soup", "in", "the", "στέγη", "·"]
documents = st.builds(
    lambda number, language, visibility, title, body: SearchDocument(
        pk=document_id(number, visibility, language),
        language=language,
        visibility=visibility,
        title=" ".join(title),
        summary="",
        body=" ".join(body),
    ),
    number=st.integers(1, 9),
    language=st.sampled_from(["en", "el"]),
    visibility=st.sampled_from(CIRCLES),
    title=st.lists(st.sampled_from(WORDS), max_size=3),
    body=st.lists(st.sampled_from(WORDS), max_size=6),
)


@pytest.fixture
def small_blocks(monkeypatch):
    """Two practices in each."""
    monkeypatch.setattr(postings, "BLOCK_BITS", 1)


def stored():
    """What the table says: circle and token to the amount in each document."""
    found = defaultdict(dict)
    for row in SearchPosting.objects.all():
        ids = BitMap.deserialize(row.documents)
        assert ids, "a row of nothing"
        found[row.circle, row.token] |= dict(zip(ids, postings.unpacked(row.amounts), strict=True))
    return dict(found)


def all_rows():
    rows = SearchPosting.objects.order_by("token", "circle", "block").values_list()
    return [(token, circle, block, bytes(held), bytes(amounts)) for _pk, token, circle, block, held, amounts in rows]


def meant(there):
    found = defaultdict(dict)
    for document in there.values():
        for token, amount in amounts_of(document).items():
            found[CIRCLES.index(document.visibility), token][document.pk] = amount
    return dict(found)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.lists(documents, max_size=4, unique_by=lambda document: document.pk), max_size=5))
@pytest.mark.usefixtures("small_blocks")
def test_any_change_leaves_what_the_documents_say(changes):
    SearchPosting.objects.all().delete()
    there = {}
    for come in changes:
        # Some of what is there goes with each change, and comes back otherwise or not at all.
        gone = [document for key, document in there.items() if key % 3 == len(come) % 3 or key in {d.pk for d in come}]
        inverting.replace(gone, come)
        there = {key: document for key, document in there.items() if document not in gone}
        there |= {document.pk: document for document in come}

        assert stored() == meant(there)


@pytest.mark.usefixtures("small_blocks")
def test_publishing_leaves_what_a_rebuild_writes():
    first = make_practice(title="Night shelter in the city", summary="In the night.")
    make_practice(title="Γάτες και στέγη", original_language="el", visibility=Visibility.PEERS)
    make_practice(title="Third night", visibility=Visibility.MODERATORS)
    publish(make_document(title="Day shelter", visibility=Visibility.PEERS), practice=first, by=None, note="Other.")
    withdraw(make_practice(title="Quibblewort"), by=None, reason="It ended.")
    rows = all_rows()

    index.rebuild(anew=True)

    assert all_rows() == rows
    assert inverting.count() == SearchDocument.objects.count() == 3
    assert not SearchPosting.objects.filter(token="quibblewort").exists()


@pytest.mark.usefixtures("small_blocks")
def test_practices_of_many_blocks_are_found_together():
    titles = [f"Carousel {'horse ' * (place % 4)}" for place in range(7)]
    slugs_made = [make_practice(slug=f"block-{place}", title=title).slug for place, title in enumerate(titles)]

    assert sorted(slugs(ask(q="carousel"))) == slugs_made
    assert sorted(slugs(ask(q="carousel horse"))[:5]) == ["block-1", "block-2", "block-3", "block-5", "block-6"]
    assert slugs(ask(q='"horse horse horse"')) == ["block-3"]


@pytest.mark.parametrize("level", CIRCLES)
def test_rows_of_one_circle_tell_of_its_documents_only(level):
    for visibility in CIRCLES:
        make_practice(title=f"Carousel {visibility}", visibility=visibility)
    own = set(SearchDocument.objects.filter(visibility=level).values_list("pk", flat=True))

    found = Postings([level]).of(["carousel", EVERY])

    assert own
    assert {frozenset(posting.documents) for posting in found.values()} == {frozenset(own)}
    for row in SearchPosting.objects.filter(circle=CIRCLES.index(level)):
        assert set(BitMap.deserialize(row.documents)) == own


@pytest.mark.parametrize("first", [0, 1, 2])
def test_each_circle_finds_its_own_whoever_asked_before(first):
    for visibility in CIRCLES:
        make_practice(slug=f"for-{visibility}", title="Carousel", visibility=visibility)
    asking = [AnonymousUser(), make_member().user, make_moderator()]

    found = {user: slugs(ask(user=user, q="carousel")) for user in asking[first:] + asking[:first]}

    assert [len(found[user]) for user in asking] == [1, 2, 3]
    assert found[asking[0]] == ["for-public"]


def test_answer_changes_with_the_next_change():
    practice = make_practice(slug="one", title="Carousel")
    assert slugs(ask(q="carousel")) == ["one"]
    make_practice(slug="two", title="Carousel")
    assert slugs(ask(q="carousel")) == ["one", "two"]

    withdraw(practice, by=None, reason="It ended.")

    assert slugs(ask(q="carousel")) == ["two"]


def test_practice_that_was_hidden_is_forgotten():
    practice = make_practice(slug="one", title="Carousel")
    assert slugs(ask(q="carousel")) == ["one"]

    publish(make_document(title="Carousel", visibility=Visibility.PEERS), practice=practice, by=None, note="Hidden.")

    assert slugs(ask(q="carousel")) == []
    assert slugs(ask(user=make_moderator(), q="carousel")) == ["one"]
    assert not SearchPosting.objects.filter(circle=CIRCLES.index(Visibility.PUBLIC)).exists()


def test_no_text_is_read_to_put_practices_in_order():
    make_practice(slug="one", title="Carousel", summary="Horses.")

    with CaptureQueriesContext(connection) as queries:
        found = slugs(ask(q="carousel horses"))

    assert found == ["one"]
    assert sum("practices_searchposting" in query["sql"] for query in queries) == 1
    assert not any("practices_searchdocument" in query["sql"] for query in queries)


@given(
    numbers=st.sets(st.integers(1, 70_000) | st.integers(2**25, 2**26 - 1), max_size=40),
    levels=st.lists(st.sampled_from(CIRCLES), unique=True, min_size=1),
)
def test_ids_name_number_circle_and_language(numbers, levels):
    every = documents_of(BitMap(numbers), levels)

    ids = {document_id(number, level, code) for number in numbers for level in levels for code in LANGUAGE_PLACES}
    assert set(every) == ids
    assert set(numbers_in(every)) == numbers
    assert {(number_of(each), language_of(each)) for each in ids} == {
        (number, code) for number in numbers for code in LANGUAGE_PLACES
    }
    some = BitMap(sorted(ids)[::3])
    assert set(numbers_in(some)) == {number_of(each) for each in some}


def test_word_that_follows_itself_counts_twice():
    make_practice(slug="once", title="Lantern of carousel")
    make_practice(slug="twice", title="Carousel carousel of")

    assert slugs(ask(q="carousel")) == ["twice", "once"]


def test_amounts_count_the_field_its_length_and_how_often():
    def amounts(**columns):
        return amounts_of(SearchDocument(**{"title": "", "summary": "", "body": ""} | columns))

    usual = amounts(title=" ".join(["carousel", *"abcdefghijk"]), body=" ".join(["horse"] * 200))

    assert usual["carousel"] == 4 * SCALE
    assert usual["horse"] == min(round(0.7 * 200 * SCALE), MOST)
    assert amounts(title="carousel")["carousel"] > usual["carousel"]
    assert amounts(summary="carousel")["carousel"] > amounts(body="carousel")["carousel"]
    assert amounts(title="horse", body="horse")["horse"] > amounts(title="horse")["horse"]
    # What no text holds by itself stands in the index with nothing; the mark between words is no token.
    assert amounts(body="in the · sea") == {"in the": 0, EVERY: 0} | dict.fromkeys(
        ["in", "the", "sea"], amounts(body="bed of · roses")["bed"]
    )


def test_check_names_the_practice_whose_postings_differ():
    make_practice(title="Lantern")
    practice = make_practice(title="Carousel")
    call_command("rebuild_search_index", "--check")
    row = SearchPosting.objects.get(token="carousel")
    SearchPosting.objects.filter(pk=row.pk).update(amounts=bytes(len(row.amounts)))

    with pytest.raises(CommandError, match=practice.reference) as failed:
        call_command("rebuild_search_index", "--check")

    assert "CMISE-0001" not in str(failed.value)


def test_document_without_postings_does_not_agree():
    make_practice(title="Carousel")
    assert index.agrees()

    SearchPosting.objects.all().delete()

    assert not index.agrees()


def test_lost_row_comes_back_with_the_next_publication():
    practice = make_practice(title="Carousel", summary="Horses.")
    SearchPosting.objects.filter(token="hors").delete()
    assert index.disagreements() == [practice.number]

    publish(make_document(title="Carousel two", summary="Horses."), by=None, practice=practice)

    assert index.disagreements() == []
    assert ask(q="horses").count == 1


DAMAGES = [{"amounts": b""}, {"amounts": b"odd"}, {"documents": b"torn"}, {"documents": b""}]


@pytest.mark.parametrize("damage", DAMAGES)
def test_check_names_the_practice_whose_row_is_damaged(damage):
    practice = make_practice(title="Carousel")
    SearchPosting.objects.filter(token="carousel").update(**damage)

    assert index.disagreements() == [practice.number]


@pytest.mark.parametrize("damage", DAMAGES)
def test_check_names_the_damaged_row_of_a_word_that_no_practice_has(damage):
    make_practice(title="Carousel")
    row = SearchPosting(token="quibblewort", circle=2, block=7, documents=BitMap([7]).serialize(), amounts=b"ab")
    for name, value in damage.items():
        setattr(row, name, value)
    row.save()

    with pytest.raises(CommandError, match=r"'quibblewort' \(circle 2, block 7\)"):
        call_command("rebuild_search_index", "--check")

    call_command("rebuild_search_index", "--anew")
    call_command("rebuild_search_index", "--check")
    assert not SearchPosting.objects.filter(token="quibblewort").exists()


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("damage", DAMAGES)
def test_search_goes_on_without_a_damaged_row_and_says_so_once(damage, caplog):
    postings.tell_damage.cache_clear()
    practices = [make_practice(title="Carousel") for _ in range(4)]
    lowest = SearchPosting.objects.filter(token="carousel").order_by("block").first()
    in_row = {practice.slug for practice in practices if postings.block_of(practice.number) == lowest.block}
    SearchPosting.objects.filter(pk=lowest.pk).update(**damage)

    found = slugs(ask(q="carousel"))
    ask(q="carousel")

    assert 0 < len(in_row) < 4
    assert set(found) == {practice.slug for practice in practices} - in_row
    assert [f"'carousel', circle 0, block {lowest.block}" in line for line in caplog.messages] == [True]


@pytest.mark.parametrize("damage", DAMAGES)
def test_withdrawal_is_not_kept_from_its_word_by_a_damaged_row(damage):
    """Nor is any other publication: the row is made of the documents anew."""
    withdrawn, other = make_practice(title="Carousel"), make_practice(title="Carousel")
    SearchPosting.objects.filter(token__in=["carousel", EVERY]).update(**damage)
    assert not index.agrees()

    withdraw(withdrawn, by=None, reason="A mistake.")

    assert slugs(ask(q="carousel")) == [other.slug]
    assert index.agrees()
    assert index.disagreements() == []


def test_damaged_rows_of_a_block_are_made_anew_in_one_reading():
    withdrawn, other = make_practice(title="Carousel of painted horses"), make_practice(title="Carousel")
    SearchPosting.objects.update(documents=b"torn")

    with CaptureQueriesContext(connection) as queries:
        withdraw(withdrawn, by=None, reason="A mistake.")

    assert slugs(ask(q="carousel")) == [other.slug]
    ordered = 'ORDER BY "practices_searchdocument"."id"'
    assert sum(ordered in query["sql"] for query in queries) == 1


def test_row_written_under_another_practices_id_gives_way():
    first, second = make_practice(title="Carousel"), make_practice(title="Lantern")
    SearchDocument.objects.filter(practice=first).delete()
    SearchDocument.objects.filter(practice=second).update(id=document_id(first.number, Visibility.PUBLIC, "en"))

    index.rebuild(anew=True)

    assert (slugs(ask(q="carousel")), slugs(ask(q="lantern"))) == ([first.slug], [second.slug])
    assert index.disagreements() == []


def test_phrases_of_one_query_are_looked_for_in_one_reading():
    make_practice(slug="first", title="Municipal carousel office", summary="Painted horses gallop.")
    make_practice(slug="second", title="Carousel municipal office")

    with CaptureQueriesContext(connection) as queries:
        answer = ask(q='"municipal carousel" "painted horses" "horses gallop" "carousel office"')

    assert (slugs(answer), answer.widened) == (["first"], False)
    assert sum("practices_searchdocument" in query["sql"] for query in queries) == 1


def test_phrases_after_the_sixth_are_words_and_keep_nothing_out():
    named = ["carousel", "lantern", "meadow", "harbour", "orchard", "thimble", "walnut", "pebble"]
    make_practice(slug="all", title=" ".join(named))
    found_so = [f'"{first} {second}"' for first, second in pairwise(named)][: MOST_PHRASES - 1]
    turned, kept_out = '"pebble carousel"', '-"walnut pebble"'

    assert slugs(ask(q=" ".join([*found_so, kept_out]))) == []
    assert slugs(ask(q=" ".join([*found_so, '"walnut pebble"', kept_out, turned]))) == ["all"]
    assert ask(q=" ".join([*found_so, '"walnut pebble"', kept_out, turned])).widened is False
    assert ask(q=" ".join([*found_so, turned])).widened is True
