"""The language a person chose: in mails, at the front door, and in the answer itself."""

import pytest
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_choice_is_kept_and_answered_in_the_new_language(client):
    person = make_user(language="en")
    client.force_login(person)

    response = client.post(reverse("account-preferences"), {"language": "el", "name": "Υπηρεσία στέγης"})

    assert response["Location"] == "/el/accounts/preferences/"
    person.refresh_from_db()
    assert (person.language, person.name) == ("el", "Υπηρεσία στέγης")
    assert client.get("/", headers={"accept-language": "fr"})["Location"] == "/el/"


def test_a_language_that_is_not_spoken_here_changes_nothing(client):
    person = make_user(language="nl")
    client.force_login(person)

    response = client.post(reverse("account-preferences"), {"language": "xx", "name": "A name"})

    assert "language" in response.context["form"].errors
    assert 'value="A name"' in response.content.decode()
    person.refresh_from_db()
    assert (person.language, person.name) == ("nl", "")


def test_nobody_can_give_themselves_more_than_a_language_and_a_name(client):
    person = make_user()
    client.force_login(person)

    client.post(reverse("account-preferences"), {"language": "de", "is_staff": "on", "email": "other@city.example"})

    before = person.email
    person.refresh_from_db()
    assert (person.is_staff, person.email) == (False, before)


def test_a_visitor_signs_in_first(client):
    response = client.get("/fr/accounts/preferences/")

    assert response["Location"] == "/fr/accounts/login/?next=/fr/accounts/preferences/"
