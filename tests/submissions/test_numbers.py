"""The moderators' numbers, each compared with what a hand can count."""

import csv
import io
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from submissions.choices import Action, Kind, Status
from submissions.models import Message, Submission, SubmissionEvent
from submissions.numbers import By, Course, courses, numbers
from tests.factories import make_city, make_member, make_moderator, make_practice, make_submission, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 6, 15, 12, tzinfo=UTC)
PAGE = "/admin/submissions/submission/numbers/"


@pytest.fixture(autouse=True)
def _noon_in_june(settings, monkeypatch):
    settings.CMISE_DEMO = True
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def sent(*log, city="ghent", kind=Kind.NEW, language="en", title="Shelter"):
    """A submission with this log: pairs of an action with the status that it led to, and a moment."""
    author, practice = make_user(), None
    if kind != Kind.NEW or any(to == Status.PUBLISHED for _action, to, _at in log):
        practice = make_practice(lead_city=make_city(city).slug, title=title)
    submission = Submission.objects.create(
        submitter=author,
        assignee=author,
        city=make_city(city),
        kind=kind,
        language=language,
        title=title,
        practice=practice,
        base_version=1 if practice else None,
        status=log[-1][1],
        submitted_at=max(at for action, _to, at in log if action == Action.SUBMIT),
    )
    before = Status.DRAFT
    for action, to, at in log:
        SubmissionEvent.objects.create(submission=submission, action=action, from_status=before, to_status=to, at=at)
        before = to
    return submission


def on(month, day, hour=12):
    return datetime(2027, month, day, hour, tzinfo=UTC)


def submitted(at):
    return Action.SUBMIT, Status.SUBMITTED, at


def claimed(at):
    return Action.CLAIM, Status.IN_REVIEW, at


def changes(at):
    return Action.REQUEST_CHANGES, Status.CHANGES_REQUESTED, at


def approved(at):
    return Action.APPROVE, Status.PUBLISHED, at


def fill():
    """Four of January, none of February to April, two of May."""
    # Sent twice: counts in January, answered after 4 days, published after 40.
    sent(submitted(on(1, 1)), claimed(on(1, 2)), changes(on(1, 5)), submitted(on(2, 1)), claimed(on(2, 2)),
         approved(on(2, 10)))  # fmt: skip
    # Approved after half a day, published on its day.
    sent(submitted(on(1, 10, 0)), claimed(on(1, 10, 1)), (Action.SCHEDULE, Status.SCHEDULED, on(1, 10, 12)),
         (Action.PUBLISH, Status.PUBLISHED, on(1, 20, 0)), city="athens", language="el", kind=Kind.UPDATE)  # fmt: skip
    # The decision was taken back, so the second one is the answer: after 10 days.
    sent(submitted(on(1, 11)), claimed(on(1, 12)), (Action.REJECT, Status.REJECTED, on(1, 12)),
         (Action.TAKE_BACK, Status.IN_REVIEW, on(1, 12)), (Action.REJECT, Status.REJECTED, on(1, 21)))  # fmt: skip
    # The year began in Brussels, not yet in UTC: January. A message answers after 2 days.
    talked = sent(submitted(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)), claimed(on(1, 1)), changes(on(1, 20)),
                  city="athens")  # fmt: skip
    for ours, at in ((False, on(1, 1)), (True, datetime(2027, 1, 2, 23, 30, tzinfo=UTC)), (True, on(3, 1))):
        Message.objects.create(submission=talked, from_moderators=ours, text="When?", at=at)
    # Nobody has answered these.
    sent(submitted(on(5, 3)), claimed(on(5, 4)))
    sent(submitted(on(5, 4)), (Action.WITHDRAW, Status.WITHDRAWN, on(5, 9)))
    # Never sent, so nobody's business.
    make_submission(by=make_user(), title="Unsent draft")


