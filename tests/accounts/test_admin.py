"""The door of the admin, its language, people and mails."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail, User
from accounts.roles import MODERATOR
from accounts.services import MAX_ATTEMPTS, queue_mail
from tests.factories import PASSWORD, make_admin, make_moderator, make_user

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/accounts/user/"
MAILS = "/admin/accounts/outgoingmail/"


@pytest.fixture
def demo(settings):
    settings.CMISE_DEMO = True


def person_page(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def mail_page(mail):
    return reverse("admin:accounts_outgoingmail_change", args=[mail.pk])


# --- The door ---------------------------------------------------------------------------------------------------------


def test_sign_in_is_the_sites_own(client):
    response = client.get("/admin/submissions/submission/")
    at_the_door = client.get(response.url)

    assert at_the_door.status_code == 302
    assert at_the_door.url.startswith(reverse("account_login"))
    assert "next=" in at_the_door.url


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_password_posted_at_the_door_opens_nothing(client, demo, signed_in):
    """Django's own form would sign in with the password alone."""
    moderator = make_moderator(password=PASSWORD)
    if signed_in:
        client.force_login(make_moderator())

    client.post("/admin/login/", {"username": moderator.email, "password": PASSWORD})

    assert client.session.get("_auth_user_id") != str(moderator.pk)


def test_without_a_second_factor_no_page_opens(client):
    client.force_login(make_moderator())

    for address in ("/admin/", "/admin/submissions/submission/", MAILS, "/admin/jsi18n/", "/admin/nowhere/"):
        response = client.get(address)
        assert (response.status_code, response.url) == (302, reverse("mfa_activate_totp"))
    posted = client.post(MAILS, {"action": "send_again"})
    assert posted.url == reverse("mfa_activate_totp")


def test_with_a_second_factor_the_desk_opens(client):
    moderator = make_moderator()
    TOTP.activate(moderator, generate_totp_secret())
    client.force_login(moderator)

    assert client.get("/admin/").status_code == 200


def test_demo_mode_offers_the_second_factor_and_does_not_demand_it(client, demo):
    client.force_login(make_moderator())

    response = client.get("/admin/")

    assert response.status_code == 200
    assert reverse("mfa_index") in response.content.decode()


def test_leaving_is_possible_without_a_second_factor(client):
    client.force_login(make_moderator())

    response = client.post("/admin/logout/")

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_officers_are_refused(client):
    client.force_login(make_user())

    assert client.get("/admin/", follow=True).status_code == 403


def test_the_admin_speaks_the_persons_language(client, demo):
    client.force_login(make_moderator(language="el"))

    response = client.get("/admin/", headers={"accept-language": "fr"})

    assert response.headers["Content-Language"] == "el"
    assert '<html lang="el"' in response.content.decode()
    assert "Αποσύνδεση" in response.content.decode()


def test_the_language_ends_with_the_request(client, demo):
    client.force_login(make_moderator(language="el"))
    client.get("/admin/")
    client.logout()

    response = client.get(reverse("account_login"), headers={"accept-language": "fr"})

    assert response.headers["Content-Language"] == "en"


def test_a_second_factor_is_removed_but_never_read(client, demo):
    moderator = make_moderator()
    secret = generate_totp_secret()
    TOTP.activate(moderator, secret)
    factor = Authenticator.objects.get()
    client.force_login(make_user(is_staff=True, is_superuser=True))

    page = client.get(reverse("admin:mfa_authenticator_change", args=[factor.pk])).content.decode()
    client.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"})

    assert secret not in page
    assert json.dumps(factor.data) not in page
    assert not Authenticator.objects.exists()


# --- People -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_moderator, make_admin])
def test_a_password_hash_is_never_shown(client, demo, make):
    person = make_user(password=PASSWORD)
    client.force_login(make())

    pages = client.get(PEOPLE).content + client.get(person_page(person)).content

    assert person.email.encode() in pages
    assert person.password.encode() not in pages
    assert b"pbkdf2" not in pages


def test_moderators_read_people_and_change_nobody(client, demo):
    moderator, person = make_moderator(), make_user()
    client.force_login(moderator)

    for target in (person, moderator):
        client.post(person_page(target), {"name": "Changed", "language": "en", "is_active": "", "is_superuser": "on"})

    assert client.get(f"{PEOPLE}add/").status_code == 403
    assert not User.objects.filter(name="Changed").exists()


