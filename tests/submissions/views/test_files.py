"""Adding files, and saying what they are: nothing typed is lost, and no file has to be chosen twice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from practices.choices import Visibility
from practices.content import Section
from practices.services import InvalidDocumentError
from submissions.choices import Action, Status
from submissions.files import MAX_BYTES
from submissions.models import Submission
from submissions.services import digest_of, perform, save_section
from tests.factories import make_submission, make_user
from tests.submissions import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client):
    author = make_user(language="en")
    client.force_login(author)
    return author


@pytest.fixture
def draft(author):
    return make_submission(by=author)


def page_of(draft):
    return reverse("submission-section", args=[draft.uuid, Section.SOURCES.value])


def facts_of(attachment):
    return reverse("submission-file-facts", args=[attachment.submission.uuid, attachment.uuid])


def upload(client, draft, name, data, **said):
    """Press "Add this file" with a source typed in the same form."""
    posted = {
        "base": digest_of(draft, Section.SOURCES),
        "upload": "1",
        "sources-0-citation": "Decision of 2019",
        **said,
    }
    return client.post(page_of(draft), {**posted, "file": SimpleUploadedFile(name, data)})


def citation(draft):
    return Submission.objects.get(pk=draft.pk).content["sources"][0]["citation"]


def test_file_is_kept_with_what_is_said_about_it(client, draft):
    said = {"credit": "Housing", "licence": "CC BY 4.0", "alternative_text": "A door", "audience": "peers"}

    answer = upload(client, draft, "door.jpg", papers.picture(), **said)

    attachment = draft.attachments.get()
    assert answer["Location"] == f"{page_of(draft)}#files"
    assert (attachment.credit, attachment.licence) == ("Housing", "CC BY 4.0")
    assert (attachment.alternative_text, attachment.visibility) == ("A door", Visibility.PEERS)
    page = client.get(page_of(draft)).content.decode()
    for text in ("door.jpg", "A door", "Housing", "CC BY 4.0", "for verified officers only"):
        assert text in page


def test_own_licence_is_kept_in_its_words(client, draft):
    upload(client, draft, "a.pdf", papers.pdf(), licence="own", licence_text="Only within the city")

    assert draft.attachments.get().licence == "Only within the city"


def test_proposed_licence_of_the_host_comes_first(client, draft, settings):
    settings.FILE_LICENCE = "CC0 1.0"

    page = client.get(page_of(draft)).content.decode()

    assert page.index("CC0 1.0") < page.index("None stated") < page.index("CC BY 4.0")


def test_picture_without_its_text_is_kept_and_asked_about(client, draft):
    answer = upload(client, draft, "door.jpg", papers.picture(), credit="Housing", licence="own")

    page = answer.content.decode()
    attachment = draft.attachments.get()
    assert citation(draft) == "Decision of 2019"
    assert "the file need not be chosen again" in page
    assert 'id="id_alternative_text_error"' in page
    assert 'id="id_licence_text_error"' in page
    assert 'value="Housing"' in page
    answer = client.post(
        facts_of(attachment), {"credit": "Housing", "alternative_text": "A door", "licence": "", "audience": "public"}
    )
    attachment.refresh_from_db()
    assert answer["Location"] == f"{page_of(draft)}#files"
    assert (attachment.alternative_text, attachment.licence) == ("A door", "")


def test_text_that_is_too_long_is_shown_again(client, draft):
    long = "x" * 250

    page = upload(client, draft, "a.pdf", papers.pdf(), credit=long).content.decode()

    assert draft.attachments.count() == 1
    assert long in page


def test_button_leads_to_the_questions_with_the_text_saved(client, draft):
    upload(client, draft, "a.pdf", papers.pdf())
    attachment = draft.attachments.get()
    draft.refresh_from_db()

    answer = client.post(
        page_of(draft),
        {"base": digest_of(draft, Section.SOURCES), "describe": attachment.uuid, "sources-0-citation": "Changed"},
    )

    assert answer["Location"] == facts_of(attachment)
    assert citation(draft) == "Changed"
    assert "a.pdf" in client.get(facts_of(attachment)).content.decode()


def test_too_large_file_is_told_and_the_text_is_saved(client, draft):
    answer = upload(client, draft, "a.pdf", papers.pdf() + b"x" * MAX_BYTES)

    assert answer.status_code == 200
    assert "larger than 10 MB" in answer.content.decode()
    assert citation(draft) == "Decision of 2019"
    assert not draft.attachments.exists()


def test_what_was_taken_out_is_said(client, draft):
    def add_script(document):
        document.Root.OpenAction = {"/S": papers.Name.JavaScript, "/JS": "app.alert(1)"}

    upload(client, draft, "a.pdf", papers.pdf(add_script))

    assert "Scripts and actions were taken out" in client.get(page_of(draft)).content.decode()


def test_facts_of_a_sent_file_stay(client, author, draft):
    upload(client, draft, "a.pdf", papers.pdf(), credit="Housing")
    attachment = draft.attachments.get()
    draft.refresh_from_db()
    perform(draft, Action.SUBMIT, by=author, version=draft.version)

    answer = client.post(facts_of(attachment), {"credit": "Someone else"})

    attachment.refresh_from_db()
    assert attachment.credit == "Housing"
    assert "Someone else" in answer.content.decode()


def test_facts_are_for_editors_alone(client, draft):
    upload(client, draft, "a.pdf", papers.pdf(), credit="Housing")
    attachment = draft.attachments.get()
    client.force_login(make_user())

    assert client.get(facts_of(attachment)).status_code == 404
    assert client.post(facts_of(attachment), {"credit": "Mine"}).status_code == 404
    other = make_submission(by=make_user())
    assert client.get(reverse("submission-file-facts", args=[other.uuid, attachment.uuid])).status_code == 404


def test_picture_without_its_text_is_not_sent(client, author, draft):
    upload(client, draft, "door.jpg", papers.picture(), credit="Housing")
    draft.refresh_from_db()
    check = reverse("submission-check", args=[draft.uuid])

    assert "Say of the picture “door.jpg” who made it and what it shows." in client.get(check).content.decode()
    with pytest.raises(InvalidDocumentError):
        perform(draft, Action.SUBMIT, by=author, version=draft.version)
    client.post(facts_of(draft.attachments.get()), {"credit": "Housing", "alternative_text": "A door"})
    assert perform(draft, Action.SUBMIT, by=author, version=draft.version).status == Status.SUBMITTED


def test_file_is_kept_when_the_text_meets_another(client, author, draft):
    stale = digest_of(draft, Section.SOURCES)
    save_section(
        draft,
        by=author,
        section=Section.SOURCES,
        values={"sources": [{"citation": "Theirs"}]},
        base=stale,
    )

    answer = upload(client, draft, "a.pdf", papers.pdf(), base=stale)

    assert answer.status_code == 409
    assert "Decision of 2019" in answer.content.decode()
    assert "The file is added." in answer.content.decode()
    assert draft.attachments.get().name == "a.pdf"


def test_button_pressed_twice_adds_one_file(client, draft):
    data = papers.pdf()
    for credit in ("Housing", "Housing department"):
        draft.refresh_from_db()
        upload(client, draft, "a.pdf", data, credit=credit)

    assert draft.attachments.get().credit == "Housing department"
