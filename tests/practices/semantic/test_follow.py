"""The vectors follow what is published: by the change log, or by comparing everything where it does not lead on."""

import struct
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from practices.choices import Visibility
from practices.models import SearchChange, SemanticProgress, SemanticVector
from practices.search import index
from practices.semantic import follow as following
from practices.semantic.embedding import EmbedderDownError, EmbeddingError
from practices.semantic.follow import OvertakenError, follow, forget
from practices.services import publish, withdraw
from tests.factories import make_document, make_practice
from tests.practices.semantic.embedders import DEADLY, DIMENSION, Ngrams

pytestmark = pytest.mark.django_db


class Remembering(Ngrams):
    """Keeps the texts that it embedded."""

    def __init__(self):
        self.texts = []

    def embed(self, texts, kind):
        assert kind == "passage"
        self.texts += texts
        return super().embed(texts, kind)


def stored():
    """What is in the table, as the practice's slug and language to visibility."""
    rows = SemanticVector.objects.values_list("practice__slug", "language", "visibility")
    return {(slug, language): visibility for slug, language, visibility in rows}


def test_every_language_of_a_published_practice_has_its_vector():
    make_practice(slug="both", title={"en": "Night shelter", "de": "Notschlafstelle"}, summary={"en": "Beds."})
    make_practice(slug="peers", title="Stadspas", summary="-", original_language="nl", visibility=Visibility.PEERS)

    outcome = follow(Ngrams())

    assert stored() == {
        ("both", "en"): Visibility.PUBLIC,
        ("both", "de"): Visibility.PUBLIC,
        ("peers", "nl"): Visibility.PEERS,
    }
    assert (outcome.embedded, outcome.removed, outcome.failed) == (3, 0, [])
    row = SemanticVector.objects.get(practice__slug="both", language="en")
    vector = struct.unpack(f"<{DIMENSION}e", row.vector)
    assert vector == pytest.approx(Ngrams().embed(["Night shelter Beds."], "passage")[0], abs=1e-3)


def test_only_what_changed_is_embedded_again():
    changing = make_practice(
        slug="changing", title={"en": "Night shelter", "de": "Notschlafstelle"}, summary={"en": "-"}
    )
    make_practice(slug="staying", title="City card")
    follow(Ngrams())
    embedder = Remembering()
    assert (follow(embedder).embedded, embedder.texts) == (0, [])

    publish(
        make_document(title={"en": "Night shelter", "de": "Klinik"}, summary={"en": "-"}), by=None, practice=changing
    )

    assert follow(embedder).embedded == 1
    assert embedder.texts == ["Klinik"]
    assert set(stored()) == {("changing", "en"), ("changing", "de"), ("staying", "en")}


def test_withdrawn_practice_and_removed_language_lose_their_vectors():
    shrinking = make_practice(
        slug="shrinking", title={"en": "Night shelter", "de": "Notschlafstelle"}, summary={"en": "-"}
    )
    ending = make_practice(slug="ending")
    follow(Ngrams())

    publish(make_document(title={"en": "Night shelter"}, summary={"en": "-"}), by=None, practice=shrinking)
    withdraw(ending, by=None, reason="It ended.")

    assert follow(Ngrams()).removed == 2
    assert set(stored()) == {("shrinking", "en")}


def test_changed_circle_moves_the_vector_without_embedding_it_again():
    practice = make_practice(slug="one", title="Night shelter", summary="-")
    follow(Ngrams())
    state = SemanticProgress.objects.get().state

    publish(make_document(title="Night shelter", summary="-", visibility=Visibility.PEERS), by=None, practice=practice)

    assert follow(Ngrams()).embedded == 0
    assert stored() == {("one", "en"): Visibility.PEERS}
    assert SemanticProgress.objects.get().state != state


@pytest.mark.parametrize("lose_the_log", [index.rebuild, lambda: SearchChange.objects.all().delete()])
def test_everything_is_compared_where_the_log_does_not_lead_on(lose_the_log):
    make_practice(slug="staying")
    ending = make_practice(slug="ending")
    follow(Ngrams())
    withdraw(ending, by=None, reason="It ended.")
    make_practice(slug="new", title="Clinic", summary="-")
    lose_the_log()
    embedder = Remembering()

    outcome = follow(embedder)

    assert set(stored()) == {("staying", "en"), ("new", "en")}
    assert (embedder.texts, outcome.removed) == (["Clinic -"], 1)


