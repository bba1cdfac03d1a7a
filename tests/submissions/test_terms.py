"""Terms that officers miss: typed beside the boxes, read by moderators once sent, decided on once."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import OutgoingMail
from practices.models import ServiceArea
from submissions.choices import Action, Kind
from submissions.models import Submission, TermProposal
from submissions.services import approve, perform, start
from submissions.services.terms import DecidedAlreadyError, Seen, add_term, name_known, refuse_terms
from submissions.services.uniting import merge_terms
from tests.factories import (
    make_admin,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/submissions/termproposal/"
FIELDS = ("service_areas", "target_groups", "approaches")


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.CMISE_DEMO = True


def page_of(client, submission, section="brief"):
    return client.get(f"/en/submissions/{submission.uuid}/{section}/")


def answers_on(page, **changed):
    """What a browser sends of the page, with some boxes changed."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value not in (None, False)}
    values |= {box.name: box.text for box in form.others.values()}
    return values | {"base": page.context["base"]} | {f"other-{name}": text for name, text in changed.items()}


def messages_of(response):
    return " ".join(str(message) for message in response.context["messages"])


def propose(submission, text, *, vocabulary="service_areas", language="en"):
    """As it stands after the submission was sent."""
    return TermProposal.objects.create(
        submission=submission, vocabulary=vocabulary, text=text, language=language, proposed_at=submission.created_at
    )


def seen(*proposals):
    return [Seen(proposal.pk, proposal.text) for proposal in proposals]


@pytest.mark.parametrize(
    ("section", "vocabulary"),
    [
        ("brief", "service_areas"),
        ("access", "target_groups"),
        ("description", "approaches"),
        ("short", "target_groups"),
    ],
)
def test_box_is_saved_with_the_page_and_by_the_way(client, section, vocabulary):
    submission = make_submission()
    client.force_login(submission.submitter)
    address = f"/en/submissions/{submission.uuid}/{section}/"
    page = page_of(client, submission, section)
    assert f'name="other-{vocabulary}"' in page.content.decode()

    client.post(address, answers_on(page, **{vocabulary: "  Help with   letters "}))
    assert TermProposal.objects.get().text == "Help with letters"
    page = page_of(client, submission, section)
    assert 'value="Help with letters"' in page.content.decode()
    saved = client.post(f"{address}autosave/", answers_on(page, **{vocabulary: "Reading letters"})).json()
    assert saved["conflicts"] == []
    # The answer's base lets the same page go on.
    again = answers_on(page, **{vocabulary: "Reading and writing"}) | {"base": saved["base"]}
    assert client.post(f"{address}autosave/", again).json()["conflicts"] == []
    assert TermProposal.objects.get().text == "Reading and writing"
    again |= {f"other-{vocabulary}": "x" * 300, "base": page_of(client, submission, section).context["base"]}
    client.post(address, again)
    assert TermProposal.objects.get().text == "x" * 120
    client.post(address, answers_on(page_of(client, submission, section), **{vocabulary: ""}))
    assert not TermProposal.objects.exists()


def test_two_who_write_at_once_are_both_kept_until_one_chooses(client):
    submission, other = make_submission(), make_user()
    submission.co_editors.add(other)
    address = f"/en/submissions/{submission.uuid}/brief/"
    client.force_login(submission.submitter)
    page = page_of(client, submission)
    client.post(address, answers_on(page, service_areas="Letters"))
    client.force_login(other)

    clash = client.post(address, answers_on(page, service_areas="Post"))

    assert clash.status_code == 409
    text = clash.content.decode()
    assert 'value="Post"' in text
    assert "Letters" in text
    (conflict,) = clash.context["conflicts"]["service_areas"]
    assert TermProposal.objects.get().text == "Letters"
    chosen = answers_on(page, service_areas="Post") | {
        "base": clash.context["base"], "keep-other-service_areas": f"mine:{conflict.fingerprint}",
    }  # fmt: skip
    assert client.post(address, chosen).status_code == 302
    assert TermProposal.objects.get().text == "Post"
    # Whoever left the box alone takes nothing away.
    client.post(address, answers_on(page, service_areas=""))
    assert TermProposal.objects.get().text == "Post"


def test_typed_text_comes_back_after_a_lost_sign_in(client):
    submission = make_submission()
    client.force_login(submission.submitter)
    typed = answers_on(page_of(client, submission), service_areas="Letters")
    client.logout()
    client.post(f"/en/submissions/{submission.uuid}/brief/", typed)
    client.force_login(submission.submitter)

    assert 'value="Letters"' in page_of(client, submission).content.decode()


