"""Signing in and up by code or password, and the mails that bring the codes."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import OutgoingMail, User
from accounts.services import deliver_waiting, queue_mail
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)


def code_in(mail):
    return CODE.search(mail.body).group()


@pytest.mark.parametrize("language", ["en", "de", "el", "es", "fr", "it", "nl"])
def test_pages_answer_in_every_language(client, language):
    with translation.override(language):
        for name in ("account_login", "account_signup", "account_request_login_code", "account_reset_password"):
            answer = client.get(reverse(name))
            assert answer.status_code == 200
            assert f'<html lang="{language}"' in answer.content.decode()


def test_newcomer_signs_up_with_a_code_and_goes_where_they_wanted(client):
    answer = client.post(
        "/nl/accounts/signup/?next=/nl/submit/", {"email": "Officer@city.example", "next": "/nl/submit/"}
    )
    mail = OutgoingMail.objects.get()
    assert (mail.recipient.lower(), mail.language, mail.secret) == ("officer@city.example", "nl", True)

    answer = client.post(answer["Location"], {"code": code_in(mail), "next": "/nl/submit/"})

    assert answer["Location"] == "/nl/submit/"
    user = User.objects.get()
    assert (user.language, client.session["_auth_user_id"]) == ("nl", str(user.pk))


def test_officer_signs_in_with_a_code(client):
    user = make_user("officer@city.example")
    answer = client.post("/en/accounts/login/", {"login": user.email, "password": "", "next": "/en/submissions/"})

    answer = client.post(answer["Location"], {"code": code_in(OutgoingMail.objects.get())})

    assert client.session["_auth_user_id"] == str(user.pk)
    assert answer["Location"] == "/en/submissions/"


def test_officer_signs_in_with_a_password(client):
    user = make_user("officer@city.example", password=PASSWORD)

    answer = client.post("/en/accounts/login/", {"login": user.email, "password": PASSWORD})

    assert answer["Location"] == "/en/submissions/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_wrong_password_and_unknown_address_read_the_same(client):
    make_user("officer@city.example", password=PASSWORD)

    pages = [
        client.post("/en/accounts/login/", {"login": address, "password": "not the password"}).context["form"].errors
        for address in ("officer@city.example", "nobody@city.example")
    ]

    assert pages[0] == pages[1]


def test_code_and_sign_up_do_not_tell_who_has_an_account(client):
    make_user("officer@city.example")
    places = {}
    for address in ("officer@city.example", "nobody@city.example"):
        asked = client.post("/en/accounts/login/code/", {"email": address})
        client.cookies.clear()
        signed_up = client.post("/en/accounts/signup/", {"email": address})
        client.cookies.clear()
        places[address] = (asked.status_code, asked["Location"], signed_up.status_code, signed_up["Location"])

    assert places["officer@city.example"] == places["nobody@city.example"]


def test_wrong_code_does_not_sign_in(client):
    make_user("officer@city.example")
    answer = client.post("/en/accounts/login/", {"login": "officer@city.example", "password": ""})

    client.post(answer["Location"], {"code": "WRNG-CODE"})

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("demo", "kept"), [(True, True), (False, False)])
def test_delivered_code_is_wiped_but_for_the_demo(client, settings, demo, kept):
    settings.CMISE_DEMO = demo
    make_user("officer@city.example")
    client.post("/en/accounts/login/", {"login": "officer@city.example", "password": ""})

    assert deliver_waiting() == (1, 0)

    mail = OutgoingMail.objects.get()
    assert mail.sent_at is not None
    assert bool(mail.body) == kept


def test_second_factor_and_sessions_are_reachable(client):
    user = make_user("officer@city.example", password=PASSWORD)
    client.post("/en/accounts/login/", {"login": user.email, "password": PASSWORD})

    for name in ("mfa_index", "mfa_activate_totp", "usersessions_list", "account_email", "account_set_password"):
        assert client.get(reverse(name), follow=True).status_code == 200


def test_an_address_that_no_mail_can_have_keeps_no_other_waiting(mailoutbox):
    queue_mail(to=f"desk@{'ü' * 60}.example", language="en", subject="First", body="Text")
    queue_mail(to="officer@city.example", language="en", subject="Second", body="Text")

    assert deliver_waiting() == (1, 1)

    assert [mail.subject for mail in mailoutbox] == ["Second"]