def test_another_model_embeds_everything_anew():
    make_practice()
    follow(Ngrams())
    embedder = Remembering()
    embedder.name = "ngrams/2"

    assert follow(embedder).embedded == 1
    assert list(SemanticVector.objects.values_list("model", flat=True)) == ["ngrams/2"]


def test_neither_notes_for_peers_nor_the_city_are_embedded():
    make_practice(
        title="Night shelter",
        summary="Beds.",
        lead_city="milan",
        city_withheld=True,
        contact="xanadu@milan.example",
        discreet_details="xanadu",
        description="Long description.",
    )
    embedder = Remembering()

    follow(embedder)

    assert embedder.texts == ["Night shelter Beds."]


def test_text_that_kills_the_worker_is_named_and_the_others_are_embedded(start):
    make_practice(slug="good", title="Night shelter")
    bad = make_practice(slug="bad", title="City card")
    make_practice(slug="also-good", title="Clinic")
    follow(start("Fragile"))
    publish(make_document(title=f"City card {DEADLY}"), by=None, practice=bad)
    make_practice(slug="new", title="Language course")

    outcome = follow(start("Fragile"))

    assert outcome.failed == [f"{bad.reference} en"]
    # Its old vector says something that the practice no longer does.
    assert set(stored()) == {("good", "en"), ("also-good", "en"), ("new", "en")}
    # It is not tried again with every look at the log.
    assert follow(start("Fragile")).failed == []


def test_fill_that_breaks_off_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(following, "CHUNK", 1)
    for place in range(3):
        make_practice(slug=f"practice-{place}")

    class Failing(Ngrams):
        def embed(self, texts, kind):
            if SemanticVector.objects.count() == 2:
                raise EmbedderDownError("no worker")
            return super().embed(texts, kind)

    monkeypatch.setattr(following, "ATTEMPTS", 0)
    with pytest.raises(EmbeddingError):
        follow(Failing())
    assert (SemanticVector.objects.count(), SemanticProgress.objects.get().mark) == (2, "")

    assert follow(Ngrams()).embedded == 1
    assert SemanticProgress.objects.get().mark != ""


def test_slower_of_two_that_follow_at_once_writes_nothing_old():
    practice = make_practice(slug="one", title="Night shelter", summary="-")

    class Overtaken(Ngrams):
        def embed(self, texts, kind):
            document = make_document(title="Clinic", summary="-", visibility=Visibility.PEERS)
            publish(document, by=None, practice=practice)
            follow(Ngrams())
            return super().embed(texts, kind)

    with pytest.raises(OvertakenError):
        follow(Overtaken())

    row = SemanticVector.objects.get()
    assert row.visibility == Visibility.PEERS
    assert struct.unpack(f"<{DIMENSION}e", row.vector) == pytest.approx(
        Ngrams().embed(["Clinic"], "passage")[0], abs=1e-3
    )
    assert follow(Ngrams()).embedded == 0


def test_empty_registry_is_followed_too():
    assert follow(Ngrams()).embedded == 0


def test_forgetting_leaves_nothing_and_following_starts_anew():
    make_practice()
    follow(Ngrams())

    assert forget() == 1
    assert not SemanticVector.objects.exists()
    assert follow(Ngrams()).embedded == 1


def test_command_is_refused_where_the_extra_is_off():
    with pytest.raises(CommandError, match="off"):
        call_command("embed_practices")


def test_command_embeds_and_clears(settings, monkeypatch, start):
    settings.SEMANTIC_SEARCH = True
    embedder = start("Fragile")
    monkeypatch.setattr("practices.management.commands.embed_practices.worker", lambda model: embedder)
    make_practice()
    make_practice(title=f"City card {DEADLY}", slug="bad")
    out, errors = StringIO(), StringIO()

    call_command("embed_practices", stdout=out, stderr=errors)
    assert "1 texts embedded, 0 vectors removed." in out.getvalue()
    assert "cannot take this text" in errors.getvalue()

    settings.SEMANTIC_SEARCH = False
    call_command("embed_practices", "--clear", stdout=out)
    assert "1 vectors deleted." in out.getvalue()
    assert not SemanticVector.objects.exists()
