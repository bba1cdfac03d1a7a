"""Translating a published practice: only that language's texts change, and only from the original as it stands."""

import pytest
from django.test import Client
from django.urls import reverse

from cities.models import Membership
from practices.choices import Provenance
from practices.document import read
from practices.models import Practice
from practices.services import OutdatedError, publish
from submissions.choices import Action, Kind
from submissions.models import Submission
from submissions.services import perform
from tests.factories import make_city, make_member, make_moderator, make_practice, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    return make_practice(
        slug="night-bus",
        title={"en": "Night bus", "de": "Bus der Nacht", "fr": "Bus de nuit"},
        summary={"en": "It runs at night.", "de": "Er fährt.", "fr": "Il roule."},
        funding={"en": "The mayor's purse"},
        provenance={"en": "original", "de": "machine", "fr": "human"},
        peers_only=["funding"],
        contact="A mailbox",
    )


@pytest.fixture
def translator():
    return make_member(city=make_city("utrecht")).user


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def begin(user, language="de"):
    response = client_of(user).post("/en/practices/night-bus/translate/", {"to": language})
    assert response.status_code == 302
    return Submission.objects.get(kind=Kind.TRANSLATION, submitter=user)


def address(submission):
    return f"/en/submissions/{submission.uuid}/translation/"


def write(submission, **texts):
    client = client_of(submission.submitter)
    page = client.get(address(submission))
    form = page.context["form"]
    typed = {name: form[name].initial or "" for name in form.fields}
    response = client.post(address(submission), {**typed, **texts, "base": page.context["base"], "continue": "1"})
    submission.refresh_from_db()
    return response


def sent(submission):
    return perform(submission, Action.SUBMIT, by=submission.submitter, version=submission.version)


def approved(submission):
    moderator = make_moderator()
    for action in (Action.CLAIM, Action.APPROVE):
        submission = perform(submission, action, by=moderator, version=submission.version)
    return Practice.objects.get(pk=submission.practice_id)


@pytest.mark.usefixtures("practice")
def test_the_way_of_a_translation(translator):
    submission = begin(translator)
    page = client_of(translator).get(address(submission)).content.decode()
    assert "It runs at night." in page
    assert "Original in English" in page
    assert 'lang="de"' in page
    assert 'name="lead_city"' not in page

    response = write(submission, title="Nachtbus", summary="Er fährt nachts.", funding="Die Kasse")
    assert response.url == reverse("submission-check", args=[submission.uuid])
    assert client_of(translator).get(response.url).status_code == 200
    before = read(Practice.objects.get(slug="night-bus"))
    practice = approved(sent(submission))

    after = read(practice)
    assert (after["title"]["de"], after["summary"]["de"]) == ("Nachtbus", "Er fährt nachts.")
    assert practice.texts.get(language="de").provenance == Provenance.HUMAN
    # What colleagues alone may read stays theirs in every language.
    assert after["funding"] == {"en": "The mayor's purse", "de": "Die Kasse"}
    assert practice.funding_de == ""
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"title", "summary", "funding", "provenance"}
    assert after["title"]["fr"] == before["title"]["fr"]
    assert practice.current_version == 2
    # Somebody else's translation is no word of the city.
    assert practice.confirmed_at is None


@pytest.mark.usefixtures("practice")
def test_a_translator_asks_for_no_city(translator):
    submission = begin(translator)
    write(submission, title="Nachtbus")

    sent(submission)

    assert not Membership.objects.filter(user=translator, city__slug="ghent").exists()


def test_an_old_translation_that_is_still_right_is_old_no_more(practice, translator):
    publish({**read(practice), "summary": {**read(practice)["summary"], "en": "It runs."}}, by=None, practice=practice)
    assert practice.texts.get(language="de").stale
    submission = begin(translator)
    write(submission)

    practice = approved(sent(submission))

    assert not practice.texts.get(language="de").stale
    assert practice.texts.get(language="fr").stale


def test_a_change_of_the_original_is_told_and_taken_over(practice, translator):
    submission = begin(translator)
    write(submission, title="Nachtbus", summary="Er fährt nachts.")
    live = read(practice)
    publish(
        {**live, "summary": {**live["summary"], "en": "It runs at noon."}, "start_year": 2001},
        by=None,
        practice=practice,
    )

    page = client_of(translator).get(address(submission)).content.decode()
    assert "It runs at noon." in page
    assert "The original has changed since you began." in page
    write(submission, summary="Er fährt mittags.")
    practice = approved(sent(submission))

    after = read(practice)
    assert after["summary"]["en"] == "It runs at noon."
    assert after["summary"]["de"] == "Er fährt mittags."
    assert after["start_year"] == 2001


