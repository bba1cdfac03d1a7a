"""Saving a draft: merged field by field, whoever saves when, and nothing acknowledged is lost."""

import itertools
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import OutgoingMail
from practices import document as documents
from practices.content import FIELDS, Kind, Section
from submissions.choices import Action, Status
from submissions.forms.answers import columns_of, read_answers
from submissions.models import Submission
from submissions.services import ConflictError, add_remark, digest_of, perform, save_section, start
from submissions.services.merge import answer_of, fingerprint, merge, read_base
from tests.factories import make_document, make_moderator, make_sent_submission, make_submission, make_user
from tests.serving import RealServer

RACERS = 20
# How many saves are acknowledged before the server is killed among the next; try 1,000.
KILLED_SAVES = 1000
LAW = Section.LAW
BASIS = next(field for field in FIELDS if field.name == "legal_basis")


def law(text):
    return {"legal_basis": {"en": text} if text else {}}


# --- The rule ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "current", "posted", "outcome"),
    [
        ("", "", "", "same"),
        ("", "", "mine", "written"),
        ("old", "old", "mine", "written"),
        ("old", "old", "", "written"),
        ("old", "theirs", "old", "kept"),
        ("old", "", "old", "kept"),
        ("old", "mine", "mine", "same"),
        ("old", "theirs", "mine", "conflict"),
        ("old", "", "mine", "conflict"),
        ("old", "theirs", "", "conflict"),
        (None, "", "mine", "written"),
        (None, "theirs", "mine", "conflict"),
        (None, "theirs", "theirs", "same"),
    ],
)
def test_a_field_is_compared_with_what_is_stored_and_with_what_its_form_was_made_from(base, current, posted, outcome):
    known = {} if base is None else {"legal_basis": fingerprint(answer_of(BASIS, law(base), "en"))}

    merged = merge([BASIS], current=law(current), posted=law(posted), base=known, language="en")

    assert (bool(merged.changes), bool(merged.kept), bool(merged.conflicts)) == (
        outcome == "written",
        outcome == "kept",
        outcome == "conflict",
    )


@pytest.mark.parametrize(
    ("name", "stored", "sent_back"),
    [
        ("title", {"en": "A\r\ntitle", "nl": "Titel"}, {"en": "Atitle"}),
        ("summary", {"en": "Two\r\nlines"}, {"en": "Two\nlines"}),
        ("service_areas", ["shelter", "education"], ["education", "shelter"]),
        ("start_year", 99, "99"),
        ("start_year", None, ""),
        ("firewall", None, "unknown"),
        ("sources", [{"citation": "A", "document": "spimec"}], [{"citation": "A"}]),
        ("sources", ["Only a text"], [{"citation": "Only a text"}]),
        ("milestones", [{"year": 2019, "text": {"en": "A", "nl": "B"}}], [{"year": 2019, "text": {"en": "A"}}]),
    ],
)
def test_what_a_browser_sends_back_unchanged_is_no_change(name, stored, sent_back):
    field = next(field for field in FIELDS if field.name == name)

    assert answer_of(field, {name: stored}, "en") == answer_of(field, {name: sent_back}, "en")


@pytest.mark.parametrize("base", ["", "nonsense", "legal_basis", ":", "legal_basis:,:x", "a:b:c,,"])
def test_a_base_that_cannot_be_read_makes_a_form_of_unknown_age(base):
    assert "legal_basis" not in read_base(base)


# --- Saving -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_conflict_keeps_one_field_and_writes_the_others():
    author = make_user()
    draft = start(by=author, language="en")
    base = digest_of(draft, LAW)
    save_section(draft, by=author, section=LAW, values=law("Theirs"), base=base)

    with pytest.raises(ConflictError) as conflict:
        save_section(draft, by=author, section=LAW, values={**law("Mine"), "firewall": "yes"}, base=base)

    assert conflict.value.fields == ("legal_basis",)
    draft.refresh_from_db()
    assert (draft.content["legal_basis"], draft.content["firewall"]) == ({"en": "Theirs"}, "yes")


@pytest.mark.django_db
def test_saving_the_same_again_writes_nothing():
    author = make_user()
    draft = start(by=author, language="en")
    base = digest_of(draft, LAW)
    first = save_section(draft, by=author, section=LAW, values=law("Text"), base=base)

    again = save_section(draft, by=author, section=LAW, values=law("Text"), base=base)

    assert again.version == first.version
    assert again.saved_at == first.saved_at


