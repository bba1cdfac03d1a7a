"""What waits, by mail: to whom, when, in which language, and that it tells nothing but figures."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import OutgoingMail, User
from accounts.roles import MODERATOR
from accounts.services import MAX_ATTEMPTS, queue_mail
from cities.services import request_membership
from practices.models import Practice
from submissions.choices import Action, DigestPeriod, LinkState
from submissions.digests import lines_for, send_digests
from submissions.models import Digest, LinkCheck, Nomination, Submission
from submissions.services import perform
from tests.factories import make_city, make_moderator, make_practice, make_sent_submission, make_submission, make_user

pytestmark = pytest.mark.django_db
# A Monday at six in Brussels, in the week in which summer time began the day before.
MONDAY = datetime(2027, 3, 29, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHOICE = "/admin/submissions/digest/"


@pytest.fixture
def at(monkeypatch):
    def move_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    move_to(MONDAY - 30 * DAY)
    return move_to


def wait(title="A shelter that only moderators may know"):
    return make_sent_submission(title=title, visibility="moderators")


def everything():
    """At least one of each kind; returns the moderator whose view it is."""
    me, other = make_moderator("me@registry.example", language="nl"), make_moderator("other@registry.example")
    wait()
    mine = wait()
    perform(mine, Action.CLAIM, by=me, version=mine.version)
    asked = [wait(), wait()]
    for one in asked:
        one = perform(one, Action.CLAIM, by=other, version=one.version)
        one = perform(one, Action.REQUEST_CHANGES, by=other, version=one.version, note="When?")
    again = Submission.objects.get(pk=asked[0].pk)
    perform(again, Action.SUBMIT, by=again.submitter, version=again.version)
    request_membership(user=make_user(), city=make_city("berlin"))
    Nomination.objects.create(title="Secret nomination", text="They help", city=make_city(), language="en")
    stuck = queue_mail(to="gone@city.example", language="en", subject="Stuck", body="Text")
    OutgoingMail.objects.exclude(pk=stuck.pk).delete()
    OutgoingMail.objects.update(attempts=MAX_ATTEMPTS)
    make_practice(title="A practice of nobody")
    Practice.objects.update(published_at=timezone.now() - 400 * DAY)
    LinkCheck.objects.create(digest="x", url="https://broken.example/", state=LinkState.BROKEN)
    make_submission(title="Unsent draft")
    return me


def test_every_figure_is_what_its_list_shows(at, client, settings):
    settings.CMISE_DEMO = True
    me = everything()
    at(MONDAY)
    client.force_login(me)

    lines = lines_for(me, since=MONDAY - 7 * DAY)
    counts = {line.label: line.count for line in lines}

    assert counts == {
        "Sent since the last digest": 0,
        "Waiting, and nobody’s yet": 1,
        "Waiting, and yours": 1,
        "Waiting for a second moderator": 0,
        "Later than we aim to answer": 3,
        "Sent again after changes were asked for": 1,
        "Waiting for the officer for over 14 days": 1,
        "People to verify": Submission.objects.sent().count() + 1,
        "Nominations to look at": 1,
        "Adaptations to look at": 0,
        "Terms that officers missed": 0,
        "Mails that could not be delivered": 1,
        "Practices that nobody can be asked about": 1,
        "Broken links": 1,
    }
    for line in lines:
        answer = client.get(line.url.removeprefix("http://testserver"))
        assert answer.status_code == 200
        # What has a filter of its own is counted as that filter does.
        if any(name in line.url for name in ("moderator=", "late=", "since=", "delivery=", "freshness=", "state")):
            assert answer.context["cl"].result_count == line.count, line.url


def test_on_monday_morning_once_in_the_moderators_language_and_only_figures(at):
    me = everything()
    assert send_digests() == 0
    sent = []
    moment = MONDAY
    while moment < MONDAY + 7 * DAY + 2 * HOUR:
        at(moment)
        count = send_digests() + send_digests()
        if count:
            sent.append((moment.astimezone(ZoneInfo("Europe/Brussels")).strftime("%d %b %H:%M"), count))
        moment += HOUR

    assert sent == [("29 Mar 07:00", 2), ("05 Apr 07:00", 2)]
    mails = OutgoingMail.objects.exclude(subject="Stuck").order_by("pk")
    assert sorted(mail.recipient for mail in mails) == sorted(["me@registry.example", "other@registry.example"] * 2)
    mine = [mail for mail in mails if mail.recipient == me.email]
    assert {mail.language for mail in mine} == {"nl"}
    told = mine[0].subject + mine[0].body
    for secret in ("shelter", "Unsent", "Secret", "practice of nobody", "Ghent", "city.example", "broken.example"):
        assert secret not in told
    # No line of nothing.
    assert not re.search(r": 0$", mine[0].body, re.MULTILINE)
    assert CHOICE in mine[0].body


def test_never_daily_and_weekly(at, client, settings):
    settings.CMISE_DEMO = True
    people = {period: make_moderator(f"{period}@registry.example") for period in ("never", "daily", "weekly")}
    for period, person in people.items():
        client.force_login(person)
        assert client.post(CHOICE, {"period": "hourly"}).status_code == 200
        assert client.post(CHOICE, {"period": period}).status_code == 302
        assert f'value="{period}" id="id_period_' in client.get(CHOICE).content.decode()
    wait()
    OutgoingMail.objects.all().delete()

    for hour in range(0, 24 * 8, 6):
        at(MONDAY + HOUR + hour * HOUR)
        send_digests()

    sent = [mail.recipient.partition("@")[0] for mail in OutgoingMail.objects.all()]
    assert {period: sent.count(period) for period in people} == {"never": 0, "daily": 8, "weekly": 2}


def test_nothing_waits_nothing_is_sent_and_later_ones_wait_for_the_next(at):
    make_moderator()
    at(MONDAY + 2 * HOUR)
    assert send_digests() == 0
    wait()
    assert send_digests() == 0
    at(MONDAY + 3 * DAY)
    assert send_digests() == 0
    at(MONDAY + 7 * DAY + 2 * HOUR)
    assert send_digests() == 1


def test_a_late_run_still_sends_and_a_newcomer_waits_for_monday(at):
    make_moderator()
    wait()
    at(MONDAY + 2 * DAY)
    assert send_digests() == 1
    make_moderator()
    at(MONDAY + 3 * DAY)
    assert send_digests() == 0


def test_only_moderators_whom_mail_reaches_get_one_and_choose(at, client, settings):
    settings.CMISE_DEMO = True
    wait()
    gone = make_moderator()
    User.objects.filter(pk=gone.pk).update(unreachable_since=timezone.now())
    former = make_moderator()
    Digest.objects.create(user=former, period=DigestPeriod.DAILY)
    former.groups.remove(Group.objects.get(name=MODERATOR))
    closed = make_moderator()
    User.objects.filter(pk=closed.pk).update(is_active=False)
    at(MONDAY + 2 * HOUR)

    assert send_digests() == 0
    client.force_login(former)
    assert client.get(CHOICE).status_code == 403
    assert client.post(CHOICE, {"period": "weekly"}).status_code == 403
    former.digest.refresh_from_db()
    assert former.digest.period == DigestPeriod.DAILY


def test_a_digest_takes_a_fixed_number_of_queries(at):
    def queries(user):
        with CaptureQueriesContext(connection) as captured:
            lines_for(user, since=MONDAY)
        return len(captured)

    me = everything()
    few = queries(me)
    for _more in range(3):
        wait()
        make_practice()

    assert queries(me) == few <= 10
