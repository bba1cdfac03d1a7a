"""How long a sign-in lasts, what ends it, and that nothing typed is lost by that."""

import logging
import re
import time
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import middleware
from accounts.models import User
from accounts.roles import MODERATOR, TRANSLATOR
from accounts.sessions import end_sessions, forget_expired
from practices.content import Section
from submissions.services import digest_of
from tests.factories import PASSWORD, make_admin, make_moderator, make_submission, make_user

pytestmark = pytest.mark.django_db

OVERVIEW = "/en/submissions/"
# A page that anybody may open.
ELSEWHERE = "/en/practices/"
TYPED = "Ms Example, as typed"
TOKEN = re.compile('name="csrfmiddlewaretoken" value="([^"]+)"')


class Clock:
    """The time as the middleware reads it, moved by the test."""

    def __init__(self):
        self.now = time.time()

    def time(self):
        return self.now

    def move(self, **span):
        self.now += timedelta(**span).total_seconds()


@pytest.fixture
def clock(monkeypatch, settings):
    settings.CMISE_DEMO = True
    settings.IDLE_MINUTES, settings.IDLE_MINUTES_MODERATORS = 120, 30
    clock = Clock()
    monkeypatch.setattr(middleware, "time", clock)
    return clock


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def is_in(client):
    return client.get(reverse("account-preferences")).status_code == 200


def in_group(name):
    user = make_user()
    user.groups.add(Group.objects.get(name=name))
    return user


def test_idle_people_are_signed_out_staff_sooner(clock):
    officer, *staff = [make_user(), make_moderator(), make_admin(), in_group(MODERATOR), in_group(TRANSLATOR)]
    for person, minutes in [(officer, 120), *((one, 30) for one in staff)]:
        stays, leaves = signed_in(person), signed_in(person)
        assert is_in(stays)
        assert is_in(leaves)

        clock.move(minutes=minutes)
        assert is_in(stays), person
        clock.move(minutes=2)
        assert is_in(stays), person
        assert not is_in(leaves), person


def test_who_works_on_is_asked_to_sign_in_again_in_the_end(clock):
    for person, hours in [(make_moderator(), 12), (make_user(), 24)]:
        client, began = signed_in(person), clock.now
        while clock.now < began + hours * 3600:
            assert is_in(client), (person, clock.now - began)
            clock.move(minutes=25)

        assert not is_in(client), person


def test_what_machines_ask_for_keeps_nobody_signed_in(clock):
    client = signed_in(make_user())
    assert is_in(client)
    for _time in range(3):
        clock.move(minutes=50)
        client.get("/healthz")
        client.get("/readyz")

    assert not is_in(client)


def test_saving_while_typing_keeps_the_officer_signed_in(clock):
    author = make_user()
    draft, client = make_submission(by=author), signed_in(author)
    address = reverse("submission-autosave", args=[draft.uuid, "law"])
    for _time in range(3):
        clock.move(minutes=100)
        typed = {"legal_basis": "The law", "base": digest_of(draft, Section.LAW)}
        assert client.post(address, typed).status_code in (200, 409)

    assert is_in(client)


def test_the_last_request_is_noted_once_a_minute(clock):
    client = signed_in(make_user())
    is_in(client)

    with CaptureQueriesContext(
        connection,
    ) as within:
        for _time in range(3):
            clock.move(seconds=15)
            is_in(client)
    with CaptureQueriesContext(connection) as after:
        clock.move(seconds=30)
        is_in(client)

    def writes(queries):
        return [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]

    assert writes(within) == []
    assert len(writes(after)) == 1
    assert "django_session" in writes(after)[0]


def test_the_browser_keeps_what_it_saved_when_a_sign_in_ends_by_itself(clock):
    client = signed_in(make_user())
    is_in(client)
    clock.move(minutes=125)

    answer = client.get(OVERVIEW)

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
    assert answer.url.endswith(f"next={OVERVIEW}")
    assert "Clear-Site-Data" not in answer.headers
    assert "You were signed out" in client.get(answer.url).content.decode()


def test_an_officers_answers_wait_for_them(clock):
    author = make_user("officer@city.example", password=PASSWORD)
    draft, client = make_submission(by=author), signed_in(author)
    address = reverse("submission-section", args=[draft.uuid, "law"])
    client.get(address)
    clock.move(minutes=125)

    answer = client.post(address, {"legal_basis": "A law of 1987", "base": "x", "later": "1"})
    client.post(answer.url, {"login": author.email, "password": PASSWORD, "next": address})

    assert "A law of 1987" in client.get(address).content.decode()


@pytest.fixture(params=["by itself", "from another browser"])
def end(request, clock):
    """How a person's sign-in ends."""
    return (lambda _email: clock.move(minutes=35)) if request.param == "by itself" else end_the_others


@pytest.fixture(params=["at once", "after a click in another tab"])
def ended(request, end):
    """An administrator's browser whose sign-in ended while they filled in a form of the desk."""
    make_admin("admin@registry.example", password=PASSWORD)
    client = Client()
    sign_in(client, "admin@registry.example", "/admin/")
    client.get("/admin/")
    end("admin@registry.example")
    if request.param != "at once":
        assert "You were signed out" in client.get(ELSEWHERE).content.decode()
    return client


