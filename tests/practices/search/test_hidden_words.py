"""What only some may read changes nothing for the others: no offer, no order, no rarity, no mark, no suggestion."""

import pytest
from django.urls import reverse

from practices.choices import Visibility
from practices.services import publish, withdraw
from tests.factories import make_city, make_document, make_member, make_moderator, make_practice
from tests.practices.asking import ask, slugs

pytestmark = pytest.mark.django_db

QUIET = {"service_areas": [], "target_groups": [], "approaches": []}
# What the public may read: rare and common words, forms and compounds, two languages.
OPEN = {
    "beds": {"title": "Night shelter for families", "summary": "Beds in winter, a doctor on Mondays."},
    "day": {"title": "Day centre", "summary": "Families meet a doctor and a lawyer; the shelter is next door."},
    "cards": {"title": "Library cards for newcomers", "summary": "The library asks for no papers."},
    "talk": {"title": "Advice at the kitchen table", "summary": "A lawyer gives advice to families."},
    "garden": {"title": "Garden of neighbours", "summary": "Newcomers and neighbours grow beans."},
    "karte": {
        "original_language": "de",
        "title": "Gesundheitskarte für alle",
        "summary": "Eine Beratungsstelle gibt Karten aus.",
    },
}
# Words of the public ones, which would become commoner, and words that nobody else has; slips of both.
HIDDEN = {
    "title": "Quibblewort garden library advice",
    "summary": "Garden, library, advice, lawyer, lawyr and doctor for quibblewort neighbours; Gesundheitskartenstelle.",
    "description": "Zanzorange libraries. Gardening advisers. Lawyr. Bedz. The frobnicator.",
}
QUERIES = (
    "lawyer garden", "garden lawyer doctor", "library advice families", "doctor families shelter", "Karte Beratung",
    "newcomers neighbours", "advice", "gardening", "libraries", "neighbour lawyers beds", '"garden library"', "-garden",
    '"advice lawyer"', "families -quibblewort", "quibblewort", "quibblewrot", "zanzorange", "zanzorangee", "bedz",
    "frobnicators", "lawyr", "lawyrr", "gardn", "librray", "Gesundheitskartenstelle", "Hobbleton", "hobbletom",
    "city of Hobbleton", "padron quibblewort", "night quibblewort", "CMISE-7", "CMISE-8 garden", "7", "8",
)  # fmt: skip
# Those of them that a public practice cannot answer.
ONLY_HIDDEN = ("quibblewort", "quibblewrot", "zanzorange", "zanzorangee", "frobnicators", "Hobbleton", "hobbletom")


@pytest.fixture
def registry():
    for slug, texts in OPEN.items():
        make_practice(slug=slug, **texts, **QUIET)
    make_city("hobbleton", name_en="Hobbleton")


def seen(user=None):
    """Everything that the answers to all queries tell."""
    told = {}
    for query in QUERIES:
        answer = ask(user=user, q=query)
        hits = [
            (hit.practice.slug, hit.matched_language, hit.title_html, hit.excerpt_html) for hit in answer.page(1, 50)
        ]
        told[query] = (answer.count, hits, answer.widened, answer.did_you_mean, answer.concepts, answer.facets)
    return told


def differing(before, after):
    return {query: (before[query], after[query]) for query in QUERIES if before[query] != after[query]}


def hide(visibility, times=4):
    return [
        make_practice(slug=f"hidden-{place}", visibility=visibility, lead_city="hobbleton", **HIDDEN, **QUIET)
        for place in range(times)
    ]


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("visibility", [Visibility.PEERS, Visibility.MODERATORS])
def test_hidden_practices_change_no_answer_of_the_public(visibility):
    before = seen()

    hide(visibility)

    # It is there to be leaked.
    assert slugs(ask(q="quibblewort", user=make_moderator()))[0].startswith("hidden-")
    assert differing(before, seen()) == {}


@pytest.mark.usefixtures("registry")
def test_practices_for_moderators_change_no_answer_of_a_peer():
    peer = make_member().user
    hide(Visibility.PEERS, times=1)
    before = seen(peer)
    assert before["quibblewort"][0] == 1

    for place in range(4):
        make_practice(slug=f"secret-{place}", visibility=Visibility.MODERATORS, **HIDDEN, **QUIET)

    assert ask(q="quibblewort", user=make_moderator()).count == 5
    assert differing(before, seen(peer)) == {}


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("act", ["for peers", "for moderators", "withdrawn"])
def test_words_of_a_practice_that_was_public_find_and_offer_nothing(act):
    before = seen()
    practice = make_practice(slug="was-public", lead_city="hobbleton", **HIDDEN, **QUIET)
    assert ask(q="quibblewrot").did_you_mean == "quibblewort"

    if act == "withdrawn":
        withdraw(practice, by=None, reason="It ended.")
    else:
        visibility = Visibility.PEERS if act == "for peers" else Visibility.MODERATORS
        document = make_document(visibility=visibility, lead_city="hobbleton", **HIDDEN, **QUIET)
        publish(document, by=None, practice=practice)

    after = seen()
    for query in ONLY_HIDDEN:
        assert after[query] == before[query]
    shown = " ".join(str(hits) + str(offer) for _count, hits, _widened, offer, *_rest in after.values()).lower()
    assert not any(word in shown for word in ("quibblewort", "zanzorange", "frobnicator", "lawyr", "hobbleton"))