def test_proposal_is_no_part_of_the_document_and_shown_to_nobody_else(client):
    officer, moderator, colleague = make_member().user, make_moderator(), make_member().user
    draft = make_submission(by=officer)
    propose(draft, "Xanaduterm")
    stranger = make_user()
    for person, address, status in (
        (moderator, LIST + "?state=all", 200),
        (moderator, reverse("admin:submissions_termproposal_change", args=[TermProposal.objects.get().pk]), 302),
        (colleague, "/en/submissions/", 200),
        (stranger, f"/en/submissions/{draft.uuid}/brief/", 404),
        (officer, LIST, 302),
    ):
        client.force_login(person)
        response = client.get(address)
        assert response.status_code == status, address
        assert "Xanaduterm" not in response.content.decode(), address

    sent = perform(draft, Action.SUBMIT, by=officer, version=draft.version)
    assert "Xanaduterm" not in json.dumps([sent.content, sent.last_sent])
    client.force_login(moderator)
    assert "Xanaduterm" in client.get(LIST).content.decode()
    assert "Xanaduterm" in client.get(f"/admin/submissions/submission/{sent.pk}/change/").content.decode()
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    practice = approve(submission=claimed, by=moderator, version=claimed.version, evidence_level="described").practice
    for address in (
        f"/en/practices/{practice.slug}/",
        f"/api/v1/practices/{practice.slug}/",
        f"/api/v1/practices/{practice.slug}/versions/1/",
        "/en/practices/export.jsonl",
        "/en/practices/export.csv",
        "/api/v1/vocabularies/",
    ):
        client.force_login(colleague)
        response = client.get(address)
        text = b"".join(response).decode() if response.streaming else response.content.decode()
        assert "Xanaduterm" not in text, address


def test_what_is_typed_while_changes_are_asked_is_the_officers_until_sent(client):
    sent, moderator = make_sent_submission(), make_moderator()
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    asked = perform(claimed, Action.REQUEST_CHANGES, by=moderator, version=claimed.version, note="More, please")
    client.force_login(sent.submitter)
    client.post(f"/en/submissions/{sent.uuid}/brief/", answers_on(page_of(client, asked), service_areas="Letters"))
    proposal = TermProposal.objects.get()

    client.force_login(moderator)
    assert "Letters" not in client.get(f"{LIST}?state=all").content.decode()
    with pytest.raises(DecidedAlreadyError):
        refuse_terms(vocabulary="service_areas", seen=seen(proposal), by=moderator, reason="Not yet to be seen")
    asked.refresh_from_db()
    perform(asked, Action.SUBMIT, by=sent.submitter, version=asked.version)
    assert "Letters" in client.get(LIST).content.decode()


def test_new_term_is_offered_at_once_and_other_words_are_its_synonyms(client):
    first, second = make_sent_submission(), make_sent_submission(by=make_user(language="fr"))
    one, other = propose(first, "Help with letters"), propose(second, "Aide au courrier", language="fr")
    administrator = make_admin()

    labels = {"en": "Help with letters", "nl": "Hulp bij brieven"}
    add = {"vocabulary": "service_areas", "slug": "letters", "labels": labels, "by": administrator}
    term = add_term(seen=seen(one, other), **add)

    assert list(ServiceArea.objects.order_by("order"))[-1] == term
    assert (term.label_nl, term.synonyms_en, term.synonyms_fr) == ("Hulp bij brieven", "", "Aide au courrier")
    assert "letters" in client.get("/api/v1/vocabularies/?lang=nl").content.decode()
    assert "not known here" not in client.get("/en/practices/?area=letters").content.decode()
    rows = TermProposal.objects.values_list("status", "term_slug", "decided_by")
    assert set(rows) == {("added", "letters", administrator.pk)}
    assert LogEntry.objects.filter(user=administrator).count() == 2
    mails = {mail.recipient: mail for mail in OutgoingMail.objects.filter(subject__contains="letters")} | {
        mail.recipient: mail for mail in OutgoingMail.objects.filter(subject__contains="courrier")
    }
    assert mails[second.submitter.email].language == "fr"
    assert str(administrator) not in "".join(mail.body for mail in mails.values())
    with pytest.raises(DecidedAlreadyError):
        add_term(seen=seen(one), **(add | {"slug": "letters-again"}))
    assert not ServiceArea.objects.filter(slug="letters-again").exists()
    # The officer reads what became of it, and the box is free for another.
    client.force_login(first.submitter)
    Submission.objects.filter(pk=first.pk).update(status="changes_requested")
    page = page_of(client, first).content.decode()
    assert "“Help with letters”</span>: New term." in page
    assert 'name="other-service_areas" type="text" value=""' in page