@pytest.fixture
def left(ended):
    """What was posted then, and whom it was about."""
    officer = make_user()
    address = reverse("admin:accounts_user_change", args=[officer.pk])
    answer = ended.post(address, {"name": TYPED, "language": "en", "is_active": "on"})
    assert answer.status_code == 302
    return ended, address, officer


def sign_in(client, email, address):
    client.post("/en/accounts/login/", {"login": email, "password": PASSWORD, "next": address})


def test_what_was_typed_at_the_desk_waits_and_is_sent_only_when_its_author_says_so(left):
    client, address, officer = left
    sign_in(client, "admin@registry.example", address)

    shown = client.get(address)

    assert "What you typed is still here" in shown.content.decode()
    assert TYPED in shown.content.decode()
    assert User.objects.get(pk=officer.pk).name == ""
    # Elsewhere the desk is as ever.
    assert TYPED not in client.get("/admin/accounts/user/").content.decode()
    client.post(address, dict(shown.context["kept"].fields))
    assert User.objects.get(pk=officer.pk).name == TYPED
    assert "still here" not in client.get(address).content.decode()


def test_what_was_kept_can_be_left(left):
    client, address, _officer = left
    sign_in(client, "admin@registry.example", address)

    assert TYPED not in client.get(f"{address}?without-kept").content.decode()
    assert TYPED not in client.get(address).content.decode()


def test_what_was_kept_is_nobody_elses(left):
    client, address, _officer = left
    make_admin("other@registry.example", password=PASSWORD)

    sign_in(client, "other@registry.example", address)
    assert TYPED not in client.get(address).content.decode()
    client.logout()
    sign_in(client, "admin@registry.example", address)
    assert TYPED not in client.get(address).content.decode()


def test_who_signs_in_at_the_same_browser_has_nothing_kept_for_whoever_was_there_before(ended):
    other = make_user("other@city.example", password=PASSWORD)
    sign_in(ended, other.email, OVERVIEW)
    User.objects.filter(pk=other.pk).update(is_active=False)

    assert ended.post("/admin/", {"note": TYPED}).status_code == 302

    assert "kept_form" not in ended.session


@pytest.mark.parametrize(
    ("name", "typed"),
    # A sign-in by whoever sits there now; and a page whose choices are in the address that it leads back to.
    [("account_request_login_code", {"email": "other@city.example"}), ("submit-start", {"language": "nl"})],
)
def test_the_way_to_the_sign_in_is_no_form_to_keep_and_takes_no_ones_place(ended, name, typed):
    make_user("other@city.example")
    ended.get(reverse(name))

    assert ended.post(reverse(name), typed).url.startswith(reverse("account_login"))
    assert "kept_form" not in ended.session
    ended.post("/admin/", {"note": TYPED})
    assert ended.session["kept_form"]["fields"] == [["note", TYPED]]


def test_one_form_is_kept_and_no_other_after_it(left):
    client, address, _officer = left

    client.post("/admin/", {"note": "Typed by whoever sits there now."})

    assert client.session["kept_form"]["path"] == address


def test_nothing_is_kept_for_who_is_not_there_any_more(ended):
    ended.get(ELSEWHERE)
    User.objects.update(is_active=False)

    assert ended.post("/admin/", {"note": TYPED}).status_code == 302

    assert "kept_form" not in ended.session


def test_a_browser_forgets_whose_sign_in_ended_when_it_is_closed(left):
    client, _address, _officer = left

    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""


def test_a_form_that_was_open_before_the_end_still_fits(end):
    moderator = make_moderator("moderator@registry.example", password=PASSWORD)
    client = checked_browser(moderator)
    token = TOKEN.search(client.get("/admin/").content.decode())[1]
    end(moderator.email)
    client.get(ELSEWHERE)

    assert client.post("/admin/", {"note": TYPED, "csrfmiddlewaretoken": token}).status_code == 302

    assert client.session["kept_form"]["fields"] == [["note", TYPED]]


def checked_browser(person):
    """Signed in by the site's own sign-in, whose sessions can be ended; forms need their token from then on."""
    client = Client()
    sign_in(client, person.email, OVERVIEW)
    client.handler.enforce_csrf_checks = True
    return client


def end_the_others(email):
    """Sign in at another browser, and there end all other sessions."""
    other = Client()
    sign_in(other, email, OVERVIEW)
    assert other.post(reverse("usersessions_list")).status_code == 302
    assert is_in(other)


@pytest.mark.parametrize("clicks", [0, 1])
def test_a_forged_post_is_not_kept(end, clicks):
    moderator = make_moderator("moderator@registry.example", password=PASSWORD)
    client = checked_browser(moderator)
    client.get("/admin/")
    end(moderator.email)
    for _click in range(clicks):
        client.get(ELSEWHERE)

    assert client.post("/admin/", {"note": "Forged from another site."}).status_code == 403

    assert not is_in(client)
    assert "kept_form" not in client.session


