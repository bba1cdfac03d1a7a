"""A moderator corrects small things in a text: who may, what is kept, and what those learn who come too late."""

import pytest
from django.urls import reverse

from practices.content import FIELDS, FIELDS_BY_NAME
from practices.content import Kind as FieldKind
from submissions.choices import Act, Action
from submissions.models import ModeratorEdit, Submission
from submissions.services import ConflictError, NotAllowedError, perform
from submissions.services.moderator_edits import edit_texts, texts_to_edit
from submissions.services.translations import start_translation
from tests.factories import make_member, make_moderator, make_practice, make_sent_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_review(moderator):
    """A submission that the moderator has, with a French translation of its title."""
    submission = make_sent_submission(
        title={"en": "Nigth shelter", "fr": "Abri de nuit"}, summary="Ten beds.", contact="jan@city.example"
    )
    return perform(submission, Action.CLAIM, by=moderator, version=submission.version)


@pytest.fixture
def edit_url():
    return lambda submission, name="title": reverse("admin:submissions_submission_edit", args=[submission.pk, name])


def typed(submission, **texts):
    values = {"version": submission.version, "reason": "A slip"}
    return values | {path.replace("__", "."): text for path, text in texts.items()}


def test_every_text_that_stands_there_can_be_corrected_and_nothing_else(desk, record_url, edit_url, in_review):
    text = desk.get(record_url(in_review)).content.decode()

    offered = {field.name for field in FIELDS if edit_url(in_review, field.name) in text}

    assert offered == {"title", "summary", "contact"}
    assert all(FIELDS_BY_NAME[name].kind in (FieldKind.LINE, FieldKind.TEXT) for name in offered)
    for name in ("visibility", "city_withheld", "peers_only", "lead_city", "description", "nonsense"):
        assert desk.get(edit_url(in_review, name)).url == record_url(in_review)
    form = desk.get(edit_url(in_review)).content.decode()
    assert 'value="Nigth shelter"' in form
    assert 'value="Abri de nuit"' in form
    assert 'name="title.nl"' not in form


def test_a_correction_is_kept_with_before_after_reason_and_log(desk, record_url, edit_url, in_review, moderator):
    data = typed(in_review, title__en="Night shelter", title__fr="Abri de nuit", title__nl="Nachtopvang")

    answer = desk.post(edit_url(in_review), data)
    again = desk.post(edit_url(in_review), data)

    assert answer.url == again.url == f"{record_url(in_review)}#field-title"
    edit = ModeratorEdit.objects.get()
    assert (edit.path, edit.before, edit.after) == ("title.en", "Nigth shelter", "Night shelter")
    assert (edit.by, edit.reason) == (moderator, "A slip")
    now = Submission.objects.get()
    assert now.content["title"] == now.last_sent["title"] == {"en": "Night shelter", "fr": "Abri de nuit"}
    assert (now.title, now.version) == ("Night shelter", in_review.version + 1)
    event = now.events.last()
    assert (event.action, event.by, event.note) == (Act.EDITED, moderator, "title.en: A slip")
    text = desk.get(record_url(in_review)).content.decode()
    assert "Nigth</del>" in text
    assert "Corrected by moderators" in text


def test_the_log_names_field_and_language_in_the_readers_words(desk, record_url, edit_url, in_review, moderator):
    moderator.language = "de"
    moderator.save()
    desk.post(edit_url(in_review), typed(in_review, title__en="Night shelter", title__fr="Abri de la nuit"))

    events = desk.get(record_url(in_review)).content.decode().partition('id="log"')[2]

    assert in_review.events.last().note == "title.en, title.fr: A slip"
    assert "Titel, Englisch; Titel, Französisch: A slip" in events
    assert "title.fr" not in events


def test_the_officer_goes_on_from_the_corrected_text_and_their_next_round_is_compared_with_it(in_review, moderator):
    submission = edit_texts(
        in_review,
        by=moderator,
        field=FIELDS_BY_NAME["contact"],
        texts={"contact": "shelter@city.example"},
        reason="No names",
        version=in_review.version,
    )
    submission = perform(
        submission, Action.REQUEST_CHANGES, by=moderator, version=submission.version, note="More, please"
    )
    submission = perform(submission, Action.SUBMIT, by=submission.submitter, version=submission.version)

    assert submission.content["contact"] == submission.previous_sent["contact"] == "shelter@city.example"


