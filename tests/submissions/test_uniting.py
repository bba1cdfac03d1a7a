"""Merging terms and cities: every link, list, file and draft that named the one leads to the other; nothing leaks."""

import json
import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from cities.models import City, Membership, Typology
from cities.permissions import speaks_for
from cities.services import DecidedMeanwhileError, refuse_membership, request_membership, verify_membership
from practices import document as documents
from practices.merging import NotMergeableError
from practices.models import Adaptation, Practice, PracticeEvent, ServiceArea, TargetGroup
from practices.search import facet_index
from practices.services import publish, withdraw
from practices.vocabularies import Vocabularies
from submissions.admin import uniting as uniting_admin
from submissions.admin.record import shown_document
from submissions.choices import Action
from submissions.models import Nomination, Submission
from submissions.services import approve, perform
from submissions.services.uniting import consequences_of, merge_cities, merge_terms
from tests.factories import (
    make_admin,
    make_city,
    make_document,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_terms,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.CMISE_DEMO = True


def area(slug):
    return ServiceArea.objects.get(slug=slug)


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return b"".join(response).decode() if response.streaming else response.content.decode()


def areas_of(practice):
    return sorted(practice.service_areas.values_list("slug", flat=True))


def test_merged_term_leads_to_the_other_one_everywhere(client):
    one = make_practice(title="Beds by the river", service_areas=["shelter"])
    both = make_practice(title="Beds and bread", service_areas=["shelter", "education"])
    gone = make_practice(title="Withdrawn beds", service_areas=["shelter"])
    withdraw(gone, by=None, reason="Ended")
    facet_index.current()
    versions = {practice.pk: practice.current_version for practice in (one, both)}
    administrator = make_admin()

    assert merge_terms(term=area("shelter"), into=area("education"), by=administrator) == 3

    assert [areas_of(practice) for practice in (one, both, gone)] == [["education"]] * 3
    # On the page, in the API, in files and in the feed: what the other one's address says.
    for address in (
        "/en/practices/?area={}",
        "/api/v1/practices/?area={}",
        "/en/practices/export.jsonl?area={}",
        "/en/practices/feed.atom?area={}",
        "/en/practices/?area={}&area=education&q=papers",
    ):
        old, new = (text_of(client, address.format(slug)) for slug in ("shelter", "education"))
        assert "Beds by the river" in old, address
        assert "Beds and bread" in old, address
        assert "not known here" not in old
        if "q=" not in address and "feed" not in address:
            assert results_in(old) == results_in(new), address
    assert "area=shelter" not in results_in(text_of(client, "/en/practices/?area=shelter"))
    assert client.get("/nl/areas/shelter/").status_code == 301
    assert client.get("/nl/areas/shelter/").headers["Location"] == "/nl/areas/education/"
    assert "/areas/shelter/" not in text_of(client, "/en/areas/education/")
    assert "/areas/shelter/" not in text_of(client, reverse("sitemap-file", args=[1]))
    vocabularies = json.loads(text_of(client, "/api/v1/vocabularies/?lang=en"))
    assert "shelter" not in [term["slug"] for term in vocabularies["areas"]]
    # Found by its names, in any language.
    old = area("shelter")
    for code in ("en", "el"):
        assert getattr(old, f"label_{code}") in getattr(area("education"), f"synonyms_{code}").splitlines()
        query = {"q": getattr(old, f"label_{code}"), "concepts": "off"}
        assert "Beds by the river" in client.get(f"/{code}/practices/", query).content.decode()
    # No version was made, and the old ones are read as the city's word in today's terms.
    for practice in (one, both):
        practice.refresh_from_db()
        assert practice.current_version == versions[practice.pk]
        assert practice.versions.get().content["service_areas"][0] == "shelter"
    assert old.label_en not in text_of(client, f"/en/practices/{one.slug}/v1/").split("<main")[1].split("c-toc")[0]
    assert PracticeEvent.objects.filter(by=administrator, note="shelter → education").count() == 3
    assert LogEntry.objects.filter(user=administrator).count() == 2


def results_in(text):
    """The answer without the links that repeat the address under which it was asked."""
    return text.split("<main")[-1] if "<main" in text else text.replace("area=shelter", "area=education")


def test_drafts_and_open_changes_go_on_under_the_new_name(client):
    officer, moderator = make_member().user, make_moderator()
    live = make_practice(service_areas=["shelter"])
    change = make_sent_submission(by=officer, practice=live, start_year=2021)
    draft = make_submission(by=officer, service_areas=["shelter", "education"], title="Unsent")
    merge_terms(term=area("shelter"), into=area("education"), by=make_admin())
    merge_terms(term=TargetGroup.objects.get(slug="irregular_migrants"), into=other_group(), by=make_admin())
    client.force_login(officer)

    form = text_of(client, f"/en/submissions/{draft.uuid}/brief/")
    assert 'value="shelter"' not in form
    assert 'value="education" checked' in form
    sent = perform(draft, Action.SUBMIT, by=officer, version=draft.version)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    published = approve(submission=claimed, by=moderator, version=claimed.version, evidence_level="described").practice
    assert areas_of(published) == ["education"]
    assert published.versions.get().content["service_areas"] == ["education"]
    # The practice moved and is at the version that the change began from.
    claimed = perform(change, Action.CLAIM, by=moderator, version=change.version)
    approve(submission=claimed, by=moderator, version=claimed.version, evidence_level="described")
    live.refresh_from_db()
    assert (live.start_year, areas_of(live)) == (2021, ["education"])


def other_group():
    return TargetGroup.objects.exclude(slug="irregular_migrants").first()


def test_merged_term_is_no_difference_to_what_is_live(client):
    practice = make_practice(service_areas=["shelter"])
    change = make_sent_submission(by=make_member().user, practice=practice, summary={"en": "It is open all night."})
    into = ServiceArea.objects.exclude(slug="shelter").first()

    merge_terms(term=ServiceArea.objects.get(slug="shelter"), into=into, by=make_admin())

    client.force_login(change.submitter)
    rows = client.get(f"/en/submissions/{change.uuid}/changes/").context["comparisons"][0]["rows"]
    assert [str(row["label"]) for row in rows] == ["Summary"]
    assert shown_document(change)["service_areas"] == [into.slug]


def test_chains_are_never_made_and_rings_are_refused():
    make_terms()
    a, b, c = ServiceArea.objects.all()[:3]
    by = make_admin()
    merge_terms(term=a, into=b, by=by)
    merge_terms(term=b, into=c, by=by)

    a.refresh_from_db()
    assert a.merged_into == c
    for term, into in ((a, c), (c, a), (b, a), (c, c)):
        with pytest.raises(NotMergeableError):
            merge_terms(term=term, into=into, by=by)
    c.refresh_from_db()
    assert c.merged_into is None
    assert a.label_en in c.synonyms_en.splitlines()
    known = Vocabularies()
    document = documents.complete({"service_areas": [a.slug, c.slug, b.slug]})
    assert known.resolved(document)["service_areas"] == [c.slug]


def test_link_that_was_written_while_its_term_was_merged_counts_for_the_other(client):
    practice = make_practice(title="Beds by the river", service_areas=["shelter"])
    merge_terms(term=area("shelter"), into=area("education"), by=make_admin())
    # As a publication leaves it that read the vocabulary a moment before.
    practice.service_areas.set([area("shelter")])
    publish(make_document(title="Another"), by=None)
    facet_index._indexes.pop(str(connection.settings_dict["NAME"]), None)

    assert "Beds by the river" in text_of(client, "/en/practices/?area=education")
    assert "Beds by the river" in text_of(client, "/en/")
    assert Vocabularies().resolved(documents.read(practice))["service_areas"] == ["education"]


def test_types_of_locality_are_merged_with_their_cities(client):
    make_terms()
    city = make_city("ghent")
    first, second = Typology.objects.all()[:2]
    city.typologies.set([first, second])
    make_practice(title="Beds by the river", lead_city="ghent")

    assert consequences_of(first).cities == 1
    merge_terms(term=first, into=second, by=make_admin())

    assert list(city.typologies.all()) == [second]
    assert "Beds by the river" in text_of(client, f"/en/practices/?typology={first.slug}")


def test_duplicate_city_is_merged_with_everything_that_names_it(client):
    old = make_city("gaunt", country="BE", mail_domains=["gaunt.example", "stad.example"], population=12)
    new = make_city("ghent", mail_domains=["stad.example"])
    make_city("utrecht")
    officer = make_member(city=old).user
    led = make_practice(title="Beds by the river", lead_city="gaunt", other_cities=["ghent", "utrecht"])
    joined = make_practice(title="Bread for all", lead_city="ghent", other_cities=["gaunt"])
    other = make_practice(title="A bus at night", lead_city="utrecht", other_cities=["gaunt"])
    sent = make_sent_submission(by=officer, lead_city="gaunt", title="Sent")
    draft = make_submission(by=officer, lead_city="gaunt", title="Draft")
    nomination = Nomination.objects.create(title="A soup kitchen", text="Soup", language="en", city=old)
    adopted = Adaptation.objects.create(practice=other, city=old, text="Ours", language="en", by=officer)
    found = consequences_of(old)
    assert (found.practices, found.documents, found.people, found.submissions, found.nominations) == (3, 2, 1, 2, 1)

    merge_cities(city=old, into=new, by=make_admin())

    for relation in City._meta.related_objects:
        if relation.name != "merged":
            rows = relation.related_model._base_manager.filter(**{relation.field.name: old})
            assert not rows.exists(), relation.name
    for practice, lead, others in ((led, "ghent", ["utrecht"]), (joined, "ghent", []), (other, "utrecht", ["ghent"])):
        practice.refresh_from_db()
        assert practice.lead_city.slug == lead
        assert [city.slug for city in practice.other_cities.all()] == others
    new.refresh_from_db()
    assert new.mail_domains == ["stad.example", "gaunt.example"]
    assert new.population != 12
    assert speaks_for(officer, new)
    nomination.refresh_from_db()
    adopted.refresh_from_db()
    assert (nomination.city, adopted.city) == (new, new)
    # Links, filters, search, lists.
    assert client.get("/en/cities/gaunt/").headers["Location"] == "/en/cities/ghent/"
    assert client.get("/api/v1/cities/gaunt/?lang=nl").headers["Location"] == "/api/v1/cities/ghent/?lang=nl"
    for address in (
        "/en/practices/?city=gaunt",
        "/api/v1/practices/?city=gaunt",
        "/en/practices/?q=Gaunt",
        "/en/cities/ghent/",
    ):
        assert "Beds by the river" in text_of(client, address), address
    assert "/cities/gaunt/" not in text_of(client, "/en/cities/")
    assert "gaunt" not in text_of(client, "/api/v1/cities/")
    assert "Ghent" in text_of(client, f"/en/practices/{led.slug}/v1/")
    # What is on its way.
    client.force_login(officer)
    assert 'value="ghent" selected' in text_of(client, f"/en/submissions/{draft.uuid}/brief/")
    assert {submission.city for submission in Submission.objects.filter(pk__in=[sent.pk, draft.pk])} == {new}
    moderator = make_moderator()
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    published = approve(submission=claimed, by=moderator, version=claimed.version, evidence_level="described").practice
    assert published.lead_city == new
    assert published.confirmed_at is not None


def found_in(text):
    return [title for title in ("Quiet beds", "Whispered beds", "Silent beds", "Ended beds") if title in text]


def test_withheld_city_stays_withheld_after_the_merge(client):
    old, new = make_city("quillhaven", country="LU"), make_city("brindlemoor", country="LU")
    hidden = make_practice(title="Quiet beds", lead_city="quillhaven", city_withheld=True)
    make_practice(title="Whispered beds", lead_city="quillhaven", visibility="peers")
    make_practice(title="Silent beds", lead_city="quillhaven", visibility="moderators")
    gone = make_practice(title="Ended beds", lead_city="quillhaven")
    withdraw(gone, by=None, reason="Ended")
    # Words that nobody uses are answered with guesses, which are the same whatever lies behind.
    kept = ("/en/", "/api/v1/practices/?q=quillhaven", "/api/v1/practices/?q=brindlemoor")
    before = {address: text_of(client, address) for address in kept}

    merge_cities(city=old, into=new, by=make_admin())

    doors = (
        "/en/cities/brindlemoor/",
        "/en/practices/?city=quillhaven",
        "/en/practices/?city=brindlemoor",
        "/api/v1/practices/?city=quillhaven",
        "/en/practices/?country=LU",
        "/api/v1/suggest/?q=quill",
        "/api/v1/suggest/?q=brindle",
    )
    for address in doors:
        text = text_of(client, address)
        for title in ("Quiet beds", "Whispered beds", "Silent beds", "Ended beds"):
            assert title not in text, address
    for address in (
        "/en/practices/",
        f"/en/practices/{hidden.slug}/",
        "/en/practices/export.jsonl",
        "/en/practices/feed.atom",
    ):
        text = text_of(client, address).casefold()
        assert "quiet beds" in text
        assert "quillhaven" not in text
        assert "brindlemoor" not in text
    for address in kept:
        assert found_in(text_of(client, address)) == found_in(before[address]), address
    assert '"practices":0' in text_of(client, "/api/v1/cities/brindlemoor/").replace(" ", "")
    assert Practice.objects.get(pk=hidden.pk).city_withheld
    assert Practice.objects.get(pk=gone.pk).withdrawn_at <= timezone.now()


def test_page_of_a_merge_shows_figures_and_is_for_administrators(client):
    make_practice(service_areas=["shelter"])
    make_submission(service_areas=["shelter"], title="Secret draft")
    old, new = area("shelter"), area("education")
    address = reverse("admin:practices_servicearea_merge", args=[old.pk])
    town = make_city("gaunt")
    city_address = reverse("admin:cities_city_merge", args=[town.pk])

    client.force_login(make_moderator())
    assert [client.post(one, {"into": new.slug}).status_code for one in (address, city_address)] == [403, 403]
    client.force_login(make_user())
    assert client.get(address).status_code == 302
    client.force_login(make_admin())
    assert "Merge into another" in text_of(client, reverse("admin:practices_servicearea_change", args=[old.pk]))
    assert "Show what would happen" in text_of(client, address)
    page = text_of(client, f"{address}?into=education")
    assert f"Merge “{old}” into “{new}”" in page
    assert "Secret draft" not in page
    assert client.get(f"{address}?into=education").context["found"].practices == 1
    assert client.get(f"{address}?into=education").context["found"].documents == 1
    old.refresh_from_db()
    assert old.merged_into is None
    assert "Select a valid choice" in client.post(address, {"into": "shelter"}).content.decode()
    done = client.post(address, {"into": "education"}, follow=True)
    assert "is part of" in str(next(iter(done.context["messages"])))
    twice = client.post(address, {"into": "education"}, follow=True)
    assert "was merged already" in str(next(iter(twice.context["messages"])))
    assert "Merge into another" not in twice.content.decode()
    assert client.get(f"{city_address}?into=ghent").status_code == 200
    client.post(city_address, {"into": "ghent"})
    town.refresh_from_db()
    assert town.merged_into.slug == "ghent"
    listed = text_of(client, reverse("admin:cities_city_changelist"))
    assert ">Gaunt<" not in listed


def test_a_target_that_was_merged_since_the_page_was_made_is_told(client, monkeypatch):
    make_terms()
    colleague, slower = make_admin(), make_admin()

    def after_a_colleague(*, term, into, by):
        merge_terms(term=area("education"), into=area("healthcare"), by=colleague)
        return merge_terms(term=term, into=into, by=by)

    monkeypatch.setattr(uniting_admin, "merge_terms", after_a_colleague)
    client.force_login(slower)
    address = reverse("admin:practices_servicearea_merge", args=[area("shelter").pk])

    page = client.post(address, {"into": "education"}, follow=True)

    assert page.redirect_chain == [(address, 302)]
    assert f"“{area('education')}” was merged already. Nothing was changed." in page.content.decode()
    assert area("shelter").merged_into is None


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_merge_both_ways_at_once_make_no_ring():
    make_terms()
    first, second = make_admin(), make_admin()
    start = threading.Barrier(2)
    outcomes = []

    def run(term, into, by):
        try:
            start.wait(timeout=20)
            merge_terms(term=area(term), into=area(into), by=by)
        except NotMergeableError:
            outcomes.append("told")
        else:
            outcomes.append("merged")
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=("shelter", "education", first)),
        threading.Thread(target=run, args=("education", "shelter", second)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["merged", "told"]
    assert ServiceArea.objects.exclude(merged_into=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_moderators_who_decide_at_once_one_wins():
    membership = request_membership(user=make_user(), city=make_city())
    seen, moderators = membership.events.get().pk, [make_moderator(), make_moderator()]
    start = threading.Barrier(2)
    outcomes = []

    def run(act, by, **words):
        try:
            start.wait(timeout=20)
            act(membership=Membership.objects.get(pk=membership.pk), by=by, seen=seen, **words)
        except DecidedMeanwhileError:
            outcomes.append("told")
        else:
            outcomes.append("done")
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(verify_membership, moderators[0]), kwargs={"evidence": "A call"}),
        threading.Thread(target=run, args=(refuse_membership, moderators[1]), kwargs={"reason": "Unknown there"}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "told"]
    assert membership.events.count() == 2
