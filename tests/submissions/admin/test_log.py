"""The whole log at the desk: found, filtered, taken along, and never changed."""

import ast
import csv
import io
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from cities.models import Membership, MembershipEvent
from cities.services import revoke_membership
from practices.content import FIELDS_BY_NAME
from practices.models import Practice, PracticeEvent
from practices.services import withdraw
from submissions import audit
from submissions.admin import audit as audit_page
from submissions.choices import Action
from submissions.models import Submission, SubmissionEvent
from submissions.services import perform
from submissions.services.moderator_edits import edit_texts
from tests.factories import (
    make_admin,
    make_city,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

LOG, TABLE = "/admin/submissions/submissionevent/", "/admin/submissions/submissionevent/table.csv"
LOGS = (SubmissionEvent, PracticeEvent, MembershipEvent)


def shown(response):
    return [(entry.log.value, entry.action, entry.about) for entry in response.context["entries"]]


def actions(response):
    return [entry.action for entry in response.context["entries"]]


def lines(response):
    text = b"".join(response.streaming_content).decode()
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.fixture
def history(moderator):
    """Something of each kind, in Ghent and in Utrecht, and two drafts that nobody sent."""
    ghent, utrecht = make_member(), make_member(make_user("anna@utrecht.example"), make_city("utrecht"), by=moderator)
    sent = make_sent_submission(by=ghent.user, title="Night shelter", lead_city="ghent")
    sent = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    perform(sent, Action.REJECT, by=moderator, version=sent.version, note='=HYPERLINK("evil")')
    withdraw(make_practice(title="Free clinic", lead_city="utrecht"), by=moderator, reason="The city asked.")
    revoke_membership(membership=utrecht, by=moderator, reason="Left the city.")
    for summary in ("Draft secret", "Withdrawn secret"):
        draft = make_submission(title=summary)
    perform(draft, Action.WITHDRAW, by=draft.submitter, version=draft.version, note="Secret note")
    OutgoingMail.objects.update(body="Mail secret", secret=True)
    return sent


@pytest.mark.usefixtures("history")
def test_one_list_of_all_logs_newest_first_with_filters(desk, moderator):
    everything = desk.get(LOG)

    assert shown(everything)[:2] == [
        ("membership", "revoked", "anna@utrecht.example"),
        ("practice", "withdrawn", "Free clinic"),
    ]
    assert ("submission", "reject", "Night shelter") in shown(everything)
    times = [entry.at for entry in everything.context["entries"]]
    assert times == sorted(times, reverse=True)
    assert f"Entries found: {len(times)}" in everything.content.decode()
    assert "secret" not in everything.content.decode().casefold()

    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    found = {
        "log=practice": ["withdrawn", "published"],
        "action=submission:reject": ["reject"],
        "action=submission:reject&log=practice": [],
        "q=left+the": ["revoked"],
        "q=night": ["reject", "claim", "submit"],
        "q=CMISE-0001&log=submission": ["reject", "claim", "submit"],
        "q=anna@&log=membership": ["revoked", "verified", "requested"],
        "q=secret": [],
        "city=utrecht": ["revoked", "withdrawn", "published", "verified", "requested"],
        "city=ghent&log=submission": ["reject", "claim", "submit"],
        f"since={today}&until={today}&log=practice": ["withdrawn", "published"],
        f"since={tomorrow}": [],
        f"person={moderator.email.upper()}": ["revoked", "withdrawn", "reject", "claim", "verified"],
        "person=reviewer&log=practice": ["withdrawn"],
    }
    assert {query: actions(desk.get(f"{LOG}?{query}")) for query in found} == found


@pytest.mark.usefixtures("history")
def test_the_file_holds_what_the_filters_find_and_no_formula(desk, monkeypatch):
    header, *rows = lines(desk.get(f"{TABLE}?log=submission"))

    assert header == list(audit_page.COLUMNS)
    assert [row[2] for row in rows] == ["reject", "claim", "submit"]
    assert rows[0][8] == '\'=HYPERLINK("evil")'
    assert rows[0][4:7] == ["CMISE-0001", "Night shelter", "Ghent"]
    assert "secret" not in str(lines(desk.get(TABLE))).casefold()

    monkeypatch.setattr(audit, "CHUNK", 2)
    all_rows = lines(desk.get(TABLE))
    assert len(all_rows) - 1 == len(desk.get(LOG).context["entries"])
    for module in (audit, audit_page):
        monkeypatch.setattr(module, "MOST_IN_A_FILE", 3)
    cut = lines(desk.get(TABLE))
    assert cut[:4] == all_rows[:4]
    assert cut[4:] == [["There is more: this file ends here. Choose fewer days to get the rest."]]


@pytest.mark.parametrize(("language", "words"), [("en", "Title, English: A slip"), ("de", "Titel, Englisch: A slip")])
def test_a_corrected_field_has_its_name_on_the_page_in_the_file_and_alone(desk, moderator, language, words):
    moderator.language = language
    moderator.save()
    sent = make_sent_submission(title="Nigth shelter")
    sent = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    field, texts = FIELDS_BY_NAME["title"], {"title.en": "Night shelter"}
    edit_texts(sent, by=moderator, field=field, texts=texts, reason="A slip", version=sent.version)

    page = desk.get(f"{LOG}?action=submission:edited").content.decode()
    file = lines(desk.get(f"{TABLE}?action=submission:edited"))
    alone = desk.get(f"{LOG}{sent.events.last().pk}/change/").content.decode()

    assert sent.events.last().note == "title.en: A slip"
    assert [row[8] for row in file[1:]] == [words]
    for text in (page, alone):
        assert words in text
        assert "title.en" not in text


def test_pages_show_every_entry_once_also_those_of_one_moment(desk, monkeypatch):
    practice, submission, member = make_practice(), make_sent_submission(), make_member()
    moment = timezone.now() - timedelta(days=400)
    for number in range(5):
        note = f"entry {number}"
        PracticeEvent.objects.create(practice=practice, action="changed", version=1, at=moment, note=f"p {note}")
        MembershipEvent.objects.create(membership=member, action="end_told", at=moment, note=f"m {note}")
        SubmissionEvent.objects.create(
            submission=submission, action="edited", from_status="draft", to_status="draft", at=moment, note=f"s {note}"
        )
    total = sum(model.objects.count() for model in LOGS)
    monkeypatch.setattr(audit_page, "PAGE", 3)

    seen, address = [], LOG
    while address:
        response = desk.get(address)
        seen += [entry.place for entry in response.context["entries"]]
        after = response.context["next_place"]
        address = f"{LOG}?after={str(after).replace('+', '%2B')}" if after else ""

    assert len(seen) == len(set(seen)) == total
    monkeypatch.setattr(audit, "COUNTED_TO", 7)
    monkeypatch.setattr(audit_page, "COUNTED_TO", 7)
    assert "More than 7" in desk.get(LOG).content.decode()


@pytest.mark.usefixtures("history")
def test_what_cannot_be_looked_for_is_said_at_its_field(desk):
    for query, words in {
        "since=yesterday": "Enter a valid date",
        "since=2026-02-02&until=2026-02-01": "before the first one",
        "city=atlantis": "Select a valid choice",
        "action=drop": "Select a valid choice",
    }.items():
        response = desk.get(f"{LOG}?{query}")
        assert response.status_code == desk.get(f"{TABLE}?{query}").status_code == 200, query
        assert words in response.content.decode()
        assert shown(response) == []
    hostile_queries = (
        "after=x", "after=2026-01-01_0_1", "after=9999-99-99T00:00_0_1", "after=0001-01-01T00:00%2B14:00_2_1",
        "q=%25_'\"", f"q={'9' * 150}", "q=%F0%9F%98%80", "since=0001-01-01", "until=9999-12-31",
    )  # fmt: skip
    for hostile in hostile_queries:
        assert desk.get(f"{LOG}?{hostile}").status_code == 200, hostile


@pytest.mark.usefixtures("history")
def test_the_page_asks_the_same_number_of_questions_however_much_it_shows(desk):
    desk.get(LOG)
    with CaptureQueriesContext(connection) as few:
        desk.get(LOG)
    for number in range(4):
        revoke_membership(membership=make_member(city=make_city(f"town-{number}")), by=make_moderator(), reason="Gone.")
        make_sent_submission(lead_city="ghent")
    with CaptureQueriesContext(connection) as many:
        desk.get(LOG)

    assert len(many) == len(few) <= 16


def test_only_moderators_read_it():
    for person in (None, make_user(), make_member().user, make_user(is_staff=True)):
        client = Client()
        if person:
            client.force_login(person)
        for address in (LOG, TABLE):
            assert client.get(address, follow=True).status_code == (200 if person is None else 403)
            assert "log-" not in client.get(address).headers.get("Content-Disposition", "")


# --- No way to change or to shorten it --------------------------------------------------------------------------------


@pytest.mark.usefixtures("history")
def test_no_address_and_no_action_of_the_desk_changes_a_log():
    people = (make_user(is_staff=True, is_superuser=True), make_admin(), make_moderator())
    before = [list(model.objects.order_by("pk").values()) for model in LOGS]
    assert all(before)

    for person in people:
        client = Client()
        client.force_login(person)
        for model in LOGS:
            row = model.objects.first()
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            for page, arguments in (("changelist", []), ("add", []), ("change", [row.pk]), ("delete", [row.pk])):
                try:
                    address = reverse(f"{name}_{page}", args=arguments)
                except NoReverseMatch:
                    # It has no page of its own.
                    continue
                posted = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes", "note": "Changed"}
                assert client.post(address, posted).status_code in (200, 403, 405), address
        client.post(LOG, {"action": "delete_selected", "_selected_action": [before[0][0]["id"]], "post": "yes"})
        # What would take its log along when it goes.
        for parent in (Submission, Practice):
            options, row = parent._meta, parent.objects.first()
            name = f"admin:{options.app_label}_{options.model_name}"
            client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"})
            listed = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
            client.post(reverse(f"{name}_changelist"), listed)
        assert [list(model.objects.order_by("pk").values()) for model in LOGS] == before

    assert Membership.objects.exists()


@pytest.mark.usefixtures("history")
def test_a_row_refuses_to_be_saved_again_or_deleted():
    for model in LOGS:
        row = model.objects.first()
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()


def test_no_log_is_edited_in_another_records_page():
    inlines = [inline.model for model_admin in admin.site._registry.values() for inline in model_admin.inlines]

    assert not set(inlines) & set(LOGS)


# Moves the rows of a membership to its twin when two cities become one; what they say stays.
MAY_MOVE_ROWS = {("cities/services.py", "update")}


def changes_to_logs(source):
    """Calls that would change or delete rows of a log, past their models."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        chain = ast.unparse(node.func.value)
        of_a_log = any(f"{model.__name__}." in chain for model in LOGS) or ".events." in f"{chain}."
        if of_a_log and node.func.attr in {"update", "delete", "_raw_delete", "bulk_update", "update_or_create"}:
            yield node.func.attr


def test_no_code_changes_rows_of_a_log():
    root, found = django_settings.BASE_DIR, set()
    for package in ("accounts", "cities", "practices", "submissions", "cmise"):
        for path in (root / package).rglob("*.py"):
            if "migrations" not in path.parts:
                name = path.relative_to(root).as_posix()
                found |= {(name, verb) for verb in changes_to_logs(path.read_text(encoding="utf-8"))}

    assert found <= MAY_MOVE_ROWS
    planted = "SubmissionEvent.objects.filter(pk=1).delete()\nsubmission.events.all().update(note='')"
    assert list(changes_to_logs(planted)) == ["delete", "update"]