def test_a_session_ended_from_another_browser_is_gone_and_the_other_one_stays(clock):
    person = make_admin(password=PASSWORD)
    client, stranger = Client(), signed_in(make_user())
    sign_in(client, person.email, OVERVIEW)
    is_in(client)
    key = client.session.session_key

    end_the_others(person.email)

    assert not Session.objects.filter(pk=key).exists()
    assert is_in(stranger)
    answer = client.post("/admin/", {"note": "Typed at the desk."})
    assert "signed out from another browser" in client.get(answer.url, follow=True).content.decode()
    assert client.session["kept_form"]["person"] == person.pk
    # No key of a session that nobody is signed in with lets anybody in or shows what was typed.
    closed = [one.pk for one in Session.objects.all() if SESSION_KEY not in one.get_decoded()]
    assert len(closed) == 2
    for stolen in (key, *closed):
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
        assert not is_in(thief)
        assert "Typed at the desk." not in thief.get("/admin/", follow=True).content.decode()


def test_what_is_posted_after_a_change_of_the_role_or_a_sign_out_is_not_kept(clock):
    administrator = make_admin(password=PASSWORD)
    changed, left = Client(), Client()
    for client in (changed, left):
        sign_in(client, administrator.email, OVERVIEW)
    cookie = left.session.session_key
    left.post(reverse("account_logout"))
    end_sessions(user=administrator)
    left.cookies[settings.SESSION_COOKIE_NAME] = cookie

    for client in (changed, left):
        assert client.post("/admin/", {"note": "Typed at the desk."}).status_code == 302
        assert "kept_form" not in client.session


def test_nobody_is_asked_for_whose_session_is_not_gone(clock, django_assert_num_queries):
    client = Client()

    with django_assert_num_queries(0):
        client.post("/healthz")
        client.get(reverse("account_login"))
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("account_login"))

    # For the session, and for a note beside it.
    assert len([query for query in queries if "django_session" in query["sql"]]) == 2
    with CaptureQueriesContext(connection) as queries:
        client.get(ELSEWHERE)
    # The answer took the cookie away.
    assert [query for query in queries if "django_session" in query["sql"]] == []


# --- What ends sessions before their time -----------------------------------------------------------------------------


def test_a_change_of_the_role_signs_out_everywhere(clock):
    administrator = signed_in(make_admin())
    group = Group.objects.get(name=MODERATOR)
    for change in ({"groups": [group.pk]}, {"is_staff": "on"}, {"is_active": ""}):
        person, bystander = make_user(password=PASSWORD), make_user(password=PASSWORD)
        first, second, other = Client(), Client(), Client()
        for client, user in ((first, person), (second, person), (other, bystander)):
            sign_in(client, user.email, OVERVIEW)
        assert is_in(first)
        assert is_in(second)
        values = {"name": "", "language": "en", "is_active": "on"} | change
        address = reverse("admin:accounts_user_change", args=[person.pk])

        administrator.post(address, values | {"name": "Renamed", "is_active": "on", "is_staff": "", "groups": []})
        assert is_in(first), "a new name is no new role"
        answer = administrator.post(address, {name: value for name, value in values.items() if value})

        assert answer.status_code == 302
        assert not is_in(first), change
        assert not is_in(second), change
        assert is_in(other)


def test_a_new_password_signs_out_the_other_browser(clock):
    person = make_user(password=PASSWORD)
    here, there = signed_in(person), signed_in(person)
    assert is_in(there)
    new = "another long enough password"

    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert User.objects.get(pk=person.pk).check_password(new)
    assert not is_in(there)


def test_sign_ins_that_ran_out_are_forgotten_and_others_are_not(clock):
    person = make_user(password=PASSWORD)
    over, open_one = signed_in(person), signed_in(person)
    for client in (over, open_one):
        key = client.session.session_key
        UserSession.objects.create(user=person, ip="192.0.2.1", user_agent="Browser", session_key=key)
    Session.objects.filter(pk=over.session.session_key).update(expire_date=timezone.now() - timedelta(minutes=1))

    forget_expired()

    assert not Session.objects.filter(pk=over.session.session_key).exists()
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [open_one.session.session_key]
    assert is_in(open_one)


# --- Refusals ---------------------------------------------------------------------------------------------------------


def test_who_was_refused_what_is_in_the_log(clock, caplog):
    officer = make_user()
    moderator, address = make_moderator(), reverse("admin:accounts_user_add")
    caplog.set_level(logging.WARNING, logger="accounts.refusals")

    signed_in(moderator).post(f"{address}?q=Secret", {"name": "Secret text"})
    signed_in(officer).get("/admin/", follow=True)
    signed_in(moderator).get("/admin/")
    Client().get(address, follow=True)

    lines = [record.getMessage() for record in caplog.records if record.name == "accounts.refusals"]
    assert lines == [
        f"Refused: person {moderator.pk}, POST {address}",
        f"Refused: person {officer.pk}, GET /admin/login/",
    ]