@pytest.mark.parametrize(
    "posted", ["First,,Third", "First,,Third and more", "First,Second\u00a0b,Third", "Third,First"]
)
def test_rows_keep_what_the_form_does_not_ask_while_entries_are_emptied_and_written(posted):
    """A page that saves by itself numbers its entries as they were; an emptied one is gone from the draft."""
    before = [
        {"citation": "First", "document": "first"},
        {"citation": "Second", "document": "second"},
        {"citation": "Third", "document": "third"},
    ]
    content = {"sources": before}
    # Saved on the way, with the second entry empty.
    for texts in (["First", "", "Third"], posted.split(",")):
        form = QueryDict(mutable=True)
        for number, text in enumerate(texts):
            form[f"sources-{number}-citation"] = text
        content = {"sources": read_answers(Section.SOURCES, form, content=content, language="en")["sources"]}

    found = {row["citation"].split(" and")[0]: row.get("document") for row in content["sources"]}
    assert found["First"] == "first"
    assert found["Third"] == "third"
    assert found.get("Second\u00a0b") is None


@pytest.mark.django_db(transaction=True)
def test_twenty_saves_at_once_all_end_well():
    """Four fields of one section, from the same form, five times each."""
    author = make_user()
    draft = start(by=author, language="en")
    section = Section.RESULTS
    base = digest_of(draft, section)
    texts = ("funding", "evidence", "challenges", "transfer")
    barrier = threading.Barrier(RACERS)

    def save(number):
        name = texts[number % len(texts)]
        try:
            barrier.wait()
            save_section(draft, by=author, section=section, values={name: {"en": f"Text of {name}"}}, base=base)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RACERS) as racers:
        for finished in [racers.submit(save, number) for number in range(RACERS)]:
            finished.result()

    draft.refresh_from_db()
    assert {name: draft.content[name] for name in texts} == {name: {"en": f"Text of {name}"} for name in texts}


@pytest.mark.django_db(transaction=True)
def test_twenty_autosaves_and_sendings_at_once_end_as_one_submission():
    author = make_user()
    draft = make_submission(by=author)
    base, barrier, codes = digest_of(draft, LAW), threading.Barrier(RACERS), []
    here = reverse("submission-autosave", args=[draft.uuid, LAW.value])
    check = reverse("submission-check", args=[draft.uuid])

    def act(number):
        client = Client()
        client.force_login(author)
        try:
            barrier.wait()
            if number % 2:
                codes.append(client.post(here, {"base": base, "legal_basis": "The same decision"}).status_code)
            else:
                client.post(check, {"version": Submission.objects.get(pk=draft.pk).version})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RACERS) as racers:
        for finished in [racers.submit(act, number) for number in range(RACERS)]:
            finished.result()
    # Whoever sent a text that changed meanwhile was told to read it again, and does.
    draft.refresh_from_db()
    if draft.status == Status.DRAFT:
        perform(draft, Action.SUBMIT, by=author, version=draft.version)

    draft.refresh_from_db()
    assert Submission.objects.count() == 1
    assert draft.events.filter(action=Action.SUBMIT).count() == 1
    assert OutgoingMail.objects.count() == 1
    assert set(codes) <= {200, 409}
    saved = draft.content["legal_basis"] == {"en": "The same decision"}
    assert saved == (200 in codes)


# --- The door for the page's program ----------------------------------------------------------------------------------


@pytest.fixture
def author():
    return make_user()


@pytest.fixture
def draft(author):
    return start(by=author, language="en")


def autosave(submission, section=LAW):
    return reverse("submission-autosave", args=[submission.uuid, section.value])


def form_base(client, submission, section=LAW):
    page = client.get(reverse("submission-section", args=[submission.uuid, section.value])).content.decode()
    return re.search(r'name="base" value="([^"]*)"', page)[1]


@pytest.mark.django_db
def test_autosave_answers_what_the_page_goes_on_from(client, author, draft):
    client.force_login(author)
    base = form_base(client, draft)

    first = client.post(autosave(draft), {"base": base, "legal_basis": "Half"})
    second = client.post(autosave(draft), {"base": first.json()["base"], "legal_basis": "Half a sentence"})

    assert first.status_code == second.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d", second.json()["saved"])
    assert second.json()["conflicts"] == second.json()["outdated"] == []
    assert "no-store" in second["Cache-Control"]
    draft.refresh_from_db()
    assert draft.content["legal_basis"] == {"en": "Half a sentence"}
    assert not draft.events.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_autosave_tells_of_both_texts_and_of_what_others_changed(client, author, draft):
    client.force_login(author)
    base = form_base(client, draft)
    theirs = {**law("<b>Theirs"), "firewall": "yes"}
    save_section(draft, by=author, section=LAW, values=theirs, base=digest_of(draft, LAW))

    answer = client.post(autosave(draft), {"base": base, "legal_basis": "Mine", "firewall": "unknown"}).json()

    (conflict,) = answer["conflicts"]
    assert (conflict["name"], conflict["place"]) == ("legal_basis", "legal_basis")
    assert "&lt;b&gt;Theirs" in conflict["html"]
    assert answer["outdated"] == ["Data firewall"]
    # The page still shows the old firewall: sent again, it must not come back.
    client.post(autosave(draft), {"base": answer["base"], "legal_basis": "Mine", "firewall": "unknown"})
    draft.refresh_from_db()
    assert (draft.content["legal_basis"], draft.content["firewall"]) == ({"en": "<b>Theirs"}, "yes")