def test_a_translation_of_what_is_no_longer_said_is_not_published(practice, translator):
    submission = begin(translator)
    write(submission, title="Nachtbus")
    submission = sent(submission)
    live = read(practice)
    publish({**live, "title": {**live["title"], "en": "Noon bus"}}, by=None, practice=practice)

    with pytest.raises(OutdatedError):
        approved(submission)

    assert Practice.objects.get(pk=practice.pk).title_de == "Bus der Nacht"


def test_a_change_elsewhere_does_not_keep_a_translation_back(practice, translator):
    submission = begin(translator)
    write(submission, title="Nachtbus")
    submission = sent(submission)
    publish({**read(practice), "start_year": 2001}, by=None, practice=practice)

    practice = approved(submission)

    assert (practice.title_de, practice.start_year) == ("Nachtbus", 2001)


@pytest.mark.usefixtures("practice")
def test_it_is_sent_with_a_title(translator):
    submission = begin(translator, "el")
    write(submission, summary="Περνά τη νύχτα.")

    page = client_of(translator).get(f"/en/submissions/{submission.uuid}/check/").content.decode()

    assert "Give the practice a title." in page


@pytest.mark.usefixtures("practice")
def test_other_pages_of_the_form_lead_to_the_translation(translator):
    submission = begin(translator)
    client = client_of(translator)

    for section in ("brief", "sharing", "short"):
        response = client.get(f"/en/submissions/{submission.uuid}/{section}/")
        assert response.url == address(submission)
    assert client.get(f"/en/submissions/{submission.uuid}/").status_code == 200


@pytest.mark.usefixtures("practice")
def test_what_other_pages_would_save_is_never_published(translator):
    submission = begin(translator)
    write(submission, title="Nachtbus")
    Submission.objects.filter(pk=submission.pk).update(content={**submission.content, "start_year": 1999})
    submission = sent(Submission.objects.get(pk=submission.pk))
    Submission.objects.filter(pk=submission.pk).update(content={**submission.content, "start_year": 1999})

    practice = approved(Submission.objects.get(pk=submission.pk))

    assert practice.start_year is None


def test_a_new_draft_has_no_translation_page():
    user = make_user()
    client = client_of(user)
    client.post("/en/submit/", {"language": "en", "depth": "full"})
    submission = Submission.objects.get(submitter=user)

    assert client.get(address(submission)).status_code == 404


@pytest.mark.usefixtures("practice")
def test_two_presses_begin_one(translator):
    begin(translator)
    begin(translator)

    assert Submission.objects.filter(kind=Kind.TRANSLATION).count() == 1


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize("language", ["en", "xx", ""])
def test_only_another_language_can_be_chosen(translator, language):
    response = client_of(translator).post("/en/practices/night-bus/translate/", {"to": language})

    assert response.status_code == 400
    assert not Submission.objects.exists()


@pytest.mark.usefixtures("practice")
def test_only_verified_officers_translate():
    client = client_of(make_user())

    assert client.get("/en/practices/night-bus/translate/").url == "/en/practices/night-bus/"
    assert client.post("/en/practices/night-bus/translate/", {"to": "de"}).url == "/en/practices/night-bus/"
    assert not Submission.objects.exists()
    assert "translate/" not in client.get("/en/practices/night-bus/").content.decode()


def test_the_practice_offers_it_to_officers(practice, translator):
    assert (
        "/en/practices/night-bus/translate/" in client_of(translator).get(practice.get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize("loss", ["membership", "visibility"])
def test_who_may_no_longer_read_the_practice_learns_nothing_new(practice, translator, loss):
    """The draft stays theirs, with what they began from."""
    submission = begin(translator)
    write(submission, title="Nachtbus")
    live = read(practice)
    hidden = {
        "summary": {**live["summary"], "en": "Xanadukrypt."},
        "contact": "Xanadukrypt",
        "funding": {"en": "Xanadukrypt"},
    }
    if loss == "visibility":
        hidden["visibility"] = "moderators"
    else:
        Membership.objects.filter(user=translator).delete()
    publish({**live, **hidden}, by=None, practice=practice)
    client = client_of(translator)

    submission = sent(submission)
    submission = perform(submission, Action.CLAIM, by=(moderator := make_moderator()), version=submission.version)
    perform(submission, Action.REQUEST_CHANGES, by=moderator, version=submission.version, note="Please.")

    pages = ["translation/", "preview/", "preview/?as=peer", "check/", ""]
    bodies = [client.get(f"/en/submissions/{submission.uuid}/{page}") for page in pages]
    assert [body.status_code for body in bodies] == [200] * len(pages)
    assert "Nachtbus" in bodies[0].content.decode()
    assert not any("Xanadukrypt" in body.content.decode() for body in bodies)


@pytest.mark.usefixtures("practice")
def test_the_form_asks_only_for_what_the_original_says(translator):
    submission = begin(translator)
    content = client_of(translator).get(address(submission)).content.decode()

    assert 'name="summary"' in content
    assert 'name="challenges"' not in content
    assert 'name="unknown"' not in content
    assert 'name="full"' not in content
