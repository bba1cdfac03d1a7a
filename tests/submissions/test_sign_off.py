"""The agreement of somebody without an account: the exact text, one answer, and no link that works for long."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from practices.content import Section
from submissions.choices import Act, Action, Answer
from submissions.models import Invitation, Submission
from submissions.services import NotAllowedError, digest_of, perform, save_section
from submissions.services.invitations import take_back
from submissions.services.sign_off import answer_sign_off, ask_for_sign_off, sign_offs_of
from tests.factories import make_moderator, make_sent_submission, make_submission, make_user

RACERS = 6
LINK = re.compile(r"/(\w\w)/sign-off/([\w-]{43})/")
TEXTS = {
    "title": {"nl": "Nachtopvang Xanadukrypt", "fr": "Accueil de nuit Xanadukrypt"},
    "summary": {"nl": "Bedden voor één nacht.", "fr": "Des lits pour une nuit."},
}


def bilingual(**more):
    return make_submission(original_language="nl", **TEXTS, **more)


def asked(submission, email="mayor@city.example", note=""):
    """The token of a link that was sent."""
    ask_for_sign_off(submission, by=submission.submitter, email=email, note=note)
    return LINK.search(OutgoingMail.objects.filter(recipient=email).first().body)[2]


def page(token):
    return reverse("sign-off", args=[token])


def rewrite(submission, **values):
    """Save other answers in the first section, as the form does."""
    return save_section(
        submission, by=submission.submitter, section=Section.BRIEF, values=values,
        base=digest_of(submission, Section.BRIEF),
    )  # fmt: skip


@pytest.mark.django_db
def test_superior_reads_the_text_as_it_was_sent_and_agrees(client):
    draft = bilingual(contact="shelter@city.example")
    token = asked(draft, note="Before Friday, please.")
    mail = OutgoingMail.objects.get()
    assert (mail.language, mail.secret, "Before Friday, please." in mail.body) == ("nl", True, True)
    rewrite(draft, title={"nl": "Changed afterwards"})

    answer = client.get(page(token))
    text = answer.content.decode()
    done = client.post(page(token), {"answer": "approved", "comment": ""}, follow=True)

    for shown in [*TEXTS["title"].values(), *TEXTS["summary"].values(), "shelter@city.example"]:
        assert shown in text
    assert "Changed afterwards" not in text
    assert done.status_code == 200
    assert "Xanadukrypt" not in done.content.decode()
    stored = Invitation.objects.get()
    assert (stored.answer, stored.comment) == (Answer.APPROVED, "")
    assert list(draft.events.values_list("action", "by")) == [
        (Act.SIGN_OFF_ASKED, draft.submitter.pk),
        (Act.SIGNED_OFF, None),
    ]
    told = OutgoingMail.objects.first()
    assert (told.recipient, "mayor@city.example" in told.body) == (draft.submitter.email, True)


@pytest.mark.django_db
def test_page_is_kept_by_nobody(client):
    token = asked(bilingual())

    for answer in (client.get(page(token)), client.get(page("never-given-out"))):
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "strict-origin"


def made_old(token):
    then = timezone.now() - timedelta(days=31)
    Invitation.objects.update(created_at=then, expires_at=then + timedelta(days=30))


def made_answered(token):
    answer_sign_off(token, answer=Answer.APPROVED)


def made_taken_back(token):
    invitation = Invitation.objects.get()
    take_back(invitation, by=invitation.submission.submitter)


def made_pointless(token):
    submission = Submission.objects.get()
    perform(submission, Action.WITHDRAW, by=submission.submitter, version=submission.version)


@pytest.mark.django_db
@pytest.mark.parametrize("end", [made_old, made_answered, made_taken_back, made_pointless])
def test_link_that_is_over_looks_like_one_that_never_was(client, end):
    token = asked(bilingual())
    never = client.get(page("never-given-out"))

    end(token)
    before = Invitation.objects.values("answer", "comment").get()

    for answer in (client.get(page(token)), client.post(page(token), {"answer": "refused", "comment": "No"})):
        assert answer.status_code == never.status_code == 404
        assert answer.content.decode().replace(token, "never-given-out") == never.content.decode()
        assert "Xanadukrypt" not in answer.content.decode()
    assert Invitation.objects.values("answer", "comment").get() == before


@pytest.mark.django_db
def test_link_to_write_along_is_no_link_to_sign_off(client):
    draft = bilingual()
    token = asked(draft)
    client.force_login(make_user("mayor@city.example"))

    assert client.get(reverse("invitation", args=[token])).status_code == 404
    assert not draft.co_editors.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "%00", "a" * 3000, "..%2f..", "𝟘" * 43, "-" * 43, "' OR 1=1 --"])
def test_hostile_tokens_are_links_that_never_were(client, token):
    asked(bilingual())

    answer = client.get(f"/en/sign-off/{token}/")

    assert answer.status_code == 404
    assert "Xanadukrypt" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "answer"),
        ({"answer": "published"}, "answer"),
        ({"answer": "refused", "comment": "  "}, "comment"),
        ({"answer": "commented"}, "comment"),
        ({"answer": "approved", "comment": "x" * 4001}, "comment"),
        ({"answer": "approved", "comment": "a\x00b"}, "comment"),
    ],
)
def test_incomplete_answer_is_told_at_its_field_and_uses_nothing(client, typed, field):
    token = asked(bilingual())

    answer = client.post(page(token), typed)

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert Invitation.objects.get().used_at is None
    assert client.post(page(token), {"answer": "commented", "comment": "Good"}).status_code == 302


@pytest.mark.django_db
def test_many_looks_from_one_network_are_stopped(client, monkeypatch):
    monkeypatch.setattr("submissions.views.links.MOST_LOOKS_AN_HOUR", 5)
    token = asked(bilingual())

    codes = [client.get(page("guess")).status_code for _look in range(5)]

    assert set(codes) == {404}
    late = client.get(page(token))
    assert late.status_code == 429
    assert "Xanadukrypt" not in late.content.decode()


@pytest.mark.django_db
def test_officer_and_moderator_see_the_answer_and_that_the_text_changed(client, settings):
    settings.CMISE_DEMO = True
    draft = bilingual()
    token = asked(draft)
    answer_sign_off(token, answer=Answer.COMMENTED, comment="Say <b>who</b> pays.")
    assert [entry.changed for entry in sign_offs_of(draft)] == [False]
    changed = rewrite(draft, title={**TEXTS["title"], "nl": "Nachtopvang en meer"})
    sent = perform(changed, Action.SUBMIT, by=draft.submitter, version=changed.version)
    pages = []
    client.force_login(draft.submitter)
    pages.append(client.get(sent.get_absolute_url()).content.decode())
    pages.append(client.get(reverse("submission-people", args=[sent.uuid])).content.decode())
    client.force_login(make_moderator())
    pages.append(client.get(reverse("admin:submissions_submission_change", args=[sent.pk])).content.decode())

    for text in pages:
        assert "mayor@city.example" in text
        assert "Say &lt;b&gt;who&lt;/b&gt; pays." in text
        assert "The text was changed since." in text


@pytest.mark.django_db
def test_only_editors_ask():
    sent = make_sent_submission()

    for stranger in (make_user(), make_moderator()):
        with pytest.raises(NotAllowedError):
            ask_for_sign_off(sent, by=stranger, email="mayor@city.example")

    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_co_editor_who_asked_is_told_too():
    draft, colleague = bilingual(), make_user()
    draft.co_editors.add(colleague)
    ask_for_sign_off(draft, by=colleague, email="mayor@city.example")
    token = LINK.search(OutgoingMail.objects.get().body)[2]
    OutgoingMail.objects.all().delete()

    answer_sign_off(token, answer=Answer.REFUSED, comment="No")

    assert set(OutgoingMail.objects.values_list("recipient", flat=True)) == {colleague.email, draft.submitter.email}


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one():
    token = asked(bilingual())
    barrier, outcomes = threading.Barrier(RACERS), []

    def press(number):
        try:
            barrier.wait()
            answer_sign_off(token, answer=Answer.COMMENTED, comment=f"Comment {number}")
            outcomes.append(number)
        except NotAllowedError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[number]) for number in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 1
    assert Invitation.objects.get().comment == f"Comment {outcomes[0]}"
    assert OutgoingMail.objects.filter(recipient=Submission.objects.get().submitter.email).count() == 1
