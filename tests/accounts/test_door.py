"""Every address of the desk, as the addresses themselves list them: closed without a second factor, and to officers."""

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver

from tests.factories import (
    PASSWORD,
    make_admin,
    make_city,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)
from tests.submissions.translation.people import make_translator

pytestmark = pytest.mark.django_db

# Where the door leads through, out, or where there is nothing to read.
NO_DOOR = {"/admin/login/", "/admin/logout/", "/admin/(?P<url>.*)$"}
ARGUMENTS = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "str": "1", "path": "1", "slug": "a"}


def addresses(patterns, prefix="/admin/"):
    """One address of each pattern; what stands in it need not exist, for nobody gets so far."""
    for entry in patterns:
        route = str(entry.pattern)
        for name, converter in entry.pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").lower()
            for written in (f"<{kind}:{name}>", f"<{name}>"):
                route = route.replace(written, ARGUMENTS.get(kind, "1"))
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, prefix + route)
        elif isinstance(entry, URLPattern):
            yield prefix + route.removeprefix("^").removesuffix("\\Z").removesuffix("$")


def every_address():
    found = set(addresses(admin.site.urls[0])) - NO_DOOR
    return sorted(address.replace("(?P<app_label>", "").replace(")", "") for address in found if "(?P" not in address)


def test_all_addresses_are_closed_to_a_password_alone(client, settings):
    settings.CMISE_DEMO = False
    administrator = make_admin(password=PASSWORD)
    client.post("/en/accounts/login/", {"login": administrator.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(administrator.pk)

    closed = every_address()
    opened = [
        (method, address, answer.status_code)
        for address in closed
        for method, answer in (("get", client.get(address)), ("post", client.post(address, {"action": "approve"})))
        if answer.status_code != 302 or not answer.url.endswith("/2fa/totp/activate/")
    ]

    assert len(closed) > 60
    assert opened == []


def test_the_way_to_a_public_page_tells_no_address_of_what_one_may_not_read(client, settings):
    settings.CMISE_DEMO = True
    hidden, city = make_practice(title="Xanadukrypt", visibility="moderators"), make_city()
    sent, draft = make_sent_submission(), make_submission()

    def way_to(row):
        return f"/admin/r/{ContentType.objects.get_for_model(row).pk}/{row.pk}/"

    client.force_login(make_translator())
    for row in (hidden, sent, draft, city, sent.submitter, ContentType.objects.first()):
        assert client.get(way_to(row)).status_code == 404, row
    client.force_login(make_moderator())
    assert client.get(way_to(hidden)).url.endswith("/practices/xanadukrypt/")
    assert client.get(way_to(sent)).status_code == client.get(way_to(city)).status_code == 302
    assert client.get(way_to(draft)).status_code == 404
    assert client.get("/admin/r/9999/1/").status_code == 404


@pytest.mark.parametrize("demo", [True, False])
def test_all_addresses_are_closed_to_officers_and_to_nobody(client, settings, demo):
    settings.CMISE_DEMO = demo
    officer = make_member(make_user(password=PASSWORD)).user

    for person in (None, officer):
        if person:
            client.force_login(person)
        opened = [
            (address, answer.status_code)
            for address in every_address()
            for answer in (client.get(address), client.post(address))
            if answer.status_code != 302 or not answer.url.startswith("/admin/login/")
        ]
        assert opened == [], person


def code_for(secret):
    *_earlier, now, _later = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, now))


def test_the_factor_is_set_up_its_codes_shown_once_and_both_asked_for(client, settings):
    settings.CMISE_DEMO = False
    # Half a minute may end between two lines of this test.
    settings.MFA_TOTP_TOLERANCE = 1
    email = make_admin(password=PASSWORD).email
    client.post("/en/accounts/login/", {"login": email, "password": PASSWORD})
    asked = client.get("/en/accounts/2fa/totp/activate/")
    assert "Please enter your password." in client.get(asked.url).content.decode()
    client.post(asked.url, {"password": PASSWORD})
    set_up = client.get("/en/accounts/2fa/totp/activate/")
    secret = set_up.context["form"].secret
    answer = client.post("/en/accounts/2fa/totp/activate/", {"code": code_for(secret)})

    shown = client.get(answer.url)
    codes = shown.context["unused_codes"]
    assert len(codes) == 10
    assert all(code in shown.content.decode() for code in codes)
    again = client.get(answer.url).content.decode()
    assert "You have 10 recovery codes left." in again
    assert not any(code in again for code in codes)
    assert client.get("/admin/").status_code == 200

    # At the next sign-in the password alone leads to the second step and opens nothing; a code opens once.
    for expected in (200, 302):
        client.logout()
        step = client.post("/de/accounts/login/", {"login": email, "password": PASSWORD})
        assert "_auth_user_id" not in client.session
        assert client.get("/admin/").status_code == 302
        assert client.get(step.url).status_code == 200
        client.post(step.url, {"code": codes[0]})
        assert client.get("/admin/").status_code == expected
