"""Practices, versions, terms and cities in the admin."""

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cities.models import City, Typology
from practices.choices import Publication
from practices.models import Practice, PracticeEvent, PracticeVersion, SearchDocument, ServiceArea
from practices.services import publish, withdraw
from tests.factories import (
    make_admin,
    make_city,
    make_document,
    make_member,
    make_moderator,
    make_practice,
    make_terms,
    make_user,
)
from tests.practices.asking import ask, slugs

pytestmark = pytest.mark.django_db
LIST = "/admin/practices/practice/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.CMISE_DEMO = True


@pytest.fixture
def moderator():
    return make_moderator()


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


def record(practice, act="change"):
    return reverse(f"admin:practices_practice_{act}", args=[practice.pk])


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def fields_of(response):
    """What the browser would send back, unchanged."""
    form = response.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items() if value is not False}


# --- Practices --------------------------------------------------------------------------------------------------------


def test_the_list_is_in_the_language_of_the_moderator(client):
    make_practice(title={"en": "Night shelter", "el": "Νυχτερινό καταφύγιο"})
    client.force_login(make_moderator(language="el"))

    text = client.get(LIST).content.decode()

    assert "Νυχτερινό καταφύγιο" in text
    assert "CMISE-0001" in text
    assert "Γάνδη" in text


@pytest.mark.parametrize("query", ["καταφύγιο", "CMISE-0001", "1"])
def test_search_by_title_in_any_language_or_reference(desk, query):
    make_practice(title={"en": "Night shelter", "el": "Νυχτερινό καταφύγιο"})
    make_practice(title="Legal advice")

    found = desk.get(LIST, {"q": query}).context["cl"].result_list

    assert [practice.number for practice in found] == [1]


def test_number_of_queries_does_not_grow_with_the_rows(desk):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(LIST).status_code == 200
        return len(queries)

    make_practice()
    # The first request of a session notes its time.
    count()
    with_one = count()
    for _number in range(29):
        make_practice()

    assert count() == with_one == 15


def test_the_record_shows_everything_also_what_is_for_peers(desk):
    practice = make_practice(title="Night shelter", contact="shelter@city.example", visibility="moderators")

    text = desk.get(record(practice)).content.decode()

    assert '<span lang="en" dir="auto">Night shelter</span>' in text
    assert "shelter@city.example" in text
    assert "Version 1" in text