RESERVED = {
    "funding": "Garden, library, advice, lawyer, lawyr and doctor for quibblewort neighbours; Gesundheitskartenstelle.",
    "challenges": "Zanzorange libraries. Gardening advisers. Lawyr. Bedz. The frobnicator.",
    "partners": [{"name": "Quibblewort garden library advice"}, {"name": "Hobbleton lawyers"}],
}


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("once_open", [False, True])
def test_reserved_words_change_no_answer_to_anyone(once_open):
    """Against the same practice without these words: it is found by nothing else, and ranked like it."""
    peer = make_member().user
    empty = make_document(title="Elsewhere", summary="Nothing to see.", **QUIET)
    reserved = (
        empty
        | {name: {"en": text} if isinstance(text, str) else text for name, text in RESERVED.items()}
        | {"peers_only": list(RESERVED)}
    )
    practice = publish(empty, by=None, slug="reserved")
    before, before_for_peer = seen(), seen(peer)

    if once_open:
        publish(reserved | {"peers_only": []}, by=None, practice=practice)
        # It is there to be leaked.
        assert slugs(ask(q="quibblewort")) == ["reserved"]
    publish(reserved, by=None, practice=practice)

    assert differing(before, seen()) == {}
    after_for_peer = seen(peer)
    assert {query for query in QUERIES if before_for_peer[query] != after_for_peer[query]} == set()


@pytest.mark.usefixtures("registry")
def test_withheld_city_changes_no_order_and_no_mark():
    before = seen()
    make_practice(slug="withheld", title="Elsewhere", city_withheld=True, lead_city="hobbleton", **QUIET)
    after = seen()

    for query in ("Hobbleton", "hobbletom"):
        assert after[query][:5] == before[query][:5]
        assert "hobbleton" not in str(after[query]).lower()
    assert "hobbleton" in str(ask(user=make_member().user, q="elsewhere").facets)


@pytest.mark.usefixtures("registry")
def test_marks_show_only_what_the_reader_may_see():
    hide(Visibility.PEERS)
    peer = make_member().user

    for_peer = ask(q="quibblewort garden", user=peer).page(1, 50)
    for_all = ask(q="quibblewort garden").page(1, 50)

    assert any("<mark>Quibblewort</mark>" in hit.title_html for hit in for_peer)
    assert next(hit.practice.slug for hit in for_all) == "garden"
    assert not any("uibblewort" in f"{hit.title_html}{hit.excerpt_html}{hit.matched_title_html}" for hit in for_all)


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("beginning", ["quibb", "zanz", "frob", "lawyr", "gesundheitskartens"])
def test_beginnings_of_reserved_words_suggest_nothing(client, beginning):
    make_practice(slug="reserved", title="Elsewhere", **RESERVED, **QUIET, peers_only=list(RESERVED))

    answer = client.get("/api/v1/suggest/", {"q": beginning})

    assert answer.status_code == 200
    assert not any(answer.json().values())
    page = client.get(reverse("practice-list"), {"q": f"{beginning}o"}).content.decode()
    assert not any(word in page for word in ("uibblewort", "anzorange", "robnicator"))


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("beginning", ["quibb", "zanz", "frob", "hobbl", "lawyr", "gesundheitskartens"])
def test_beginnings_of_hidden_words_suggest_nothing(client, beginning):
    public = make_practice(slug="was-public", lead_city="hobbleton", **HIDDEN, **QUIET)
    if beginning == "quibb":
        # It is there to be leaked.
        assert "Quibblewort" in client.get("/api/v1/suggest/", {"q": beginning}).content.decode()
    document = make_document(visibility=Visibility.PEERS, lead_city="hobbleton", **HIDDEN, **QUIET)
    publish(document, by=None, practice=public)
    hide(Visibility.MODERATORS)

    answer = client.get("/api/v1/suggest/", {"q": beginning})

    assert answer.status_code == 200
    assert not any(answer.json().values())
    page = client.get(reverse("practice-list"), {"q": f"{beginning}o"}).content.decode()
    assert not any(word in page for word in ("uibblewort", "anzorange", "robnicator", "obbleton"))
