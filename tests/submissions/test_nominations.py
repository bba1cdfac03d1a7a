"""Practices that somebody else names: who may send the form, what the city decides, and that nothing becomes public."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from practices.models import Practice
from submissions import guard
from submissions.choices import Action, NominationStatus
from submissions.models import Nomination, Submission
from submissions.services import NotAllowedError, perform
from submissions.services.nominations import (
    AlreadyAnsweredError,
    ask_city,
    claim_nomination,
    decline_nomination,
    nominate,
    refuse_nomination,
)
from submissions.views.links import MOST_LOOKS_AN_HOUR
from submissions.views.nominate import MOST_A_DAY, MOST_A_DAY_WITHOUT_PROOF
from tests.factories import make_city, make_moderator, make_terms, make_user

pytestmark = pytest.mark.django_db
FORM = "/en/nominate/"
CITY_ADDRESS = "welfare@town-hall.example"


@pytest.fixture(autouse=True)
def _easy_calculation(monkeypatch):
    """Eight bits instead of seventeen: the rule is the same, and tests are not about computing."""
    monkeypatch.setattr(guard, "BITS", 8)


def challenge_of(age=60):
    """A challenge that was given out so many seconds ago."""
    given = int((timezone.now() - timedelta(seconds=age)).timestamp())
    return guard.signer.sign(f"nonce{next(challenge_numbers)}.{given}")


challenge_numbers = count()


def proof_of(challenge):
    """As the script in the browser finds it, written from the description and not with `guard.is_solved`."""
    for number in count():
        if hashlib.sha256(f"{challenge}:{number}".encode()).digest()[0] == 0:
            return str(number)
    raise AssertionError


def wrong_proof_of(challenge):
    return next(str(n) for n in count() if hashlib.sha256(f"{challenge}:{n}".encode()).digest()[0] != 0)


def answers(*, solved=True, age=60, **changes):
    challenge = changes.pop("challenge", None) or challenge_of(age)
    return {
        "title": "Nachtopvang <b>zonder</b> vragen",
        "text": "De stad opent bedden.\nNiemand vraagt naar papieren.",
        "city": "",
        "city_name": "Leuven, Belgium",
        "url": "https://leuven.example/nacht",
        "language": "nl",
        "email": "",
        "website": "",
        "challenge": challenge,
        "proof": proof_of(challenge) if solved else "",
        **changes,
    }


def make_nomination(**changes):
    values = {"title": "Nachtopvang", "text": "De stad opent bedden.", "language": "nl", "city": make_city("ghent")}
    made, _new = nominate(
        **{"uuid": guard.uuid_of(challenge_of()), "url": "https://ghent.example/", **values, **changes}
    )
    return made


def ask(nomination, by=None, language="nl"):
    """The link that the city gets, without host and language."""
    city = nomination.city or make_city("ghent")
    url = ask_city(nomination, by=by or make_moderator(), city=city, email=CITY_ADDRESS, language=language)
    return url.rstrip("/").rsplit("/", 1)[1]


def page(token, language="en"):
    return f"/{language}/nominations/{token}/"


# --- The form ---------------------------------------------------------------------------------------------------------


def test_anyone_nominates_without_an_account(client):
    assert client.get(FORM).status_code == 200

    answer = client.post(FORM, answers(email="reader@home.example"), follow=True)

    assert "your nomination arrived" in answer.content.decode()
    nomination = Nomination.objects.get()
    assert (nomination.status, nomination.city, nomination.city_name) == ("waiting", None, "Leuven, Belgium")
    assert (nomination.nominator, nomination.nominator_email) == (None, "reader@home.example")
    assert nomination.text == "De stad opent bedden.\r\nNiemand vraagt naar papieren.".replace("\r", "")
    assert not OutgoingMail.objects.exists()
    assert not answer.cookies.get("session")


def test_chosen_city_counts_before_a_typed_one(client):
    make_city("utrecht")

    client.post(FORM, answers(city="utrecht"))

    nomination = Nomination.objects.get()
    assert (nomination.city.slug, nomination.city_name) == ("utrecht", "")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": " "}, "Write in a few words what it is."),
        ({"text": ""}, "Write what the city does."),
        ({"text": "x" * 3001}, "3000"),
        ({"text": "NUL \x00 here"}, "Null characters are not allowed."),
        ({"city_name": ""}, "Choose the city, or write its name below."),
        ({"city": "atlantis"}, "atlantis"),
        ({"url": "not an address"}, "Write a whole web address"),
        ({"url": "javascript:alert(1)"}, "Write a whole web address"),
        ({"email": "nobody"}, "Write an address such as"),
        ({"language": "xx"}, "xx"),
        ({"website": "https://spam.example"}, "it is there to catch programs"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_stays(client, change, message):
    typed = answers(**change)

    answer = client.post(FORM, typed)

    html = answer.content.decode()
    assert answer.status_code == 200
    assert message in html
    assert ("Niemand vraagt naar papieren." in html) == ("text" not in change)
    assert not Nomination.objects.exists()


def test_page_that_stood_open_too_long_is_sent_once_more(client):
    late = answers(age=guard.LATEST.total_seconds() + 60)

    answer = client.post(FORM, late)

    assert "please send it once more" in answer.content.decode()
    assert "Niemand vraagt" in answer.content.decode()
    fresh = answer.context["form"]["challenge"].value()
    assert guard.age_of(fresh) is not None
    assert not Nomination.objects.exists()


@pytest.mark.parametrize("challenge", ["", "made up", "nonce.1795331000:forged-signature"])
def test_challenge_of_ones_own_making_is_worth_nothing(client, challenge):
    client.post(FORM, answers(challenge=challenge or "x") | {"challenge": challenge})

    assert not Nomination.objects.exists()


def test_form_that_is_sent_at_once_waits(client):
    quick = answers(age=1)

    assert "That was very quick" in client.post(FORM, quick).content.decode()
    assert not Nomination.objects.exists()


def test_without_the_calculation_a_question_stands_in(client):
    typed = answers(solved=False)

    asked = client.post(FORM, typed)

    first, second = guard.question_of(typed["challenge"])
    assert f"How much is {first} plus {second}?" in asked.content.decode()
    assert "Niemand vraagt" in asked.content.decode()
    wrong = client.post(FORM, typed | {"answer": str(first + second + 1)})
    assert "That is not the sum." in wrong.content.decode()
    assert not Nomination.objects.exists()
    client.post(FORM, typed | {"answer": f" {first + second} "})
    assert Nomination.objects.count() == 1


@pytest.mark.parametrize("proof", ["-1", "1e3", "٣", "99999999999999999999"])
def test_wrong_number_is_no_proof(client, proof):
    challenge = challenge_of()

    client.post(FORM, answers(challenge=challenge, proof=proof))
    client.post(FORM, answers(challenge=challenge, proof=wrong_proof_of(challenge)))

    assert not Nomination.objects.exists()


def test_double_press_is_one_nomination(client):
    typed = answers()

    assert client.post(FORM, typed).status_code == client.post(FORM, typed).status_code == 302
    assert Nomination.objects.count() == 1


def test_page_taken_back_and_rewritten_is_not_swallowed(client):
    typed = answers()
    client.post(FORM, typed)

    again = client.post(FORM, typed | {"title": "Something else"})

    assert "To send this one too" in again.content.decode()
    assert "Something else" in again.content.decode()
    assert Nomination.objects.get().title == typed["title"]


@pytest.mark.parametrize(("solved", "most"), [(True, MOST_A_DAY), (False, MOST_A_DAY_WITHOUT_PROOF)])
def test_so_many_a_day_from_one_network(client, solved, most):
    def send(address):
        typed = answers(solved=solved)
        typed["answer"] = str(sum(guard.question_of(typed["challenge"])))
        return client.post(FORM, typed, REMOTE_ADDR=address)

    sent = [send("192.0.2.1").status_code for _number in range(most)]
    refused = send("192.0.2.1")

    assert set(sent) == {302}
    assert refused.status_code == 429
    assert "Niemand vraagt" in refused.content.decode()
    assert Nomination.objects.count() == most
    assert send("192.0.2.2").status_code == 302


def test_addresses_of_one_household_count_together(client):
    codes = [
        client.post(FORM, answers(), REMOTE_ADDR=f"2001:db8:1:1::{number}").status_code
        for number in range(MOST_A_DAY + 1)
    ]

    assert codes == [302] * MOST_A_DAY + [429]


def test_no_network_address_is_kept(client):
    client.post(FORM, answers(), REMOTE_ADDR="192.0.2.77")

    assert not [key for key in cache._cache if "192.0.2.77" in key]


# --- The moderators ---------------------------------------------------------------------------------------------------


def test_city_is_asked_in_its_language_by_a_link_that_only_the_mail_has(client):
    nomination = make_nomination(title="Bed, bad & brood")

    token = ask(nomination, language="nl")

    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.language, mail.secret) == (CITY_ADDRESS, "nl", True)
    assert f"/nl/nominations/{token}/" in mail.body
    assert "Bed, bad & brood" in mail.body
    nomination.refresh_from_db()
    assert (nomination.status, nomination.digest) == ("asked", hashlib.sha256(token.encode()).hexdigest())
    assert nomination.expires_at - nomination.asked_at == timedelta(days=60)
    assert token not in str(Nomination.objects.values().get())


def test_only_moderators_ask_and_refuse():
    nomination, anyone = make_nomination(), make_user()

    with pytest.raises(NotAllowedError):
        ask(nomination, by=anyone)
    with pytest.raises(NotAllowedError):
        refuse_nomination(nomination, by=anyone, reason="No")

    assert Nomination.objects.get().status == NominationStatus.WAITING


def test_new_link_ends_the_old_one(client):
    nomination = make_nomination()
    old, new = ask(nomination), ask(nomination)

    assert client.get(page(old)).status_code == 404
    assert client.get(page(new)).status_code == 200


def test_refusal_ends_the_link_and_is_told_once(client):
    nomination = make_nomination(email="reader@home.example")
    token = ask(nomination)
    OutgoingMail.objects.all().delete()

    refuse_nomination(nomination, by=make_moderator(), reason="It is in the registry already.")

    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.language) == ("reader@home.example", "nl")
    assert "It is in the registry already." in mail.body
    assert Nomination.objects.get().nominator_email == ""
    assert client.get(page(token)).status_code == 404
    with pytest.raises(AlreadyAnsweredError):
        ask(nomination)


# --- The city ---------------------------------------------------------------------------------------------------------


def test_page_of_the_link_is_kept_by_nobody(client):
    token = ask(make_nomination())

    answer = client.get(page(token, "nl"))

    assert 'lang="nl" dir="auto">Nachtopvang<' in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "strict-origin"
    assert "Disallow: /*/nominations/" in client.get("/robots.txt").content.decode()


def test_looking_changes_nothing(client):
    token = ask(make_nomination())
    for _time in range(2):
        client.get(page(token))
        client.head(page(token))

    assert Nomination.objects.get().status == NominationStatus.ASKED
    assert not Submission.objects.exists()


@pytest.mark.parametrize("link", ["never-given-out", "x" * 300, "%00", "é"])
def test_unknown_link_is_not_found(client, link):
    make_nomination()

    assert client.get(page(link)).status_code == 404


def test_nobody_tries_many_links(client):
    codes = [client.get(page(f"guess-{number}")).status_code for number in range(MOST_LOOKS_AN_HOUR + 1)]

    assert codes[:-1] == [404] * MOST_LOOKS_AN_HOUR
    assert codes[-1] == 429


def test_link_runs_out(client):
    token = ask(make_nomination())
    past = timezone.now() - timedelta(days=61)
    Nomination.objects.update(asked_at=past, expires_at=past + timedelta(days=60))
    client.force_login(make_user())

    assert client.get(page(token)).status_code == 404
    assert client.post(page(token), {"claim": "1"}).status_code == 404
    with pytest.raises(AlreadyAnsweredError):
        claim_nomination(token, by=make_user())
    with pytest.raises(AlreadyAnsweredError):
        decline_nomination(token)
    assert not Submission.objects.exists()


def test_whoever_takes_it_up_signs_in_first(client):
    token = ask(make_nomination())

    answer = client.post(page(token), {"claim": "1"})

    assert answer["Location"] == f"{reverse('account_login')}?next={page(token)}"
    assert Nomination.objects.get().status == NominationStatus.ASKED


def test_city_takes_it_up_as_a_draft_of_its_own(client):
    make_terms()
    nomination = make_nomination(email="reader@home.example")
    token, officer = ask(nomination), make_user()
    OutgoingMail.objects.all().delete()
    client.force_login(officer)

    answer = client.post(page(token), {"claim": "1"})

    submission = Submission.objects.get()
    assert answer["Location"] == submission.get_absolute_url()
    assert (submission.submitter, submission.language, submission.status) == (officer, "nl", "draft")
    assert submission.content["title"] == {"nl": "Nachtopvang"}
    assert submission.content["summary"] == {"nl": "De stad opent bedden."}
    assert submission.content["lead_city"] == "ghent"
    assert submission.content["sources"] == [{"citation": "ghent.example", "url": "https://ghent.example/"}]
    nomination.refresh_from_db()
    assert (nomination.status, nomination.submission, nomination.nominator_email) == ("claimed", submission, "")
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, officer.email in mail.body) == ("reader@home.example", False)
    assert not officer.memberships.exists()

    submission.content = {**submission.content, "service_areas": ["shelter"]}
    submission.save()
    perform(submission, Action.SUBMIT, by=officer, version=submission.version)
    assert officer.memberships.get().city == nomination.city
    assert not officer.memberships.valid().exists()


def test_used_link_leads_its_user_to_the_draft_and_others_nowhere(client):
    token, officer = ask(make_nomination()), make_user()
    submission = claim_nomination(token, by=officer)

    stranger = client.get(page(token))
    assert stranger.status_code == 410
    assert "Nachtopvang" not in stranger.content.decode()
    assert str(submission.uuid) not in stranger.content.decode()
    client.force_login(officer)
    assert client.get(page(token))["Location"] == submission.get_absolute_url()


def test_city_declines_without_signing_in(client):
    token = ask(make_nomination(email="reader@home.example"))
    OutgoingMail.objects.all().delete()

    answer = client.post(page(token), {"decline": "1", "reason": "Ons college wil geen aandacht."}, follow=True)

    assert "The nomination is declined" in answer.content.decode()
    nomination = Nomination.objects.get()
    assert (nomination.status, nomination.reason) == ("declined", "Ons college wil geen aandacht.")
    mail = OutgoingMail.objects.get()
    assert mail.recipient == "reader@home.example"
    assert "aandacht" not in mail.body + mail.subject
    client.force_login(make_user())
    client.post(page(token), {"claim": "1"})
    assert not Submission.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_it_up_at_once_one_gets_it():
    token = ask(make_nomination())
    people = [make_user() for _number in range(8)]

    def take(user):
        try:
            claim_nomination(token, by=user)
        except AlreadyAnsweredError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, people))

    assert sum(taken) == 1
    assert Submission.objects.get().submitter == people[taken.index(True)]
    assert Nomination.objects.get().submission == Submission.objects.get()


def test_nothing_of_it_is_public(client):
    nomination = make_nomination(title="Xanadukrypt", text="Xanadukrypt", url="https://xanadukrypt.example/")
    claim_nomination(ask(nomination), by=make_user())

    pages = ["/en/practices/?q=xanadukrypt", "/api/v1/practices/?q=xanadukrypt", "/sitemap.xml", "/en/cities/ghent/"]

    assert not [address for address in pages if b"xanadukrypt." in client.get(address).content.lower()]
    assert not Practice.objects.all().exists()


# --- The desk ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client, settings):
    settings.CMISE_DEMO = True
    client.force_login(make_moderator())
    return client


def record(nomination, act="change"):
    return reverse(f"admin:submissions_nomination_{act}", args=[nomination.pk])


def test_desk_lists_what_is_open(desk):
    make_nomination(title="Waits")
    refuse_nomination(make_nomination(title="Gone"), by=make_moderator(), reason="No")

    html = desk.get(reverse("admin:submissions_nomination_changelist")).content.decode()

    assert "Waits" in html
    assert "Gone" not in html


def test_desk_asks_and_asks_again(desk):
    nomination = make_nomination()
    values = {"city": "ghent", "email": CITY_ADDRESS, "language": "nl"}
    assert desk.get(record(nomination)).context["ask"]["language"].value() == "nl"

    desk.post(record(nomination, "ask"), values)
    desk.post(record(nomination, "ask"), values)

    nomination.refresh_from_db()
    assert nomination.status == NominationStatus.ASKED
    assert [mail.recipient for mail in OutgoingMail.objects.all()] == [CITY_ADDRESS] * 2
    html = desk.get(record(nomination)).content.decode()
    assert "Send a new link" in html
    assert nomination.digest not in html


def test_desk_says_what_is_missing(desk):
    nomination = make_nomination()

    html = desk.post(record(nomination, "ask"), {"city": "", "email": "x", "language": "nl"}).content.decode()

    assert "Choose the city." in html
    assert not OutgoingMail.objects.exists()
    assert "Write the reason." in desk.post(record(nomination, "refuse"), {"reason": " "}).content.decode()


@pytest.mark.parametrize("act", ["change", "ask", "refuse"])
def test_desk_is_for_moderators(client, settings, act):
    settings.CMISE_DEMO = True
    nomination = make_nomination()
    client.force_login(make_user(is_staff=True))

    answer = client.post(record(nomination, act), {"city": "ghent", "email": CITY_ADDRESS, "language": "nl"})

    assert answer.status_code == 403
    assert Nomination.objects.get().status == NominationStatus.WAITING
