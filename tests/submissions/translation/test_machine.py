"""Proposals of a machine: marked until a person stands behind each, made of public texts only, and never in the way.

The stand-in answers as LibreTranslate does: the same addresses, the same JSON, the same errors.
"""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.cache import cache

from practices.choices import Provenance
from submissions import machine
from submissions.choices import Action
from submissions.machine.libretranslate import LibreTranslate
from submissions.models import Submission
from submissions.services import perform
from submissions.services.translating import MOST_PROPOSALS_AN_HOUR, propose
from submissions.services.translations import start_translation
from tests.factories import make_city, make_member, make_practice
from tests.submissions.translation.people import (
    MARKER,
    approved,
    change,
    client_of,
    make_guarded_practice,
    make_translator,
)

KEY = "the-key"
CODES = ["en", "de", "el", "es", "fr", "it", "nl"]


class StandIn(ThreadingHTTPServer):
    """`trouble`: how it answers `/translate` instead."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.trouble, self.asked = "", []
        # Set by the test once it has its answer: a slow server waits for that and no longer.
        self.answered = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        pass

    def answer(self, value, status=200, *, length=None, headers=()):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length or len(body)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)
        if length:
            self.close_connection = True

    def do_GET(self):
        assert self.path == "/languages"
        targets = [code for code in CODES if code != "el"] if self.server.trouble == "no Greek" else CODES
        self.answer([{"code": code, "name": code, "targets": targets} for code in CODES])

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, asked))
        trouble = self.server.trouble
        texts = [f"[{asked['target']}] {text}" for text in asked["q"]]
        if asked.get("api_key") != KEY:
            self.answer({"error": "Please contact the server operator to get an API key"}, 403)
        elif trouble.isdigit():
            self.answer({"error": "Invalid request: <b>no</b>"}, int(trouble))
        elif trouble == "html":
            self.answer(b"<html>Bad gateway</html>")
        elif trouble == "moved":
            self.answer({}, 307, headers=[("Location", f"{self.server.url}/elsewhere")])
        elif trouble == "cut":
            self.answer(b'{"translatedText": ["x"', length=4000)
        elif trouble == "slow":
            self.server.answered.wait(5)
            self.close_connection = True
        elif trouble == "drip":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            while not self.server.answered.wait(0.02):
                self.wfile.write(b" ")
            self.close_connection = True
        elif trouble == "endless":
            self.answer(b'"' + b"x" * 1_100_000 + b'"')
        elif trouble == "fewer":
            self.answer({"translatedText": texts[:-1]})
        elif trouble == "one text":
            self.answer({"translatedText": texts[0]})
        elif trouble == "numbers":
            self.answer({"translatedText": [1] * len(texts)})
        elif trouble == "too long":
            self.answer({"translatedText": [text * 3000 for text in texts]})
        else:
            self.answer({"translatedText": texts})


@contextmanager
def stand_in():
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def running():
    with stand_in() as server:
        yield server


@pytest.fixture
def server(running, settings):
    running.trouble, running.asked = "", []
    settings.LIBRETRANSLATE_URL, settings.LIBRETRANSLATE_KEY = running.url, KEY
    return running


def test_texts_come_back_in_order_in_one_question(server):
    backend = machine.backend()

    assert backend.translate(["A", "Ω «\n»"], source="en", target="de") == ["[de] A", "[de] Ω «\n»"]
    assert server.asked == [
        (
            "/translate",
            {"q": ["A", "Ω «\n»"], "source": "en", "target": "de", "format": "text", "api_key": KEY},
        )
    ]
    assert backend.translate([], source="en", target="de") == []
    assert len(server.asked) == 1


def test_every_trouble_is_a_sentence(server):
    said = {}
    troubles = ["400", "403", "413", "429", "500", "302", "html", "moved", "cut", "slow", "drip", "endless", "fewer"]
    for trouble in [*troubles, "one text", "numbers"]:
        server.trouble = trouble
        server.answered.clear()
        # Who answers at once has time to, however busy the machine is.
        seconds = 0.2 if trouble in ("slow", "drip") else 60
        with pytest.raises(machine.MachineError) as error:
            LibreTranslate(server.url, key=KEY, seconds=seconds).translate(["A", "B"], source="en", target="de")
        server.answered.set()
        said[trouble] = str(error.value)
        assert "<" not in said[trouble]
    # The text went to the one address only.
    assert {path for path, _asked in server.asked} == {"/translate"}
    assert "key" in said["403"]
    assert "minutes" in said["429"]
    assert (
        said["slow"]
        == said["drip"]
        == "The machine translation takes too long. Write the text yourself, or try again later."
    )
    assert said["html"] == said["fewer"] == said["one text"] == said["numbers"] == said["endless"]
    server.trouble = "no Greek"
    cache.clear()
    for backend, target in (
        (LibreTranslate(server.url, key=KEY), "el"),
        (LibreTranslate(server.url, key="wrong"), "de"),
        (LibreTranslate("http://127.0.0.1:9"), "de"),
        (LibreTranslate("no address"), "de"),
        (LibreTranslate("http://127.0.0.1:port"), "de"),
        (LibreTranslate("ftp://127.0.0.1/"), "de"),
    ):
        with pytest.raises(machine.MachineError):
            backend.translate(["A"], source="en", target=target)
    with pytest.raises(machine.MachineError, match="too long"):
        LibreTranslate(server.url, key=KEY).translate(["x" * 50_000], source="en", target="de")


def test_without_a_machine_nothing_is_proposed(settings):
    settings.LIBRETRANSLATE_URL = ""
    backend = machine.backend()

    assert not backend.is_there
    assert backend.translate(["A", "B"], source="en", target="de") == ["", ""]


def address(submission):
    return f"/en/submissions/{submission.uuid}/translation/"


def post(submission, *, client, **given):
    """Press a button of the form, as the browser would send it."""
    page = client.get(address(submission))
    form = page.context["form"]
    typed = {name: form[name].initial or "" for name in form.fields}
    sources = page.context["sources"].values()
    asked = [source.name for source in sources if source.confirmed is not None]
    ticked = [source.name for source in sources if source.confirmed]
    data = {**typed, "base": page.context["base"], "asked": asked, "confirmed": ticked, **given}
    return client.post(address(submission), data, follow=True).content.decode()


@pytest.mark.django_db
def test_what_a_machine_wrote_is_a_machines_until_a_person_stands_behind_each_text(server):
    practice = make_practice(title="Night\nbus", summary="It runs.", challenges="None.", transfer="Easy.")
    user = make_translator()
    client = client_of(user)
    submission = start_translation(by=user, practice=practice, language="de")
    assert "Fill empty fields with a machine" in client.get(address(submission)).content.decode()

    page = post(submission, client=client, transfer="Leicht", propose="1")

    submission.refresh_from_db()
    assert "The machine wrote 3 texts." in page
    assert page.count("Written by a machine</span>") == 3
    assert submission.content["title"]["de"] == "[de] Night bus"
    assert submission.content["transfer"]["de"] == "Leicht"
    assert submission.content["machine"] == {"title": False, "summary": False, "challenges": False}
    assert [asked["q"] for _path, asked in server.asked] == [["Night\nbus", "It runs.", "None."]]
    # Saving without a look changes nothing; changing a text takes it over; a tick confirms, and can be taken back.
    post(submission, client=client)
    post(submission, client=client, title="Nachtbus")
    post(submission, client=client, confirmed=["summary", "challenges"])
    post(submission, client=client, confirmed=["summary"])
    submission.refresh_from_db()
    assert submission.content["machine"] == {"summary": True, "challenges": False}
    assert "Nothing is empty that a machine may translate." in post(submission, client=client, propose="1")

    submission = perform(submission, Action.SUBMIT, by=user, version=Submission.objects.get().version)
    practice = approved(submission)
    assert practice.texts.get(language="de").provenance == Provenance.MACHINE

    submission = start_translation(by=user, practice=practice, language="de")
    page = client.get(address(submission)).content.decode()
    assert page.count("Written by a machine</span>") == 4
    post(submission, client=client, confirmed=["title", "summary", "challenges", "transfer"])
    submission.refresh_from_db()
    practice = approved(perform(submission, Action.SUBMIT, by=user, version=submission.version))
    assert practice.texts.get(language="de").provenance == Provenance.HUMAN


@pytest.mark.django_db
def test_a_tick_does_not_confirm_a_text_that_came_after_it(server):
    practice = make_practice(
        title={"en": "Bus", "de": "Bus"}, summary="It runs.", provenance={"en": "original", "de": "machine"}
    )
    user = make_translator()
    client = client_of(user)
    submission = start_translation(by=user, practice=practice, language="de")
    old = client.get(address(submission))
    propose(submission, by=user)

    client.post(
        address(submission),
        {"title": "Bus", "summary": "", "base": old.context["base"], "asked": ["title", "summary"],
         "confirmed": ["title", "summary"]},
    )  # fmt: skip

    submission.refresh_from_db()
    assert submission.content["summary"]["de"] == "[de] It runs."
    assert submission.content["machine"] == {"title": True, "summary": False}


@pytest.mark.django_db
def test_only_what_anyone_reads_goes_to_another_server(server):
    user = make_translator()
    guarded = make_guarded_practice()
    submission = start_translation(by=user, practice=guarded, language="fr")
    propose(submission, by=user)
    assert server.asked[-1][1]["q"] == ["Open to all", "It is open."]

    # An officer reads and translates what is for peers; the machine does not.
    officer = make_member(city=make_city("utrecht")).user
    submission = start_translation(by=officer, practice=guarded, language="fr")
    assert submission.content["funding"]["en"] == f"{MARKER} pays"
    assert propose(submission, by=officer).filled == ["title", "summary"]
    closed = make_practice(title=MARKER, summary=MARKER)
    submission = start_translation(by=user, practice=closed, language="fr")
    change(closed, visibility="peers")
    count = len(server.asked)
    assert propose(submission, by=user).filled == []
    assert "Fill empty fields" not in client_of(user).get(address(submission)).content.decode()
    assert len(server.asked) == count
    assert MARKER not in str(server.asked)


@pytest.mark.django_db
def test_a_failing_machine_loses_nothing_and_shows_no_error_page(server, settings):
    practice = make_practice(title="Night bus", summary="It runs.")
    user = make_translator()
    client = client_of(user)
    submission = start_translation(by=user, practice=practice, language="de")
    server.trouble = "500"

    page = post(submission, client=client, title="Nachtbus", propose="1")

    submission.refresh_from_db()
    assert "does not answer" in page
    assert submission.content["title"]["de"] == "Nachtbus"
    server.trouble = "too long"
    page = post(submission, client=client, propose="1")
    assert "Nothing was proposed for: Summary" in page
    settings.LIBRETRANSLATE_URL = ""
    assert "Fill empty fields" not in client.get(address(submission)).content.decode()
    assert "Nothing was proposed for: Summary" in post(submission, client=client, propose="1")


@pytest.mark.django_db
def test_one_person_asks_the_machine_so_often_and_keeps_what_they_typed(server):
    practice = make_practice(title="Night bus", summary="It runs.")
    user, colleague = make_translator(), make_translator()
    submission = start_translation(by=user, practice=practice, language="de")
    server.trouble = "400"
    for _time in range(MOST_PROPOSALS_AN_HOUR):
        with pytest.raises(machine.MachineError):
            propose(submission, by=user)
    asked = len(server.asked)

    page = post(submission, client=client_of(user), title="Nachtbus", propose="1")

    submission.refresh_from_db()
    assert f"You asked the machine {MOST_PROPOSALS_AN_HOUR} times within an hour." in page
    assert submission.content["title"]["de"] == "Nachtbus"
    assert len(server.asked) == asked
    # A colleague at the same address has their own count.
    server.trouble = ""
    theirs = start_translation(by=colleague, practice=practice, language="fr")
    assert propose(theirs, by=colleague).filled == ["title", "summary"]