def test_administrators_give_a_role_but_not_their_own_nor_a_superusers(client, demo):
    administrator, person = make_admin(), make_user()
    superuser = make_user(is_superuser=True, is_staff=True)
    group = Group.objects.get(name=MODERATOR)
    values = {"name": "", "language": "en", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    client.force_login(administrator)

    for target in (person, administrator, superuser):
        client.post(person_page(target), values | {"groups": [group.pk], "email": "other@city.example"})

    person.refresh_from_db()
    assert list(person.groups.all()) == [group]
    assert (person.is_staff, person.is_superuser) == (True, False)
    assert person.email != "other@city.example"
    assert group not in administrator.groups.all()
    assert not superuser.groups.exists()


def test_a_new_account_has_no_password(client, demo):
    client.force_login(make_admin())

    response = client.post(f"{PEOPLE}add/", {"email": "new@registry.example", "name": "", "language": "nl"})

    assert response.status_code == 302
    assert not User.objects.get(email="new@registry.example").has_usable_password()


def test_an_address_is_taken_once_whatever_its_case(client, demo):
    make_user("person@city.example")
    client.force_login(make_admin())

    response = client.post(f"{PEOPLE}add/", {"email": "Person@City.example", "name": "", "language": "nl"})

    assert "exists already" in response.content.decode()


def test_nobody_is_deleted(client, demo):
    person = make_user()
    client.force_login(make_user(is_staff=True, is_superuser=True))

    assert client.post(reverse("admin:accounts_user_delete", args=[person.pk]), {"post": "yes"}).status_code == 403


# --- Mails ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def stuck():
    mail = queue_mail(to="officer@city.example", language="nl", subject="Stuck", body="Text of the mail")
    OutgoingMail.objects.filter(pk=mail.pk).update(attempts=MAX_ATTEMPTS, last_error="ConnectionRefusedError")
    return mail


def test_mails_by_what_became_of_them(client, demo, stuck):
    queue_mail(to="officer@city.example", language="nl", subject="Waits", body="Text")
    sent = queue_mail(to="officer@city.example", language="nl", subject="Gone", body="Text")
    OutgoingMail.objects.filter(pk=sent.pk).update(sent_at=timezone.now())
    client.force_login(make_moderator())

    text = client.get(MAILS).content.decode()
    found = client.get(MAILS, {"delivery": "stuck"}).context["cl"].result_list

    assert all(label in text for label in ("Waiting (1)", "Given up (1)", "Sent (1)"))
    assert [mail.subject for mail in found] == ["Stuck"]
    assert "The mail server could not be reached." in text


def test_a_sign_in_code_is_not_shown(client, demo):
    secret = queue_mail(to="officer@city.example", language="nl", subject="Code", body="CODE-123456", secret=True)
    open_mail = queue_mail(to="officer@city.example", language="nl", subject="News", body="Readable text")
    client.force_login(make_admin())

    hidden = client.get(mail_page(secret)).content.decode()
    shown = client.get(mail_page(open_mail)).content.decode()

    assert "CODE-123456" not in hidden
    assert "Code" not in hidden.replace("officer@city.example", "")
    assert "Readable text" in shown


def test_an_administrator_sends_again_and_a_moderator_may_not(client, demo, stuck):
    data = {"action": "send_again", "_selected_action": [stuck.pk]}
    client.force_login(make_moderator())
    client.post(MAILS, data)
    stuck.refresh_from_db()
    by_moderator = stuck.attempts
    client.force_login(make_admin())
    client.post(MAILS, data)
    stuck.refresh_from_db()

    assert by_moderator == MAX_ATTEMPTS
    assert (stuck.attempts, stuck.last_error) == (0, "")
    assert stuck.not_before <= timezone.now()


def test_a_sent_mail_is_not_sent_again(client, demo, stuck):
    OutgoingMail.objects.filter(pk=stuck.pk).update(sent_at=timezone.now())
    client.force_login(make_admin())

    client.post(MAILS, {"action": "send_again", "_selected_action": [stuck.pk]})

    stuck.refresh_from_db()
    assert stuck.attempts == MAX_ATTEMPTS


def test_mails_are_read_only(client, demo, stuck):
    client.force_login(make_admin())

    client.post(mail_page(stuck), {"subject": "Changed"})

    assert client.get(f"{MAILS}add/").status_code == 403
    assert client.post(reverse("admin:accounts_outgoingmail_delete", args=[stuck.pk])).status_code == 403
    stuck.refresh_from_db()
    assert stuck.subject == "Stuck"