@pytest.mark.django_db
@pytest.mark.parametrize(("choice", "kept"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_choice_between_two_texts_counts_for_the_text_that_was_shown(client, author, draft, choice, kept):
    client.force_login(author)
    base = form_base(client, draft)
    theirs = save_section(draft, by=author, section=LAW, values=law("Theirs"), base=digest_of(draft, LAW))
    answer = client.post(autosave(draft), {"base": base, "legal_basis": "Mine"}).json()
    shown = re.search(r'value="(mine:[^"]+)"', answer["conflicts"][0]["html"])[1]
    form = {"base": answer["base"], "legal_basis": "Mine", "keep-legal_basis": shown if choice == "mine" else choice}

    assert client.post(autosave(draft), form).json()["conflicts"] == []
    draft.refresh_from_db()
    assert draft.content["legal_basis"] == {"en": kept}
    # A third text that nobody saw is not overwritten by the same choice.
    save_section(theirs, by=author, section=LAW, values=law("A third"), base=digest_of(draft, LAW))
    client.post(autosave(draft), {**form, "legal_basis": "Mine, later"})
    draft.refresh_from_db()
    assert draft.content["legal_basis"] == {"en": "A third"}


@pytest.mark.django_db
def test_two_officers_answers_to_one_remark_are_merged_too(client):
    author, colleague, moderator = make_user(), make_user(), make_moderator()
    sent = make_sent_submission(by=author)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    remark = add_remark(claimed, by=moderator, path="legal_basis", text="Which decision?")
    back = perform(claimed, Action.REQUEST_CHANGES, by=moderator, version=claimed.version, note="Please look")
    back.co_editors.add(colleague)
    client.force_login(author)
    base = form_base(client, back)
    reply = f"reply-{remark.pk}"
    client.post(autosave(back), {"base": base, reply: "Of 2019", "answered": [remark.pk]})
    client.force_login(colleague)

    answer = client.post(autosave(back), {"base": base, reply: "Of 2020"}).json()

    remark.refresh_from_db()
    assert (remark.reply, remark.answered_at is None) == ("Of 2019", False)
    assert answer["conflicts"][0]["name"] == reply
    assert answer["conflicts"][0]["place"] == "legal_basis"
    assert "Of 2019" in answer["conflicts"][0]["html"]
    # Who left it alone overwrites nothing.
    untouched = client.post(autosave(back), {"base": base, reply: ""}).json()
    remark.refresh_from_db()
    assert (untouched["conflicts"], remark.reply) == ([], "Of 2019")


@pytest.mark.django_db
def test_signed_out_is_told_the_way_back_to_the_field(client, draft):
    answer = client.post(autosave(draft), {"legal_basis": "Half", "at": "id_legal_basis"})
    nonsense = client.post(autosave(draft), {"legal_basis": "Half", "at": "//evil.example/<b>"})

    assert answer.status_code == nonsense.status_code == 401
    assert answer.json()["login"].endswith(f"?next=/en/submissions/{draft.uuid}/law/%23id_legal_basis")
    assert nonsense.json()["login"].endswith(f"?next=/en/submissions/{draft.uuid}/law/")
    draft.refresh_from_db()
    assert draft.content["legal_basis"] == {}


@pytest.mark.django_db
def test_signed_out_nobody_learns_which_drafts_there_are(client, draft):
    there = client.post(autosave(draft))
    nowhere = client.post("/en/submissions/00000000-0000-4000-8000-000000000000/law/autosave/")

    assert there.status_code == nowhere.status_code == 401
    assert there.json().keys() == nowhere.json().keys()


@pytest.mark.django_db
def test_others_find_nothing_and_write_nothing(client, draft):
    client.force_login(make_moderator())

    assert client.post(autosave(draft), {"legal_basis": "Not mine"}).status_code == 404
    assert client.get(autosave(draft)).status_code == 404
    draft.refresh_from_db()
    assert draft.content["legal_basis"] == {}


@pytest.mark.django_db
def test_nothing_is_saved_into_what_was_sent(client, author):
    sent = make_sent_submission(by=author)
    client.force_login(author)

    assert client.post(autosave(sent), {"legal_basis": "Too late"}).status_code == 409
    sent.refresh_from_db()
    assert sent.content["legal_basis"] == {}


@pytest.mark.django_db
def test_form_with_an_old_token_fetches_a_new_one(author, draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)

    refused = client.post(autosave(draft), {"legal_basis": "Half"})
    token = client.get(autosave(draft)).json()["token"]
    accepted = client.post(autosave(draft), {"legal_basis": "Half", "csrfmiddlewaretoken": token})

    assert (refused.status_code, refused.json(), accepted.status_code) == (403, {}, 200)


@pytest.mark.django_db
@pytest.mark.parametrize("remarks", [0, 5])
def test_an_autosave_asks_the_same_number_of_questions_whatever_there_is(
    client, django_assert_max_num_queries, author, remarks
):
    moderator = make_moderator()
    sent = make_sent_submission(by=author)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    asked = [add_remark(claimed, by=moderator, path="legal_basis", text=f"Number {n}") for n in range(remarks)]
    back = perform(claimed, Action.REQUEST_CHANGES, by=moderator, version=claimed.version, note="Please look")
    client.force_login(author)
    form = {"base": form_base(client, back), "legal_basis": "Text", **{f"reply-{r.pk}": "" for r in asked}}

    with django_assert_max_num_queries(12):
        assert client.post(autosave(back), form).status_code == 200


# --- Any order, two editors -------------------------------------------------------------------------------------------

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=("Cs",)), max_size=40)
lines = words.map(lambda text: text.replace("\n", " "))
FREE = {
    "title": lines.map(lambda text: f"Title {text}"),
    "summary": words.map(lambda text: f"Summary {text}"),
    "description": words,
    "funding": words,
    "challenges": words,
    "legal_basis": words,
    "contact": words,
    "start_year": st.sampled_from(["", "1999", "2019"]),
    "partners": st.lists(lines.map(lambda text: f"Partner {text}".strip()), max_size=3),
    "service_areas": st.lists(st.sampled_from(["shelter", "education", "healthcare"]), min_size=1, unique=True),
}
FIELD = {field.name: field for field in FIELDS}


