"""The index follows every publication, in this process and in the others."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from practices.choices import Visibility
from practices.models import SearchChange, SearchDocument, SearchPosting, SearchVersion, SearchWord, ServiceArea
from practices.search import index, inverting, postings
from practices.search.changes import CATCH_UP
from practices.search.facet_index import FacetIndex
from practices.services import publish, withdraw
from tests.factories import make_city, make_document, make_practice
from tests.practices.asking import ask, counts, slugs

pytestmark = pytest.mark.django_db


def test_publication_change_and_withdrawal_show_at_the_next_question():
    other_process = FacetIndex()
    assert ask(q="carousel").count == 0
    assert list(other_process.snapshot().orders["newest"]) == []

    practice = make_practice(title="Carousel", service_areas=["shelter"])
    assert ask(q="carousel").count == 1
    assert counts(ask(), "area") == {"shelter": 1}
    assert list(other_process.snapshot().bitmaps["area"]["shelter"]) == [practice.number]

    publish(make_document(title="Merry-go-round", service_areas=["education"]), by=None, practice=practice)
    assert ask(q="carousel").count == 0
    assert ask(q="merry").count == 1
    assert counts(ask(), "area") == {"education": 1}
    assert list(other_process.snapshot().bitmaps["area"]["shelter"]) == []

    withdraw(practice, by=None, reason="It ended.")
    assert (ask().count, ask(q="merry").count, counts(ask(), "area")) == (0, 0, {})
    assert list(other_process.snapshot().orders["newest"]) == []
    assert not SearchDocument.objects.exists()


def test_practice_that_becomes_private_leaves_no_word():
    practice = make_practice(title="Quibblewort")
    assert ask(q="quibblewrot").did_you_mean == "quibblewort"

    publish(make_document(title="Quibblewort", visibility=Visibility.PEERS), by=None, practice=practice)

    answer = ask(q="quibblewrot")
    assert (answer.count, answer.did_you_mean, ask(q="quibblewort").count) == (0, None, 0)


def test_rolled_back_publication_is_forgotten():
    make_practice(slug="kept")
    with transaction.atomic():
        make_practice(slug="lost")
        assert ask().count == 2
        transaction.set_rollback(True)

    assert slugs(ask()) == ["kept"]
    # The version's number comes again with another content.
    make_practice(slug="instead")
    assert slugs(ask()) == ["instead", "kept"]


def test_process_that_is_far_behind_reads_everything():
    first = make_practice()
    behind = FacetIndex()
    behind.snapshot()
    for _round in range(3):
        index.update_many([first.pk])
    SearchChange.objects.order_by("number").first().delete()
    second = make_practice()

    assert set(behind.snapshot().orders["newest"]) == {first.number, second.number}
    assert CATCH_UP < index.KEPT_CHANGES


def test_old_snapshot_is_not_changed_by_the_next():
    make_practice(service_areas=["shelter"])
    process = FacetIndex()
    before = process.snapshot()
    make_practice(service_areas=["shelter"])

    assert len(process.snapshot().bitmaps["area"]["shelter"]) == 2
    assert len(before.bitmaps["area"]["shelter"]) == 1


def test_edited_term_is_found_and_shown_by_its_new_name():
    make_practice(slug="one", service_areas=["shelter"])
    term = ServiceArea.objects.get(slug="shelter")
    assert ask(q="snugglery").count == 0
    term.label_en, term.synonyms_de = "Snugglery", "Bleibe\nObdach"
    term.save()

    index.update_for(term)

    assert slugs(ask(q="snugglery")) == slugs(ask(q="obdach")) == ["one"]
    assert ask().facets[0].options[0].label == "Snugglery"


def test_city_without_practices_can_be_asked_for_once_it_is_told():
    make_practice()
    ask()
    index.update_for(make_city("zurich"))

    answer = ask(city="zurich")

    assert (answer.count, answer.errors) == (0, {})


def test_loading_many_writes_the_index_once():
    with index.postponed():
        first, second = make_practice(title="Postponed one"), make_practice(title="Postponed two")
        index.update(first)
        index.update(second)

    assert ask(q="postponed").count == 2
    assert index.agrees()


def test_rebuild_command_writes_the_same_rows():
    make_practice(title="Night bus", other_cities=["utrecht"])
    make_practice(title="Hidden", visibility=Visibility.PEERS)
    withdraw(make_practice(title="Quibblewort"), by=None, reason="It ended.")
    rows = list(SearchDocument.objects.order_by("pk").values())
    SearchDocument.objects.all().delete()
    SearchPosting.objects.all().delete()
    assert not index.agrees()

    call_command("rebuild_search_index", stdout=StringIO())

    assert list(SearchDocument.objects.order_by("pk").values()) == rows
    assert index.agrees()
    assert ask(q="night bus").count == 1
    assert ask(q="quibblewort").count == 0


def test_index_of_another_analyser_does_not_agree():
    make_practice()
    assert index.agrees()

    SearchVersion.objects.update(analyser="0/older")

    assert not index.agrees()


def test_rows_stand_in_the_practices_own_circle():
    practice = make_practice(visibility=Visibility.PEERS)

    rows = SearchDocument.objects.filter(practice=practice).values_list("language", "visibility")

    assert list(rows) == [("en", "peers")]


def test_words_of_a_hidden_practice_are_not_listed():
    make_practice(title="Quibblewort", visibility=Visibility.MODERATORS)
    make_practice(title="Merry-go-round")

    words = set(SearchWord.objects.values_list("word", flat=True))

    assert "merry" in words
    assert "quibblewort" not in words


class Interrupted(Exception):
    pass


def test_interrupted_rebuild_is_taken_up_where_it_stopped(monkeypatch):
    monkeypatch.setattr(index, "CHUNK", 2)
    # Numbers 1 to 3 stand in one block, 4 and 5 in the next.
    monkeypatch.setattr(postings, "BLOCK_BITS", 2)
    for number in range(5):
        make_practice(title=f"Carousel {number}")
    SearchVersion.objects.update(analyser="0/older")
    SearchDocument.objects.update(title="forgotten")
    SearchPosting.objects.all().delete()
    steps = []

    def stop_after(count):
        def progress(done, total):
            steps.append((done, total))
            if len(steps) == count:
                raise Interrupted

        return progress

    with pytest.raises(Interrupted):
        index.rebuild(stop_after(1))
    assert not index.agrees()
    # What is not written is there all the same.
    assert (ask().count, ask(q="carousel").count) == (5, 0)

    with pytest.raises(Interrupted):
        index.rebuild(stop_after(3))
    assert not index.agrees()
    # Nobody waits for the end: a block that is whole is found.
    assert (ask().count, ask(q="carousel").count) == (5, 3)

    index.rebuild(stop_after(None))

    assert steps == [(2, 5), (3, 5), (5, 5)]
    assert index.agrees()
    assert ask(q="carousel").count == 5


@pytest.mark.parametrize("bits", [1, postings.BLOCK_BITS])
def test_publication_during_a_rebuild_is_kept(bits, monkeypatch):
    monkeypatch.setattr(index, "CHUNK", 1)
    monkeypatch.setattr(postings, "BLOCK_BITS", bits)
    first = make_practice(title="Carousel")
    make_practice(title="Swing")

    def publish_meanwhile(done, total):
        if done == 1:
            publish(make_document(title="Merry-go-round"), by=None, practice=first)

    index.rebuild(publish_meanwhile, anew=True)

    assert index.agrees()
    assert (ask(q="carousel").count, ask(q="merry").count) == (0, 1)


def test_publication_while_a_block_is_inverted_is_kept(monkeypatch):
    first = make_practice(title="Carousel")
    read_block, published = inverting.Block, []

    def read_slowly(block):
        read = read_block(block)
        if not published:
            published.append(publish(make_document(title="Merry-go-round"), by=None, practice=first))
        return read

    monkeypatch.setattr(inverting, "Block", read_slowly)

    index.rebuild(anew=True)

    assert published
    assert (ask(q="carousel").count, ask(q="merry").count) == (0, 1)
    assert index.disagreements() == []


def test_publication_in_the_middle_of_a_rebuild_is_found_by_all_its_words(monkeypatch):
    monkeypatch.setattr(index, "CHUNK", 1)
    practice = make_practice(title="Carousel", summary="Horses.")
    make_practice(title="Swing")
    SearchPosting.objects.all().delete()

    def publish_meanwhile(done, total):
        if done == 1:
            publish(make_document(title="Carousel two", summary="Horses."), by=None, practice=practice)
            assert (ask(q="two").count, ask(q="horses").count) == (1, 1)
            raise Interrupted

    with pytest.raises(Interrupted):
        index.rebuild(publish_meanwhile, anew=True)

    assert ask(q="carousel horses").count == 1


def test_check_says_nothing_of_what_was_published_meanwhile(monkeypatch):
    changed, wrong = make_practice(title="Carousel"), make_practice(title="Lantern")
    row = SearchPosting.objects.get(token="lantern")
    SearchPosting.objects.filter(pk=row.pk).update(amounts=bytes(len(row.amounts)))
    read_block, published = inverting.Block, []

    def read_slowly(block):
        read = read_block(block)
        published.append(publish(make_document(title="Merry-go-round"), by=None, practice=changed))
        return read

    monkeypatch.setattr(inverting, "Block", read_slowly)

    assert index.disagreements() == [wrong.number]
    assert published


def test_migrate_writes_the_index_of_another_analyser_anew(capsys):
    make_practice(title="Carousel")
    SearchVersion.objects.update(analyser="0/older")
    SearchDocument.objects.update(title="forgotten")

    call_command("migrate", verbosity=0)

    assert index.agrees()
    assert ask(q="carousel").count == 1


def test_check_names_the_practice_whose_rows_differ():
    practice = make_practice()
    call_command("rebuild_search_index", "--check", stdout=StringIO())
    SearchDocument.objects.filter(practice=practice, language="en").update(body="forged")

    with pytest.raises(CommandError, match=practice.reference):
        call_command("rebuild_search_index", "--check", stdout=StringIO())