def test_decisions_at_the_desk(client):
    sent = make_sent_submission()
    moderator, faster = make_moderator(), make_moderator(name="Faster")
    typo, same, refused = propose(sent, "Sheltter"), None, propose(sent, "Ufo", vocabulary="approaches")
    same = propose(make_sent_submission(), "sheltter")
    address = {
        name: reverse(f"admin:submissions_termproposal_{name}", args=[typo.pk])
        for name in ("known", "add_term", "change")
    }
    client.force_login(moderator)
    both = {"proposal": [typo.pk, same.pk], f"text-{typo.pk}": typo.text, f"text-{same.pk}": same.text}

    listed = client.get(LIST).content.decode()
    assert listed.index("Sheltter") < listed.index("sheltter")
    assert [row.same for row in client.get(f"{LIST}?vocabulary=service_areas").context["cl"].result_list] == [2, 2]
    page = client.get(address["change"])
    assert page.context["alike"] == [same]
    assert client.post(address["add_term"], both | {"slug": "a", "label_en": "A"}).status_code == 403
    assert "required" in client.post(address["known"], both).content.decode()
    client.post(address["known"], both | {"term": "shelter"})
    assert ServiceArea.objects.get(slug="shelter").synonyms_en.splitlines()[-1] == "Sheltter"
    assert set(TermProposal.objects.filter(vocabulary="service_areas").values_list("status", flat=True)) == {"synonym"}
    twice = client.post(address["known"], both | {"term": "shelter"})
    assert (twice.status_code, OutgoingMail.objects.filter(subject__icontains="sheltter").count()) == (409, 2)
    assert "You decided this already" in messages_of(twice)

    refuse = reverse("admin:submissions_termproposal_refuse", args=[refused.pk])
    one = {"proposal": refused.pk, f"text-{refused.pk}": "Ufo"}
    assert "Write the reason." in client.post(refuse, one).content.decode()
    assert client.get(refuse).status_code == 302
    refuse_terms(vocabulary="approaches", seen=seen(refused), by=faster, reason="It says nothing")
    slower = client.post(refuse, one | {"reason": "My own long reason"})
    assert slower.status_code == 409
    assert "Faster was faster" in messages_of(slower)
    assert "My own long reason" in slower.content.decode()
    assert "It says nothing" in OutgoingMail.objects.get(subject__contains="Ufo").body
    shown = client.get(reverse("admin:submissions_termproposal_change", args=[refused.pk])).content.decode()
    assert "It says nothing" in shown


def test_administrator_adds_a_term_and_a_taken_slug_is_told(client):
    proposal = propose(make_sent_submission(), "Help with letters")
    client.force_login(make_admin())
    address = reverse("admin:submissions_termproposal_add_term", args=[proposal.pk])
    form = {"proposal": proposal.pk, f"text-{proposal.pk}": proposal.text, "label_en": "Letters"}

    taken = client.post(address, form | {"slug": "shelter"}).content.decode()
    assert "There is a term with this slug already." in taken
    assert 'value="Letters"' in taken
    client.post(address, form | {"slug": "letters"})

    assert ServiceArea.objects.get(slug="letters").synonyms_en == "Help with letters"


def test_stale_text_and_merged_term(client):
    make_practice()
    proposal = propose(make_sent_submission(), "Letters")
    old = seen(proposal)
    TermProposal.objects.update(text="Parcels")
    shelter, moderator = ServiceArea.objects.get(slug="shelter"), make_moderator()

    with pytest.raises(DecidedAlreadyError):
        name_known(vocabulary="service_areas", seen=old, by=moderator, term=shelter)
    shelter.refresh_from_db()
    assert not shelter.synonyms_en
    assert not LogEntry.objects.exists()


def test_names_that_somebody_adds_meanwhile_and_a_merger_are_not_undone():
    make_practice()
    one, other = propose(make_sent_submission(), "Night beds"), propose(make_sent_submission(), "Asylum")
    shelter, moderator = ServiceArea.objects.get(slug="shelter"), make_moderator()
    as_it_was = ServiceArea.objects.get(slug="shelter")
    health = ServiceArea.objects.exclude(slug="shelter").first()

    name_known(vocabulary="service_areas", seen=seen(one), by=moderator, term=shelter)
    merge_terms(term=shelter, into=health, by=make_admin())
    name_known(vocabulary="service_areas", seen=seen(other), by=moderator, term=as_it_was)

    as_it_was.refresh_from_db()
    health.refresh_from_db()
    assert as_it_was.merged_into == health
    assert {"Night beds", "Asylum"} <= set(health.synonyms_en.splitlines())
    assert TermProposal.objects.get(pk=other.pk).term_slug == health.slug


def test_translation_asks_for_no_terms_and_the_list_asks_a_fixed_number_of_questions(client):
    officer = make_member().user
    practice = make_practice()
    translation = start(by=officer, language="nl", kind=Kind.TRANSLATION, practice=practice)
    client.force_login(officer)
    assert "other-service_areas" not in page_of(client, translation, "translation").content.decode()
    client.force_login(make_moderator())

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    for vocabulary in FIELDS:
        propose(make_sent_submission(), "Letters", vocabulary=vocabulary)
    client.get(LIST)
    few = count()
    for _number in range(3):
        sent = make_sent_submission()
        for vocabulary in FIELDS:
            propose(sent, "Letters", vocabulary=vocabulary)
    assert count() == few