def test_no_stock_form_saves_adds_or_deletes(desk):
    practice = make_practice()

    assert desk.get(f"{LIST}add/").status_code == 403
    assert desk.post(f"{LIST}{practice.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post(record(practice), {"slug": "changed", "visibility": "moderators"})
    practice.refresh_from_db()
    assert (practice.slug != "changed", practice.visibility) == (True, "public")
    assert PracticeVersion.objects.count() == 1


def test_withdrawing_needs_a_reason_and_is_a_post(desk):
    practice = make_practice()

    shown = desk.get(record(practice, "withdraw"))
    empty = desk.post(record(practice, "withdraw"), {"reason": " "})

    assert shown.status_code == 200
    assert "Write the reason." in empty.content.decode()
    practice.refresh_from_db()
    assert practice.publication == Publication.PUBLISHED


def test_withdrawing_takes_it_away_with_its_reason(desk, moderator):
    practice = make_practice()

    response = desk.post(record(practice, "withdraw"), {"reason": "The city asked"}, follow=True)
    practice.refresh_from_db()
    event = practice.events.first()

    assert (practice.publication, practice.withdrawal_reason) == (Publication.WITHDRAWN, "The city asked")
    assert (event.action, event.by) == (PracticeEvent.Action.WITHDRAWN, moderator)
    assert "is withdrawn" in messages_of(response)[0]
    assert not SearchDocument.objects.filter(practice=practice).exists()


def test_the_second_to_withdraw_is_told(desk, moderator):
    practice = make_practice()
    withdraw(practice, by=make_moderator(), reason="First reason")

    withdrawn = desk.post(record(practice, "withdraw"), {"reason": "Second reason"}, follow=True)
    confirmed = desk.post(record(practice, "confirm"), follow=True)
    practice.refresh_from_db()

    assert "was withdrawn already" in messages_of(withdrawn)[0]
    assert "was withdrawn already" in messages_of(confirmed)[0]
    assert (practice.withdrawal_reason, practice.confirmed_at) == ("First reason", None)


def test_confirming_notes_day_and_person_and_is_a_post(desk, moderator):
    practice = make_practice()

    desk.get(record(practice, "confirm"))
    practice.refresh_from_db()
    looked = practice.confirmed_at
    desk.post(record(practice, "confirm"))
    practice.refresh_from_db()

    assert looked is None
    assert practice.confirmed_at is not None
    assert practice.events.first().by == moderator


@pytest.mark.parametrize("act", ["change", "withdraw", "confirm"])
def test_peers_and_other_staff_do_not_reach_a_record(client, act):
    practice = make_practice(contact="shelter@city.example")
    peer, staff = make_user(), make_user(is_staff=True)
    make_member(peer)

    client.force_login(peer)
    as_peer = client.post(record(practice, act), {"reason": "No"}, follow=True)
    client.force_login(staff)
    as_staff = client.post(record(practice, act), {"reason": "No"})

    assert (as_peer.status_code, as_staff.status_code) == (403, 403)
    assert b"shelter@city.example" not in as_peer.content + as_staff.content
    practice.refresh_from_db()
    assert (practice.publication, practice.confirmed_at) == (Publication.PUBLISHED, None)


# --- Versions ---------------------------------------------------------------------------------------------------------


def test_a_version_shows_what_it_changed_with_the_peers_part(desk, moderator):
    practice = make_practice(contact="old@city.example")
    publish(make_document(contact="new@city.example"), by=moderator, practice=practice, note="New mailbox")
    version = practice.versions.get(number=2)

    response = desk.get(reverse("admin:practices_practiceversion_change", args=[version.pk]))
    text = response.content.decode()

    assert "contact" in [shown.field.name for shown in response.context["changed"]]
    assert "New mailbox" in text
    assert ">old</del>" in text


def test_versions_are_never_written_in_the_admin(desk):
    version = make_practice().versions.get()
    address = reverse("admin:practices_practiceversion_change", args=[version.pk])

    desk.post(address, {"number": 7, "note": "Changed"})

    assert desk.post(reverse("admin:practices_practiceversion_delete", args=[version.pk])).status_code == 403
    assert desk.get("/admin/practices/practiceversion/add/").status_code == 403
    version.refresh_from_db()
    assert (version.number, version.note) == (1, "")


def test_the_list_of_versions_has_a_constant_number_of_queries(desk, moderator):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get("/admin/practices/practiceversion/").status_code == 200
        return len(queries)

    make_practice(by=moderator)
    count()
    with_one = count()
    for _number in range(29):
        make_practice(by=make_moderator())

    assert count() == with_one == 8


# --- Terms and cities -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["servicearea", "targetgroup", "approach"])
def test_a_term_has_fields_for_every_language(desk, model):
    make_terms()
    response = desk.get(f"/admin/practices/{model}/", follow=True)
    pk = response.context["cl"].result_list[0].pk

    page = desk.get(f"/admin/practices/{model}/{pk}/change/").content.decode()

    for code in django_settings.LANGUAGE_CODES:
        for field in ("label", "definition", "synonyms"):
            assert f'name="{field}_{code}"' in page
        assert f'lang="{code}" dir="auto"' in page
    assert 'name="label"' not in page
    assert 'name="slug"' not in page


def found_by(word):
    """Slugs of the practices that have the word itself, not one that looks like it."""
    answer = ask(q=word)
    return [] if answer.guessed else slugs(answer)


def test_a_changed_synonym_is_searched_for_at_once(desk):
    practice = make_practice(service_areas=["shelter"])
    area = ServiceArea.objects.get(slug="shelter")
    address = reverse("admin:practices_servicearea_change", args=[area.pk])
    assert found_by("quibblehouse") == []

    response = desk.post(address, fields_of(desk.get(address)) | {"synonyms_en": "Quibblehouse"})

    assert response.status_code == 302
    area.refresh_from_db()
    assert area.synonyms_en == "Quibblehouse"
    assert found_by("quibblehouse") == [practice.slug]


def test_a_term_needs_an_english_label_and_is_never_deleted(client):
    make_terms()
    client.force_login(make_admin())
    area = ServiceArea.objects.get(slug="shelter")
    address = reverse("admin:practices_servicearea_change", args=[area.pk])

    response = client.post(address, fields_of(client.get(address)) | {"label_en": ""})

    assert list(response.context["adminform"].form.errors) == ["label_en"]
    assert (
        client.post(reverse("admin:practices_servicearea_delete", args=[area.pk]), {"post": "yes"}).status_code == 403
    )


def test_a_changed_name_of_a_city_is_searched_for_at_once(desk):
    practice = make_practice(lead_city="ghent")
    city = City.objects.get(slug="ghent")
    address = reverse("admin:cities_city_change", args=[city.pk])
    values = fields_of(desk.get(address)) | {
        "name_en": "Gaunt", "typologies": [], "cmise_role_source": "{}", "typologies_source": "{}", "sources": "[]",
        "mail_domains": "stad.example",
    }  # fmt: skip

    response = desk.post(address, values)

    assert response.status_code == 302, response.context["adminform"].form.errors
    city.refresh_from_db()
    assert (city.name_en, city.slug, city.mail_domains) == ("Gaunt", "ghent", ["stad.example"])
    assert found_by("gaunt") == [practice.slug]


def test_a_city_in_use_stays(client):
    client.force_login(make_admin())
    make_practice(lead_city="ghent", other_cities=["utrecht"])
    unused = make_city("milan")
    used = City.objects.get(slug="utrecht")

    refused = client.post(reverse("admin:cities_city_delete", args=[used.pk]), {"post": "yes"})
    client.post(reverse("admin:cities_city_delete", args=[unused.pk]), {"post": "yes"})

    assert refused.status_code == 403
    assert set(City.objects.values_list("slug", flat=True)) == {"ghent", "utrecht"}


def test_typologies_are_the_administrators(desk, client):
    make_terms()
    typology = Typology.objects.first()
    address = reverse("admin:cities_typology_change", args=[typology.pk])

    desk.post(address, {"label_en": "Changed"})
    typology.refresh_from_db()
    unchanged = typology.label_en
    client.force_login(make_admin())
    client.post(address, fields_of(client.get(address)) | {"label_en": "Changed"})
    typology.refresh_from_db()

    assert unchanged != "Changed"
    assert typology.label_en == "Changed"


def test_every_list_and_form_opens(client):
    """Also in the admin's own language: a label that cannot be drawn would show here."""
    make_practice()
    client.force_login(make_admin(language="de"))

    for model in ("servicearea", "targetgroup", "approach"):
        assert client.get(f"/admin/practices/{model}/").status_code == 200
        assert client.get(f"/admin/practices/{model}/add/").status_code == 200
    for model in ("city", "typology"):
        assert client.get(f"/admin/cities/{model}/").status_code == 200
        assert client.get(f"/admin/cities/{model}/add/").status_code == 200
    assert Practice.objects.count() == 1
