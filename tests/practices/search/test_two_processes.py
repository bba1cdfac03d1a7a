"""What one worker process writes, another one knows at its next request."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from practices.choices import Visibility
from practices.search import index
from practices.services import publish, withdraw
from tests.factories import make_document, make_practice
from tests.practices.search.other_process import answer

pytestmark = pytest.mark.django_db(transaction=True)

QUIET = {"target_groups": [], "approaches": []}
NOTHING = {"count": 0, "slugs": [], "widened": False, "did_you_mean": None, "known": [], "suggested": []}


class OtherProcess:
    """The process at the other end of two pipes."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.practices.search.other_process", str(connection.settings_dict["NAME"])],
            cwd=settings.BASE_DIR,
            # Sets stand in another order there: no answer may depend on it.
            env={**os.environ, "PYTHONHASHSEED": "4711", "DJANGO_SETTINGS_MODULE": "cmise.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, what):
        self._process.stdin.write(f"{json.dumps(what)}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def answer(self, query, suggested=""):
        return self.tell({"query": query, "suggested": suggested})

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=20)


@pytest.fixture
def other():
    process = OtherProcess()
    yield process
    process.close()


def without_facets(told):
    return {name: value for name, value in told.items() if name != "facets"}


def test_publication_change_and_withdrawal_show_in_another_process(other):
    make_practice(slug="first", title="Night bus", service_areas=["education"], **QUIET)
    # It has read everything, so from now on it follows.
    assert other.answer("")["count"] == 1
    assert without_facets(other.answer("carousel", "carousel")) == NOTHING
    assert other.answer("carousle")["did_you_mean"] is None

    practice = make_practice(slug="ride", title="Carousel", service_areas=["shelter"], lead_city="utrecht", **QUIET)
    told = other.answer("carousel", "carousel")
    assert (told["count"], told["slugs"], told["known"], told["suggested"]) == (1, ["ride"], ["carousel"], ["Carousel"])
    assert (told["facets"]["area"], told["facets"]["city"]) == ({"shelter": 1}, {"utrecht": 1})
    assert other.answer("carousle")["did_you_mean"] == "carousel"
    told = other.answer("")
    assert (told["count"], told["slugs"]) == (2, ["ride", "first"])
    assert told["facets"]["area"] == {"shelter": 1, "education": 1}

    publish(make_document(title="Merry", service_areas=["legal_aid"], **QUIET), by=None, practice=practice)
    told = other.answer("carousel", "carousel")
    assert (told["count"], told["suggested"]) == (0, [])
    assert other.answer("carousle")["did_you_mean"] is None
    told = other.answer("merry", "merr")
    assert (told["slugs"], told["suggested"], told["facets"]["area"]) == (["ride"], ["Merry"], {"legal_aid": 1})

    withdraw(practice, by=None, reason="It ended.")
    told = other.answer("merry", "merr")
    assert (told["count"], told["suggested"], told["facets"]["area"]) == (0, [], {})
    assert other.answer("merri")["did_you_mean"] is None
    assert other.answer("")["slugs"] == ["first"]


def test_practice_that_is_hidden_is_gone_from_another_process(other):
    make_practice(slug="first", title="Night bus", **QUIET)
    practice = make_practice(slug="house", title="Quibblewort house", service_areas=["legal_aid"], **QUIET)
    told = other.answer("quibblewort", "quibb")
    assert (told["slugs"], told["suggested"]) == (["house"], ["Quibblewort house"])
    assert other.answer("quibblewrot")["did_you_mean"] == "quibblewort"

    document = make_document(title="Quibblewort house", visibility=Visibility.PEERS, **QUIET)
    publish(document, by=None, practice=practice)

    told = other.answer("quibblewort", "quibb")
    assert (told["count"], told["slugs"], told["suggested"], told["did_you_mean"]) == (0, [], [], None)
    assert all(not options for options in told["facets"].values())
    assert other.answer("quibblewrot")["did_you_mean"] is None
    told = other.answer("")
    assert (told["slugs"], told["facets"]["area"]) == (["first"], {"shelter": 1})


def test_processes_give_the_same_answers(other):
    for place, title in enumerate(["Night shelter", "Nachtopvang", "Shelter at night", "Day shelters", "Nightly beds"]):
        make_practice(slug=f"practice-{place}", title=title, **QUIET)

    for query in ("night shelter", "nachtopvang bed", "shletre nihgt", "sheltering", '"night shelter" -beds', "opvang"):
        assert other.answer(query, "nig") == answer(query, "nig")


def test_rebuild_in_another_process_is_not_noticed(other):
    for place in range(4):
        make_practice(slug=f"ride-{place}", title=f"Carousel {place}", **QUIET)
    gone = make_practice(slug="swing", title="Swing", **QUIET)
    withdraw(gone, by=None, reason="It ended.")
    queries = ("", "carousel", "carousle", "carousel 2 swing")
    before = [answer(query, "carous") for query in queries]
    assert [told["count"] for told in before[:2]] == [4, 4]

    steps = [other.tell("rebuild")]
    while steps[-1] != "rebuilt":
        assert [answer(query, "carous") for query in queries] == before
        steps.append(other.tell("go on"))

    assert steps == [[1, 4], [2, 4], [3, 4], [4, 4], "rebuilt"]
    assert [answer(query, "carous") for query in queries] == before
    assert [other.answer(query, "carous") for query in queries] == before
    assert index.agrees()


def test_publication_during_a_rebuild_in_another_process_is_kept(other):
    first = make_practice(slug="ride", title="Carousel", **QUIET)
    make_practice(slug="swing", title="Swing", **QUIET)

    assert other.tell("rebuild") == [1, 2]
    publish(make_document(title="Merry", **QUIET), by=None, practice=first)
    make_practice(slug="slide", title="Slide", **QUIET)
    while other.tell("go on") != "rebuilt":
        pass

    for ask_process in (answer, other.answer):
        assert [ask_process(query)["slugs"] for query in ("carousel", "merry", "slide")] == [[], ["ride"], ["slide"]]
    assert index.agrees()
