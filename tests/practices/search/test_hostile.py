"""Queries that nobody should type, against one fixed registry. Every database gives these literal answers."""

import time
from urllib.parse import quote

import pytest
from django.urls import reverse

from practices.choices import Visibility
from practices.filters import LONGEST_QUERY
from tests.factories import make_moderator, make_practice
from tests.practices.asking import ask, slugs

pytestmark = pytest.mark.django_db

QUIET = {"service_areas": [], "target_groups": [], "approaches": []}
# One practice in each language; stop words are in all of them.
REGISTRY = {
    "night": ("en", "Night shelter and the near bus", "The city opens it and it is not closed or moved."),
    "karte": ("de", "Gesundheitskarte für die Stadt", "Das ist und bleibt der Weg für alle, die in der Stadt sind."),
    "stegi": ("el", "Στέγη για τους κατοίκους", "Και το σπίτι είναι για όλους με τα παιδιά στην πόλη."),
    "casa": ("es", "La casa de todos", "En la ciudad y para los niños que no tienen casa."),
    "maison": ("fr", "Maison d’accueil", "Les enfants et leurs parents dans la ville avec des lits."),
    "scuola": ("it", "Una scuola per tutti", "Il comune e gli insegnanti con i bambini nella città."),
    "bed": ("nl", "Bed, bad en brood", "Het is voor de mensen die niet in een huis van de gemeente zijn."),
}
LEAK = "Zyzzyva"

# The number of practices and the first of them, and the queries that are answered so.
ANSWERS = [
    (0, [], [
        '"', '""', '"""', "'", "''", "“", "”", "«»", "»«", "„“", '"'*300, "'"*300, '-'*300, "-", "--", '-"', '-""',
        "−−", "*", "%", "_", "?", "n?ght", "((((", ":*", "&", "|", "!", "<->", "()", "\\", "\\\\", "$$", "$1", "%s",
        "%(q)s", "{}", "{0}", "; DROP TABLE practices_practice; --", "a", "n", "ε", "0", "999999999999999999999",
        "1e309", "0x41", "½", "²", "١٢٣", "Стегι", "ночь", "夜間シェルター", "مأوى ليلي", "מקלט", "रात", "夜",
        "ที\u0e48พัก", "😀", "👩\u200d👩\u200d👧", "🇬🇧", "ni\x00ght", "\ud800", "\udfff", "\ufffe", "\uffff",
        "\U0010ffff", "ﷺ"*100, "ﷺ", "n"+"\u0301"*1000, "\u0301"*1000, "thgin\u202e", "\u200b", "x"*10_000,
        "("*10_000, "\\"*10_000, '"a b" '*60, " ".join(f"w{n}x" for n in range(60)), "ⓝⓘⓖⓗⓣ", "ﬁ", "ß", "\u0345",
        "ǅ", "ẞ", "CMISE-8", "CMISE-0", "CMISE--1", "CMISE-99999999999999999999", "CMISE-١", "zyzzyva", "zyzzyvb",
        "A.M.E.", "....", "a.b", '"the near" -bus',
    ]),
    (1, ["night"], [
        '"night', 'night"', '"night shelter" "', '""night shelter""', "“night shelter”", "«night shelter»",
        "„night shelter“", "'night shelter'", "`night`", "--night", "- night", '"-night"', '""" night """',
        '"night shelter""the near"', "night*", "night%", "night~", "night^2", "^night", "(night", "night)",
        "night)))(", "[night]", "{night}", "night AND bus", "night OR", "AND", "OR", "NOT", "NOT night",
        "NEAR(night bus)", "NEAR(", "night NEAR/2 bus", "title:night", "{title summary}: night", "title : night",
        "night + bus", "night & bus", "night | bus", "!night", "night <-> bus", "night:*", "night:A", "night\\",
        "'night'", "night''bus", "' OR 1=1 --", "<script>night</script>", "<mark>night</mark>", "&lt;night",
        "../../night", "night\tbus", "night\nbus", "night\r\nbus", "nιght", "night😀", "😀night😀bus",
        "night\u200dbus", "night\x00", "\x00night", "night\ud800", "\ud83d\ude00 night", "ni\u0301ght", "nig\xadht",
        "night\u0301", "\u0301night", "\u202enight", "\u200fnight\u200f", "\u2066night\u2069", "\ufeffnight",
        "ni\u200bght", "night "*2000, "night"+" "*10_000+"bus", "𝐧𝐢𝐠𝐡𝐭", "ｎｉｇｈｔ", "NIGHT", "nIGHT", "ŉight",
        "CMISE-0001", "cmise 1", "CMISE-0001 night", '"zyzzyva night"', "night -zyzzyva", "night-shelter",
        "night/shelter", "night_shelter", "night,shelter;bus", "http://night.example/?q=bus", "night@bus.example",
        "#night", "@night", "night=bus", "‽night‽",
    ]),
    (3, ["night"], [
        '"shelter night', "night στέγη", "ΣΤΕΓΗ night", "ſhelter",
    ]),
    (6, ["karte", "stegi", "casa"], [
        '-"night', "-night -bus",
    ]),
    (1, ["scuola"], [
        "é", "il e gli con i una per", "İ",
    ]),
    (2, ["night"], [
        "the and of is it or not",
    ]),
    (2, ["karte"], [
        "und die der das ist für in",
    ]),
    (1, ["stegi"], [
        "και το τους με για τα στην",
    ]),
    (4, ["bed"], [
        "het de een van in voor die",
    ]),
    (7, ["bed"], [
        "\x00",
    ]),
    (7, ["night", "karte", "stegi"], [
        "-a "*100, "-zyzzyva",
    ]),
    (1, ["maison"], [
        "d'accueil", "l’accueil", "'accueil", "d''accueil",
    ]),
    (5, ["stegi", "casa", "maison"], [
        "-the -und",
    ]),
    (6, ["night", "karte", "casa"], [
        "-και",
    ]),
]  # fmt: skip


