"""The page of warnings: read, put aside with a reason, taken up again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practices.content import Section
from submissions.choices import Action
from submissions.models import DismissedWarning
from submissions.services import NotAllowedError, digest_of, perform, save_section
from submissions.services.risks import ReasonMissingError, WarningGoneError, dismiss_warning, open_risks, risks_of
from tests.factories import make_moderator, make_submission, make_user

pytestmark = pytest.mark.django_db

NAMED = "Ask Ms Placeholder at the desk."


@pytest.fixture
def author(client):
    author = make_user(language="en")
    client.force_login(author)
    return author


@pytest.fixture
def draft(author):
    return make_submission(by=author, description=NAMED)


def page_of(draft):
    return reverse("submission-warnings", args=[draft.uuid])


def write(draft, text):
    return save_section(
        draft,
        by=draft.submitter,
        section=Section.DESCRIPTION,
        values={"description": {"en": text}},
        base=digest_of(draft, Section.DESCRIPTION),
    )


def only(draft):
    (risk,) = risks_of(draft)
    return risk


def test_warning_stands_on_its_page_at_its_field_and_is_counted(client, draft):
    page = client.get(page_of(draft)).content.decode()
    section = reverse("submission-section", args=[draft.uuid, Section.DESCRIPTION.value])

    assert "Ms Placeholder" in page
    assert "1 warning to look at" in page
    assert f'href="{section}#id_description"' in page
    at_field = client.get(section).content.decode()
    assert "This looks like the name of a person." in at_field
    assert f'href="{page_of(draft)}#{only(draft).anchor}"' in at_field
    for name in ("submission-detail", "submission-check"):
        assert "1 warning to look at" in client.get(reverse(name, args=[draft.uuid])).content.decode()


def test_warning_is_put_aside_with_a_reason_and_taken_up_again(client, author, draft):
    key = only(draft).key

    client.post(page_of(draft), {"dismiss": key, "reason": "  A public\nfunction "})

    dismissal = DismissedWarning.objects.get()
    assert (dismissal.path, dismissal.code, dismissal.reason) == ("description.en", "name", "A public function")
    assert dismissal.by == author
    page = client.get(page_of(draft)).content.decode()
    assert "A public function" in page
    assert "0 warnings to look at" in page
    client.post(page_of(draft), {"restore": key})
    assert not DismissedWarning.objects.exists()
    assert open_risks(risks_of(draft))


def test_reason_is_asked_for_at_its_warning(client, draft):
    risk = only(draft)

    page = client.post(page_of(draft), {"dismiss": risk.key, "reason": " "}).content.decode()

    assert f'id="{risk.anchor}-error"' in page
    assert f'href="#{risk.anchor}-reason"' in page
    assert not DismissedWarning.objects.exists()


def test_other_words_warn_anew(author, draft):
    dismiss_warning(draft, by=author, key=only(draft).key, reason="A public function")

    draft = write(draft, "Before you come, ask Ms Placeholder.")
    assert open_risks(risks_of(draft)) == []
    draft = write(draft, "Ask Ms Sample at the desk.")
    assert [risk.warning.words for risk in open_risks(risks_of(draft))] == ["ms sample"]


def test_warning_in_an_entry_stays_aside_when_another_entry_goes(author):
    partners = [{"name": "Red Cross"}, {"name": "Ms Placeholder"}]
    draft = make_submission(by=author, partners=partners)
    dismiss_warning(draft, by=author, key=only(draft).key, reason="The name of a company")

    draft = save_section(
        draft,
        by=author,
        section=Section.DESCRIPTION,
        values={"partners": partners[1:]},
        base=digest_of(draft, Section.DESCRIPTION),
    )

    assert open_risks(risks_of(draft)) == []
    assert len(risks_of(draft)) == 1


def test_warning_that_is_gone_is_not_put_aside(client, author, draft):
    key = only(draft).key
    draft = write(draft, "Ask at the desk.")

    with pytest.raises(WarningGoneError):
        dismiss_warning(draft, by=author, key=key, reason="A public function")
    answer = client.post(page_of(draft), {"dismiss": key, "reason": "A public function"}, follow=True)

    assert "The text has changed in the meantime." in answer.content.decode()
    assert not DismissedWarning.objects.exists()


def test_twice_is_once(author, draft):
    for reason in ("First", "Second"):
        dismiss_warning(draft, by=author, key=only(draft).key, reason=reason)

    assert DismissedWarning.objects.get().reason == "First"


def test_only_its_editors_and_only_while_it_is_theirs(client, author, draft):
    key = only(draft).key
    for stranger in (make_user(), make_moderator()):
        with pytest.raises(NotAllowedError):
            dismiss_warning(draft, by=stranger, key=key, reason="Mine")
        client.force_login(stranger)
        assert client.get(page_of(draft)).status_code == 404
        assert client.post(page_of(draft), {"dismiss": key, "reason": "Mine"}).status_code == 404
    client.force_login(author)
    sent = perform(draft, Action.SUBMIT, by=author, version=draft.version)
    with pytest.raises(NotAllowedError):
        dismiss_warning(sent, by=author, key=key, reason="Late")
    answer = client.post(page_of(draft), {"dismiss": key, "reason": "Late"})
    assert answer["Location"] == sent.get_absolute_url()
    assert not DismissedWarning.objects.exists()


def test_reason_is_needed(author, draft):
    with pytest.raises(ReasonMissingError):
        dismiss_warning(draft, by=author, key=only(draft).key, reason="\n")


def test_nothing_found_is_said(client, author):
    draft = make_submission(by=author)

    assert "We found nothing." in client.get(page_of(draft)).content.decode()


def test_number_of_queries_does_not_grow_with_warnings(client, author):
    def queries(count):
        text = " ".join(f"Ask Ms Placeholder{'x' * number}." for number in range(count))
        draft = make_submission(by=author, description=text)
        for risk in risks_of(draft)[::2]:
            dismiss_warning(draft, by=author, key=risk.key, reason="A public function")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(page_of(draft))
        return len(captured)

    queries(1)
    assert queries(2) == queries(12)