class Window:
    """A person's open page of one section: what it shows, and what it was made from."""

    def __init__(self, draft, section):
        self.section = section
        self.open(draft)

    def open(self, draft):
        draft = Submission.objects.get(pk=draft.pk)
        self.base = digest_of(draft, self.section)
        self.form = dict(_form_of(draft, self.section))
        self.made_from = {
            field.name: _plain(draft.content, field.name) for field in self.section.fields if field.name in FREE
        }

    def type(self, name, value):
        for key in [key for key in self.form if key == name or key.startswith(f"{name}-")]:
            del self.form[key]
        self.form |= _inputs(name, value)

    def save(self, client, draft):
        answer = client.post(autosave(draft, self.section), {**self.form, "base": self.base})
        assert answer.status_code == 200
        self.base = answer.json()["base"]
        return [conflict["name"] for conflict in answer.json()["conflicts"]]


def _inputs(name, value):
    if name == "partners":
        return {f"partners-{number}-name": text for number, text in enumerate(value)}
    return {name: value} if value else {}


def _form_of(draft, section):
    for field in section.fields:
        value = draft.content.get(field.name)
        if columns_of(field) and field.kind is Kind.ROWS:
            for number, row in enumerate(value or []):
                yield from ((f"{field.name}-{number}-{key}", cell) for key, cell in row.items())
        elif field.translatable:
            yield field.name, (value or {}).get(draft.language, "")
        elif value not in (None, False, []):
            yield field.name, value


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_filled_and_saved_in_any_order_by_two_editors_nothing_comes_back_changed(data):
    people = [make_user(), make_user()]
    clients = [Client(), Client()]
    for client, person in zip(clients, people, strict=True):
        client.force_login(person)
    document = make_document(title="Title", summary="Summary")
    draft = start(by=people[0], language="en", document=document)
    draft.co_editors.add(people[1])
    windows: dict = {}
    expected = {}
    for _step in range(data.draw(st.integers(1, 12))):
        who = data.draw(st.sampled_from([0, 1]))
        name = data.draw(st.sampled_from(sorted(FREE)))
        section = FIELD[name].section
        window = windows.get((who, section))
        if window is None or data.draw(st.booleans()):
            # On another device, or the page loaded anew: it resumes what is saved.
            window = windows[who, section] = Window(draft, section)
        typed = data.draw(FREE[name])
        before = answer_of(FIELD[name], Submission.objects.get(pk=draft.pk).content, "en")
        edited = _tidied(typed) != _tidied(window.made_from[name])
        window.type(name, typed)
        if name in window.save(clients[who], draft):
            # Not overwritten: the other's text stands, and this page keeps its own. The person takes theirs over.
            assert answer_of(FIELD[name], Submission.objects.get(pk=draft.pk).content, "en") == before
            window.open(draft)
        elif edited:
            expected[name] = typed
            window.made_from[name] = typed
        # Otherwise the page says what it was made from: what somebody else wrote meanwhile stays.
        _compare(draft, expected)

    current = Submission.objects.get(pk=draft.pk)
    sent = perform(current, Action.SUBMIT, by=people[0], version=current.version)

    stored = documents.complete(Submission.objects.get(pk=sent.pk).content)
    for field in FIELDS:
        if field.name in expected:
            assert _tidied(_plain(stored, field.name)) == _tidied(expected[field.name]), field.name
        elif field.name not in FREE:
            assert stored[field.name] == documents.complete(document)[field.name]


