"""A submission that becomes a change to a practice: what is taken from it, who may, and where its reference leads."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models import OutgoingMail
from practices import document as documents
from practices import validation
from practices.content import FIELDS_BY_NAME
from practices.models import FormerNumber, Practice
from practices.services import OutdatedError, withdraw
from practices.vocabularies import Vocabularies
from submissions.choices import Action, Kind, Status
from submissions.models import BeforeMerger, Submission
from submissions.services import ConflictError, NotAllowedError, NotNowError, assess, perform, set_day
from submissions.services.merging import (
    AlreadyChangingError,
    Merger,
    Pick,
    UnreadableError,
    candidates,
    merged_document,
)
from submissions.services.messages import send_message
from submissions.services.moderator_edits import edit_texts
from submissions.services.sign_off import ask_for_sign_off
from submissions.workflow import available_actions
from tests.factories import (
    make_city,
    make_document,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


def act(submission, action, *, by, **more):
    return perform(submission, action, by=by, version=submission.version, **more)


def merge(submission, practice, *, by, version=None, **picks):
    merger = Merger(practice=practice, version=version or practice.current_version, picks=picks)
    return act(submission, Action.MERGE, by=by, note="They are the same.", merger=merger)


def claimed(*, by, **overrides):
    return act(make_sent_submission(**overrides), Action.CLAIM, by=by)


def merged(live, submitted, **picks):
    return merged_document(documents.complete(live), documents.complete(submitted), picks)


def test_by_itself_the_practice_stays_lists_are_united_and_gaps_filled():
    live = make_document(
        title="Night bus", funding="", service_areas=["shelter"], sources=[{"citation": "A"}], start_year=2019
    )
    submitted = make_document(
        title="Bus at night", funding="The city pays", service_areas=["health", "shelter"], start_year=2020,
        sources=[{"citation": "A"}, {"citation": "B"}], lead_city="amsterdam", evidence_level="evaluated",
    )  # fmt: skip

    content = merged(live, submitted)

    assert content["title"] == {"en": "Night bus"}
    assert content["funding"] == {"en": "The city pays"}
    assert content["service_areas"] == ["shelter", "health"]
    assert content["sources"] == [{"citation": "A"}, {"citation": "B"}]
    assert (content["start_year"], content["lead_city"], content["other_cities"]) == (2019, "ghent", ["amsterdam"])
    assert content["evidence_level"] == "described"


def test_each_field_can_be_chosen_and_two_texts_stand_one_after_the_other():
    live = make_document(title="Night bus", summary="The first.", service_areas=["shelter"])
    submitted = make_document(title="Bus at night", summary="The second.", service_areas=["health"])

    content = merged(
        live, submitted, title=Pick.SUBMITTED, summary=Pick.BOTH, service_areas=Pick.LIVE, lead_city=Pick.SUBMITTED
    )

    assert content["title"] == {"en": "Bus at night"}
    assert content["summary"] == {"en": "The first.\n\nThe second."}
    assert (content["service_areas"], content["lead_city"]) == (["shelter"], "ghent")


def test_what_a_city_keeps_for_colleagues_does_not_become_public_by_merging():
    live = make_document(funding="", legal_basis="The law", visibility="public")
    submitted = make_document(
        funding="From a budget nobody should know", legal_basis="Another", peers_only=["funding", "legal_basis"],
        visibility="peers", city_withheld=True, lead_city="amsterdam",
    )  # fmt: skip

    content = merged(live, submitted)

    assert content["funding"] == {"en": "From a budget nobody should know"}
    assert content["peers_only"] == ["funding"]
    assert (content["visibility"], content["city_withheld"]) == ("peers", True)
    # A city that is not to be told is not written among the others.
    assert "amsterdam" not in content["other_cities"]


def test_texts_in_another_language_come_as_translations_by_a_person():
    live = make_document(title="Night bus", summary="Beds", funding="")
    submitted = make_document(original_language="nl", title="Nachtbus", funding="De stad betaalt")

    content = merged(live, submitted, title=Pick.SUBMITTED)

    assert content["title"] == {"en": "Night bus", "nl": "Nachtbus"}
    assert content["original_language"] == "en"
    assert content["provenance"] == {"en": "original", "nl": "human"}
    assert validation.problems(content, vocabularies=Vocabularies(), required=validation.ESSENTIAL) == []


def test_it_becomes_a_change_in_review_and_its_reference_leads_on_once_it_is_published(client):
    moderator, practice = make_moderator(), make_practice(title="Night bus", summary="Old")
    submission = claimed(by=moderator, title="Bus at night", summary="New")
    number, sent = submission.number, submission.content
    OutgoingMail.objects.all().delete()

    submission = merge(submission, practice, by=moderator, summary=Pick.SUBMITTED)

    assert (submission.kind, submission.status, submission.assignee) == (Kind.UPDATE, Status.IN_REVIEW, moderator)
    assert (submission.practice, submission.base_version, submission.number) == (practice, 1, number)
    assert (submission.content["title"], submission.content["summary"]) == ({"en": "Night bus"}, {"en": "New"})
    assert (submission.last_sent, submission.previous_sent) == (submission.content, sent)
    mail = OutgoingMail.objects.get()
    assert mail.recipient == submission.submitter.email
    assert practice.reference in mail.body
    assert "They are the same." in mail.body
    reference = f"/id/CMISE-{number:04d}"
    assert client.get(reference).status_code == 404
    with pytest.raises(NotAllowedError):
        merge(submission, practice, by=moderator)

    act(submission, Action.APPROVE, by=moderator)

    assert Practice.objects.count() == 1
    answer = client.get(reference)
    assert (answer.status_code, answer.url) == (303, practice.get_absolute_url())
    assert FormerNumber.objects.get().practice == practice
    withdraw(practice, by=moderator, reason="Gone")
    assert client.get(reference).status_code == 410


# What counts writes, and since when it is where it is.
MOVES_ON = ("version", "status_since")


def columns(submission):
    """The row as the database holds it, and the summary beside it."""
    names = [field.attname for field in Submission._meta.concrete_fields if field.name not in MOVES_ON]
    return Submission.objects.values(*names, "as_sent__title", "as_sent__words").get(pk=submission.pk)


def test_a_merger_is_taken_back_before_anybody_read_of_it():
    moderator = make_moderator()
    practice = make_practice(title={"nl": "Nachtbus"}, original_language="nl", lead_city="amsterdam")
    submission = claimed(by=moderator, title="Bus at night", summary="New")
    before = columns(submission)
    OutgoingMail.objects.all().delete()
    changed = merge(submission, practice, by=moderator, summary=Pick.SUBMITTED)
    assert (changed.language, changed.city.slug, changed.title) == ("nl", "amsterdam", "Nachtbus")
    assert changed.as_sent.title == "Nachtbus"

    back = act(changed, Action.TAKE_BACK, by=moderator)

    assert (back.status, columns(back)) == (Status.IN_REVIEW, before)
    assert (before["previous_sent"], before["as_sent__title"]) == (None, "Bus at night")
    assert OutgoingMail.objects.get().taken_back_at is not None
    # Once, and as free as before: another practice, or one of its own.
    with pytest.raises(NotNowError):
        act(back, Action.TAKE_BACK, by=moderator)
    again = merge(back, make_practice(), by=moderator)
    alone = act(again, Action.TAKE_BACK, by=moderator)
    published = act(alone, Action.APPROVE, by=moderator).practice
    assert published not in (practice, again.practice)
    assert published.number == before["number"]
    assert not FormerNumber.objects.exists()


def test_a_merger_that_is_taken_back_brings_back_the_round_before():
    moderator, practice = make_moderator(), make_practice(title="Night bus", summary="Old")
    submission = claimed(by=moderator, title="Bus at night", summary="First round")
    submission = act(submission, Action.REQUEST_CHANGES, by=moderator, note="Please say more.")
    answer = {**submission.content, "summary": {"en": "Second round"}}
    Submission.objects.filter(pk=submission.pk).update(content=answer)
    submission = act(act(submission, Action.SUBMIT, by=submission.submitter), Action.CLAIM, by=moderator)
    # Not in what was sent: the moderator's own column of the document.
    submission = assess(submission=submission, by=moderator, version=submission.version, evidence_level="evaluated")
    before = columns(submission)
    assert [before[name]["summary"]["en"] for name in ("previous_sent", "last_sent")] == ["First round", "Second round"]
    assert before["content"]["evidence_level"] != before["last_sent"]["evidence_level"]

    changed = merge(submission, practice, by=moderator, summary=Pick.SUBMITTED)
    assert changed.previous_sent == before["content"]
    back = act(changed, Action.TAKE_BACK, by=moderator)

    assert columns(back) == before
    # Twice, and into another one.
    again = act(merge(back, make_practice(), by=moderator), Action.TAKE_BACK, by=moderator)
    assert columns(again) == before


def test_a_merger_is_taken_back_where_earlier_releases_kept_less():
    moderator, practice = make_moderator(), make_practice(title="Night bus")
    never_kept = claimed(by=moderator, title="Bus at night")
    Submission.objects.filter(pk=never_kept.pk).update(last_sent=None)
    never_kept.refresh_from_db()
    before = columns(never_kept)
    back = act(merge(never_kept, practice, by=moderator), Action.TAKE_BACK, by=moderator)
    assert columns(back) == before

    merged_before = claimed(by=moderator, title="Bus at night")
    before = columns(merged_before)
    merged_before = merge(merged_before, practice, by=moderator)
    BeforeMerger.objects.all().delete()
    assert columns(act(merged_before, Action.TAKE_BACK, by=moderator)) == before


def test_the_rounds_are_kept_as_long_as_the_merger_can_be_taken_back():
    moderator = make_moderator()
    for action, more in (
        (Action.TAKE_BACK, {}),
        (Action.RELEASE, {}),
        (Action.APPROVE, {}),
        (Action.REJECT, {"note": "No"}),
    ):
        submission = merge(claimed(by=moderator), make_practice(), by=moderator)
        assert BeforeMerger.objects.count() == 1
        act(submission, action, by=moderator, **more)
        assert not BeforeMerger.objects.exists(), action


def test_a_merger_stands_once_somebody_went_on_from_it_or_was_told():
    moderator, colleague = make_moderator(), make_moderator()

    def merged_anew():
        return merge(claimed(by=moderator), make_practice(), by=moderator)

    def told(submission):
        OutgoingMail.objects.update(not_before=timezone.now())

    def corrected(submission):
        edit_texts(
            submission,
            by=moderator,
            field=FIELDS_BY_NAME["title"],
            texts={"title.en": "Corrected"},
            reason="A slip",
            version=submission.version,
        )

    def said(submission):
        send_message(submission, by=submission.submitter, text="They are not the same")

    def shown(submission):
        ask_for_sign_off(submission, by=submission.submitter, email="head@stad.example")

    def went_on(submission):
        act(act(submission, Action.RELEASE, by=moderator), Action.CLAIM, by=moderator)

    for happened in (told, corrected, said, shown, went_on):
        submission = merged_anew()
        happened(submission)
        submission.refresh_from_db()
        with pytest.raises(NotNowError):
            act(submission, Action.TAKE_BACK, by=moderator)
    with pytest.raises(NotAllowedError):
        act(merged_anew(), Action.TAKE_BACK, by=colleague)


def test_what_reverses_a_decision_is_not_taken_back():
    moderator = make_moderator()
    submission = make_sent_submission()
    tomorrow = timezone.localdate() + timedelta(days=1)
    submission = set_day(submission, by=submission.submitter, day=tomorrow, version=submission.version)
    for action in (Action.CLAIM, Action.SCHEDULE):
        submission = act(submission, action, by=moderator)
    submission = act(submission, Action.UNSCHEDULE, by=moderator, note="Not yet")

    assert Action.TAKE_BACK not in available_actions(moderator, submission)


def test_a_former_number_tells_nothing_of_a_practice_that_is_not_for_everybody(client):
    practice = make_practice(visibility="peers")
    FormerNumber.objects.create(number=4242, practice=practice)

    assert client.get("/id/CMISE-4242").status_code == 404
    client.force_login(make_member().user)
    assert client.get("/id/CMISE-4242").status_code == 303


def test_nobody_gets_a_document_to_edit_that_they_may_not_read():
    moderator = make_moderator()
    secret = make_practice(contact="A name for colleagues", lead_city="amsterdam")
    hidden = make_practice(visibility="peers", lead_city="amsterdam")
    submission = claimed(by=moderator)
    for practice in (secret, hidden):
        with pytest.raises(UnreadableError):
            merge(submission, practice, by=moderator)
    # That its author may is not enough where somebody else writes along.
    make_member(submission.submitter, make_city("amsterdam"))
    colleague = make_user()
    submission.co_editors.add(colleague)
    for practice in (secret, hidden):
        with pytest.raises(UnreadableError):
            merge(submission, practice, by=moderator)
    assert "A name for colleagues" not in str(Submission.objects.get().content)

    submission.co_editors.clear()
    assert merge(submission, secret, by=moderator).content["contact"] == "A name for colleagues"


def test_it_is_refused_where_something_else_was_faster():
    moderator, practice = make_moderator(), make_practice()
    author = make_user()
    submission = act(make_sent_submission(by=author), Action.CLAIM, by=moderator)
    open_change = make_submission(by=author, practice=practice)
    with pytest.raises(AlreadyChangingError) as already:
        merge(submission, practice, by=moderator)
    assert already.value.submission == open_change
    act(open_change, Action.WITHDRAW, by=author)
    with pytest.raises(OutdatedError):
        merge(submission, practice, by=moderator, version=2)
    withdrawn = withdraw(make_practice(), by=moderator, reason="Gone")
    with pytest.raises(OutdatedError):
        merge(submission, withdrawn, by=moderator)
    Submission.objects.filter(pk=submission.pk).update(version=F("version") + 1)
    with pytest.raises(ConflictError):
        merge(submission, practice, by=moderator)

    submission.refresh_from_db()
    assert (submission.kind, submission.practice) == (Kind.NEW, None)


def test_a_moderator_of_the_practices_city_decides_nothing_about_it_any_more():
    moderator = make_moderator()
    make_member(moderator, make_city("amsterdam"))
    submission = claimed(by=moderator)
    submission = merge(submission, make_practice(lead_city="amsterdam"), by=moderator)

    with pytest.raises(NotAllowedError):
        act(submission, Action.APPROVE, by=moderator)


def test_practices_are_found_by_reference_title_in_any_language_or_city():
    submission = make_sent_submission()
    bus = make_practice(title={"en": "Night bus", "nl": "Nachtbus"}, provenance={"en": "original", "nl": "human"})
    elsewhere = make_practice(title="School meals", lead_city="amsterdam")
    gone = withdraw(make_practice(title="Night bus of old"), by=make_moderator(), reason="Gone")

    assert candidates(submission, asked="") == [bus]
    assert candidates(submission, asked="NACHTBUS") == [bus]
    assert candidates(submission, asked="night bus") == [bus]
    assert candidates(submission, asked=elsewhere.reference.lower()) == [elsewhere]
    assert candidates(submission, asked=gone.reference) == []