def test_a_text_that_would_not_be_valid_is_refused_at_its_box_and_stays_typed(desk, edit_url, in_review):
    wrong = [
        (typed(in_review, title__en="x" * 201), "at most 200 fit"),
        (typed(in_review, title__en=" "), "Give the practice a title."),
        (typed(in_review, title__en="Night shelter") | {"reason": " "}, "Write why"),
        (typed(in_review, title__en="Night shelter") | {"reason": "y" * 501}, "at most 500 characters"),
    ]

    for data, message in wrong:
        answer = desk.post(edit_url(in_review), data)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert message in text
        assert f'value="{data["title.en"]}"' in text or not data["title.en"].strip()

    assert not ModeratorEdit.objects.exists()
    assert Submission.objects.get().version == in_review.version


def test_who_comes_too_late_hears_who_did_what_and_keeps_the_text(desk, record_url, edit_url, in_review, moderator):
    colleague = make_moderator(name="Faster Colleague")
    data = typed(in_review, title__en="Night shelter for all")
    edit_texts(
        in_review,
        by=moderator,
        field=FIELDS_BY_NAME["title"],
        texts={"title.en": "Night shelter"},
        reason="In another window",
        version=in_review.version,
    )

    stale = desk.post(edit_url(in_review), data)
    text = stale.content.decode()

    assert stale.status_code == 409
    assert "meanwhile Reviewer did “Edited by a moderator”" in text
    assert 'value="Night shelter for all"' in text
    assert "for all</ins>" in text
    assert ModeratorEdit.objects.count() == 1
    now = Submission.objects.get()
    assert f'value="{now.version}"' in text
    # Taken over by a colleague: nothing can be saved, and nothing typed is lost.
    now = perform(now, Action.RELEASE, by=moderator, version=now.version)
    now = perform(now, Action.CLAIM, by=colleague, version=now.version)
    for version in (data["version"], now.version):
        late = desk.post(edit_url(now), data | {"version": version})
        assert late.status_code == 409
        assert "meanwhile Faster Colleague did “Take into review”" in late.content.decode()
        assert 'value="Night shelter for all"' in late.content.decode()
        assert "so it cannot be saved" in late.content.decode()
    assert desk.get(edit_url(now)).url == f"{record_url(now)}#field-title"
    assert ModeratorEdit.objects.count() == 1


def test_nobody_but_the_reviewer_corrects_and_only_in_review(in_review, moderator):
    submission, field = in_review, FIELDS_BY_NAME["title"]
    change = {"texts": {"title.en": "Taken"}, "field": field, "reason": "Because"}

    for user in (submission.submitter, make_moderator(), make_member().user):
        with pytest.raises(NotAllowedError):
            edit_texts(submission, by=user, version=submission.version, **change)
    with pytest.raises(ConflictError):
        edit_texts(submission, by=moderator, version=submission.version - 1, **change)
    make_member(moderator, submission.city)
    with pytest.raises(NotAllowedError):
        edit_texts(submission, by=moderator, version=submission.version, **change)
    moderator.memberships.all().delete()
    submission = perform(submission, Action.APPROVE, by=moderator, version=submission.version)
    with pytest.raises(NotAllowedError):
        edit_texts(submission, by=moderator, version=submission.version, **change)

    assert not ModeratorEdit.objects.exists()
    assert Submission.objects.get().title == "Nigth shelter"


def test_of_a_translation_only_its_own_language_is_corrected():
    practice = make_practice(title={"en": "Night shelter", "fr": "Abri"}, summary="Beds", contact="a@city.example")
    translation = start_translation(by=make_member().user, practice=practice, language="fr")

    offered = {field.name: texts_to_edit(translation, field) for field in FIELDS}

    assert {name: texts for name, texts in offered.items() if texts} == {"title": {"title.fr": "Abri"}}