def test_every_figure_is_what_a_hand_counts():
    fill()
    known = courses()

    months = {str(group.key)[:7]: group for group in numbers(By.MONTH, known)}

    assert list(months) == ["2027-06", "2027-05", "2027-04", "2027-03", "2027-02", "2027-01"]
    january, may, april = months["2027-01"], months["2027-05"], months["2027-04"]
    assert (january.sent, january.waiting, january.with_officers, january.published, january.declined) == (
        4,
        0,
        1,
        2,
        1,
    )
    assert january.answered == 4
    # Of 0.5, 2, 4 and 10 days; of 10 and 40.
    assert january.days_to_answer == 3.0
    assert january.days_to_publication == (40 + 10) / 2
    assert (may.sent, may.waiting, may.withdrawn, may.answered, may.days_to_answer) == (2, 1, 1, 0, None)
    assert (april.sent, april.answered, april.days_to_answer, april.days_to_publication) == (0, 0, None, None)
    for by in By:
        groups = numbers(by, known)
        assert sum(group.sent for group in groups) == 6
        for group in groups:
            places = group.waiting, group.with_officers, group.published, group.declined, group.withdrawn
            assert sum(places) == group.sent
    assert [(group.key, group.sent) for group in numbers(By.LANGUAGE, known)] == [("en", 5), ("el", 1)]
    assert [(group.key, group.days_to_answer) for group in numbers(By.KIND, known)] == [("new", 4.0), ("update", 0.5)]
    cities = {group.key: group.days_to_answer for group in numbers(By.CITY, known)}
    assert cities == {make_city("ghent").pk: 7.0, make_city("athens").pk: 1.25}


def test_months_go_back_over_the_turn_of_a_year():
    course = Course("new", "en", None, Status.SUBMITTED, datetime(2026, 11, 30, 23, 30, tzinfo=UTC))

    assert [group.key.isoformat()[:7] for group in numbers(By.MONTH, [course])] == [
        "2027-06", "2027-05", "2027-04", "2027-03", "2027-02", "2027-01", "2026-12",
    ]  # fmt: skip
    assert [group.sent for group in numbers(By.MONTH, [])] == [0]


def test_page_files_and_pictures_say_the_same_in_a_fixed_number_of_queries(client):
    client.force_login(make_moderator())
    assert "Nothing was sent yet." in client.get(PAGE).content.decode()
    fill()
    make_city("formula", name_en='=HYPERLINK("x")')
    sent(submitted(on(5, 5)), city="formula")

    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    few = [queries(f"{PAGE}?by={by}") for by in By]
    html = client.get(f"{PAGE}?by=month").content.decode()
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}month.csv").content.decode("utf-8-sig"))))
    cities = client.get(f"{PAGE}city.csv").content.decode("utf-8-sig")

    assert "January 2027" in html
    assert "Unsent draft" not in html
    assert " style=" not in html
    assert rows[-1] == {
        "month": "2027-01", "sent": "4", "waiting": "0", "with_officers": "1", "published": "2", "declined": "1",
        "withdrawn": "0", "answered": "4", "days_to_answer": "3.0", "days_to_publication": "25.0",
    }  # fmt: skip
    assert rows[2]["days_to_answer"] == ""
    assert "\"'=HYPERLINK" in cities
    for name in ("counts", "days"):
        picture = client.get(f"{PAGE}city-{name}.svg")
        assert picture["Content-Type"].startswith("image/svg+xml")
        assert ET.fromstring(picture.content).tag == "{http://www.w3.org/2000/svg}svg"
    for day in range(20):
        sent(submitted(on(4, 1) + timedelta(days=day)), city=f"town-{day}")
    assert [queries(f"{PAGE}?by={by}") for by in By] == few
    assert max(few) <= 12
    client.force_login(make_moderator(language="de"))
    assert "25,0" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("address", ["", "?by=city", "city.csv", "city-days.svg"])
def test_only_moderators_read_them(client, address):
    make_practice(city_withheld=True)
    client.force_login(make_member(make_user(is_staff=True)).user)
    assert client.get(PAGE + address).status_code == 403
    client.force_login(make_moderator())
    assert client.get(PAGE + address).status_code == 200


def test_an_unknown_split_or_chart_is_not_found(client):
    client.force_login(make_moderator())

    for address in ("?by=person", "person.csv", "city-people.svg", "person-days.svg"):
        assert client.get(PAGE + address).status_code == 404