@pytest.fixture
def registry():
    for slug, (language, title, summary) in REGISTRY.items():
        make_practice(slug=slug, original_language=language, title=title, summary=summary, **QUIET)
    make_practice(slug="leak", title=f"{LEAK} night", visibility=Visibility.PEERS, **QUIET)


def address(path, query):
    return f"{path}?q={quote(query, errors='surrogatepass')}"


def test_table_names_each_query_once():
    queries = [query for _count, _first, queries in ANSWERS for query in queries]

    assert len(queries) == len(set(queries)) > 180


def test_answers_are_the_same_on_every_database(registry):
    assert ask(q=LEAK, user=make_moderator()).count == 1
    other, began = {}, time.perf_counter()
    for count, first, queries in ANSWERS:
        for query in queries:
            answer = ask(q=query)
            found = slugs(answer)
            assert len(found) == len(set(found)) == answer.count
            if (answer.count, found[: len(first)]) != (count, first):
                other[query] = (answer.count, found[:3])

    assert other == {}
    # A second each is promised; together they take a few.
    assert time.perf_counter() - began < 60


def test_page_and_interface_answer_every_query(registry, client):
    page, interface = reverse("practice-list"), reverse("api-practice-list")
    for count, first, queries in ANSWERS:
        for query in queries:
            shown = client.get(address(page, query))
            assert shown.status_code == 200, query
            assert "practices/leak/" not in shown.content.decode(), query
            told = client.get(address(interface, query))
            if len(query) > LONGEST_QUERY:
                assert (told.status_code, told.json()["errors"][0]["parameter"]) == (400, "q"), query
                continue
            assert (told.status_code, told.json()["count"]) == (200, count), query
            assert [row["slug"] for row in told.json()["results"]][: len(first)] == first, query


def test_suggestions_answer_every_query(registry, client):
    for _count, _first, queries in ANSWERS:
        for query in queries:
            told = client.get(address(reverse("api-suggest"), query))
            assert told.status_code == 200, query
            assert LEAK.lower() not in told.content.decode().lower(), query