def _compare(draft, expected):
    content = Submission.objects.get(pk=draft.pk).content
    for name, typed in expected.items():
        assert _tidied(_plain(content, name)) == _tidied(typed), name


def _plain(content, name):
    value = content[name]
    if name == "partners":
        return [row["name"] for row in value]
    if FIELD[name].translatable:
        return value.get("en", "")
    return "" if value is None else value if isinstance(value, list) else str(value)


def _tidied(value):
    """Ticks have no order that anybody chose, and sending trims."""
    return sorted(text.strip() for text in value) if isinstance(value, list) else value.strip()


# --- The plug pulled --------------------------------------------------------------------------------------------------


class Wire:
    """A person's program at a real server."""

    def __init__(self, server, person, draft):
        client = Client()
        client.force_login(person)
        jar = CookieJar()
        self._open = build_opener(HTTPCookieProcessor(jar)).open
        self._address = server.url + autosave(draft)
        self._headers = {"Cookie": f"{django_settings.SESSION_COOKIE_NAME}={client.session.session_key}"}
        self._base = digest_of(draft, LAW)
        answer = json.load(self._open(Request(self._address, headers=self._headers), timeout=60))
        self._token = answer["token"]
        (cookie,) = [cookie for cookie in jar if cookie.name == django_settings.CSRF_COOKIE_NAME]
        self._headers["Cookie"] += f"; {cookie.name}={cookie.value}"

    def save(self, text):
        """Whether the server acknowledged it."""
        form = {"csrfmiddlewaretoken": self._token, "base": self._base, "legal_basis": text}
        request = Request(self._address, urlencode(form).encode(), self._headers)
        try:
            with self._open(request, timeout=60) as answer:
                self._base = json.load(answer)["base"]
        except (OSError, HTTPException):
            # The line ended before the answer, or in the middle of it.
            return False
        return True


@pytest.mark.django_db(transaction=True)
def test_every_acknowledged_save_survives_the_servers_sudden_end(author):
    """Each client writes into its own draft, one save after the other, while the server is killed among them."""
    drafts = [start(by=author, language="en") for _number in range(8)]
    acknowledged = dict.fromkeys((draft.pk for draft in drafts), -1)
    saved = threading.Semaphore(0)

    def type_on(wire, draft):
        for number in itertools.count():
            if not wire.save(f"{number} {'text ' * 40}"):
                return
            acknowledged[draft.pk] = number
            saved.release()

    with RealServer() as server:
        wires = [Wire(server, author, draft) for draft in drafts]
        with ThreadPoolExecutor(len(drafts)) as clients:
            running = [clients.submit(type_on, *pair) for pair in zip(wires, drafts, strict=True)]
            enough = all(saved.acquire(timeout=60) for _save in range(KILLED_SAVES))
            server.kill()
            for client in running:
                client.result()
        server.start()
        assert enough
        assert Wire(server, author, drafts[0]).save("The restarted server takes up where the other ended")

    assert sum(acknowledged.values()) >= KILLED_SAVES - len(drafts)
    for draft in drafts[1:]:
        stored = Submission.objects.get(pk=draft.pk).content["legal_basis"]["en"]
        # The one on its way when the server ended may have arrived.
        assert int(stored.split()[0]) - acknowledged[draft.pk] in (0, 1)
