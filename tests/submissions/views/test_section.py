"""The form of a section: nothing typed is lost, whatever happens."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from practices.content import FIELDS, Kind, Section, fields_of
from submissions.choices import Action
from submissions.forms.answers import as_year, columns_of, read_answers
from submissions.forms.sections import SectionForm
from submissions.models import Submission
from submissions.services import add_remark, digest_of, perform, save_section, start
from tests.factories import make_city, make_moderator, make_sent_submission, make_submission, make_terms, make_user
from tests.submissions import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return make_user(language="nl")


@pytest.fixture
def draft(author):
    make_terms()
    make_city("ghent")
    make_city("utrecht")
    return start(by=author, language="nl")


def address(submission, section):
    return reverse("submission-section", args=[submission.uuid, section.value])


def posted(submission, section, **answers):
    return {"base": digest_of(submission, section), "continue": "1", **answers}


def content_of(submission):
    return Submission.objects.get(pk=submission.pk).content


def test_every_field_of_a_section_is_asked(draft):
    for section in Section:
        form = SectionForm(draft, section)
        for field in fields_of(section):
            names = [f"{field.name}-0-{c.name}" for c in columns_of(field)] or [field.name]
            assert set(names) <= set(form.fields)


def test_saved_answers_go_on_to_the_next_section(client, author, draft):
    client.force_login(author)

    answer = client.post(
        address(draft, Section.BRIEF),
        posted(
            draft,
            Section.BRIEF,
            title="Nachtopvang",
            summary="Eén zin.\r\nNog één.",
            lead_city="ghent",
            service_areas=["shelter", "healthcare"],
            **{"other_cities-0-city": "utrecht"},
        ),
    )

    assert answer["Location"] == address(draft, Section.DESCRIPTION)
    content = content_of(draft)
    assert content["title"] == {"nl": "Nachtopvang"}
    assert content["summary"] == {"nl": "Eén zin.\nNog één."}
    assert (content["lead_city"], content["other_cities"]) == ("ghent", ["utrecht"])
    assert content["service_areas"] == ["shelter", "healthcare"]


def test_invalid_answer_is_saved_and_shown_with_its_error(client, author, draft):
    client.force_login(author)

    answer = client.post(
        address(draft, Section.DESCRIPTION), posted(draft, Section.DESCRIPTION, start_year="22abc"), follow=True
    )

    page = answer.content.decode()
    assert content_of(draft)["start_year"] == "22abc"
    assert 'value="22abc"' in page
    assert 'href="#id_start_year"' in page
    assert 'id="id_start_year_error"' in page
    assert "saved all the same" in page


def test_nul_and_ten_thousand_characters_are_taken(client, author, draft):
    client.force_login(author)

    client.post(address(draft, Section.LAW), posted(draft, Section.LAW, legal_basis="a\x00b" + "c" * 10_000))

    assert content_of(draft)["legal_basis"] == {"nl": "ab" + "c" * 10_000}


def test_entries_are_added_changed_and_removed_without_script(client, author, draft):
    client.force_login(author)
    here = address(draft, Section.SOURCES)
    first = {"sources-0-citation": "Besluit", "sources-0-url": "https://stad.example/besluit"}

    answer = client.post(here, {"base": digest_of(draft, Section.SOURCES), "add": "sources", **first})
    assert 'name="sources-1-citation"' in client.get(answer["Location"].split("#")[0]).content.decode()
    draft.refresh_from_db()
    client.post(here, {"base": digest_of(draft, Section.SOURCES), **first, "sources-1-citation": "Rapport"})
    draft.refresh_from_db()
    assert [row["citation"] for row in draft.content["sources"]] == ["Besluit", "Rapport"]
    client.post(
        here,
        {"base": digest_of(draft, Section.SOURCES), **first, "sources-1-citation": "Rapport", "remove": "sources-0"},
    )

    assert content_of(draft)["sources"] == [{"citation": "Rapport"}]


def test_columns_that_the_form_does_not_ask_are_kept(author, draft):
    row = {"citation": "Old", "document": "spimec", "cited_url": "https://work.example/"}
    field = next(field for field in FIELDS if field.name == "sources")
    assert field.kind is Kind.ROWS

    values = read_answers(
        Section.SOURCES,
        QueryDict("sources-0-citation=New"),
        content={"sources": [row]},
        language="nl",
    )

    assert values["sources"] == [{**row, "citation": "New"}]


@pytest.mark.parametrize(
    ("typed", "kept"), [("", None), (" 2019 ", 2019), ("22abc", "22abc"), ("20190", "20190"), ("２０１９", "２０１９")]
)
def test_year_is_a_number_or_what_was_typed(typed, kept):
    assert as_year(typed) == kept


def test_two_windows_on_one_section_show_both_texts(client, author, draft):
    client.force_login(author)
    stale = posted(draft, Section.LAW, legal_basis="Mijn tekst")
    save_section(
        draft,
        by=author,
        section=Section.LAW,
        values={"legal_basis": {"nl": "Andere tekst"}},
        base=digest_of(draft, Section.LAW),
    )

    answer = client.post(address(draft, Section.LAW), {**stale, "firewall": "yes"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mijn tekst" in page
    assert "Andere tekst" in page
    assert content_of(draft)["legal_basis"] == {"nl": "Andere tekst"}
    assert content_of(draft)["firewall"] == "yes"
    # Pressing again without a choice asks again.
    again = {"base": answer.context["base"], "legal_basis": "Mijn tekst", "firewall": "yes"}
    assert client.post(address(draft, Section.LAW), again).status_code == 409
    mine = answer.context["conflicts"]["legal_basis"][0].fingerprint
    client.post(address(draft, Section.LAW), {**again, "keep-legal_basis": f"mine:{mine}"})
    assert content_of(draft)["legal_basis"] == {"nl": "Mijn tekst"}


def test_text_typed_after_the_sign_in_ended_is_back_afterwards(client, author, draft):
    answer = client.post(address(draft, Section.LAW), posted(draft, Section.LAW, legal_basis="Halve zin"))
    assert answer["Location"].startswith(reverse("account_login"))
    client.force_login(author)

    page = client.get(address(draft, Section.LAW)).content.decode()

    assert "Halve zin" in page
    assert "Your sign-in had ended" in page
    assert content_of(draft)["legal_basis"] == {}
    client.post(address(draft, Section.LAW), posted(draft, Section.LAW, legal_basis="Halve zin"))
    assert content_of(draft)["legal_basis"] == {"nl": "Halve zin"}
    assert "Your sign-in had ended" not in client.get(address(draft, Section.LAW)).content.decode()


def test_form_with_an_old_token_gets_its_text_back(author, draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)
    text = "Een tekst die lang genoeg is om in een eigen vak te staan, met meer dan zestig tekens."

    answer = client.post(address(draft, Section.LAW), posted(draft, Section.LAW, legal_basis=text))

    assert answer.status_code == 403
    assert text in answer.content.decode()
    assert content_of(draft)["legal_basis"] == {}


def test_text_typed_while_a_colleague_sent_it_is_shown(client):
    author = make_user()
    draft = make_submission(by=author)
    stale = posted(draft, Section.LAW, legal_basis="Too late")
    perform(draft, Action.SUBMIT, by=author, version=draft.version)
    client.force_login(author)

    answer = client.post(address(draft, Section.LAW), stale)

    assert answer.status_code == 409
    assert "Too late" in answer.content.decode()


def test_remark_stands_at_its_field_and_is_answered_there(client):
    author, moderator = make_user(), make_moderator()
    sent = make_sent_submission(by=author)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    remark = add_remark(claimed, by=moderator, path="legal_basis", text="Which decision?")
    back = perform(claimed, Action.REQUEST_CHANGES, by=moderator, version=claimed.version, note="Please look")
    client.force_login(author)
    anchor = f'id="remark-{remark.pk}"'
    assert anchor in client.get(address(back, Section.LAW)).content.decode()
    assert anchor not in client.get(address(back, Section.RESULTS)).content.decode()

    client.post(
        address(back, Section.LAW),
        posted(
            back,
            Section.LAW,
            legal_basis="Decision of 2019",
            answered=[str(remark.pk)],
            **{f"reply-{remark.pk}": "Added the year"},
        ),
    )

    remark.refresh_from_db()
    assert (remark.reply, remark.answered_at is None) == ("Added the year", False)
    page = client.get(reverse("submission-detail", args=[back.uuid])).content.decode()
    assert "You have answered 1 of 1 remarks." in page


def test_refused_file_is_told_and_the_text_is_saved(client, author, draft):
    client.force_login(author)
    data = posted(draft, Section.SOURCES, upload="1", **{"sources-0-citation": "Besluit"})
    data["file"] = SimpleUploadedFile("leaflet.pdf", b"<html>")

    answer = client.post(address(draft, Section.SOURCES), data)

    assert answer.status_code == 200
    assert "This is not a PDF" in answer.content.decode()
    assert content_of(draft)["sources"] == [{"citation": "Besluit"}]
    draft.refresh_from_db()
    data = posted(draft, Section.SOURCES, upload="1", **{"sources-0-citation": "Besluit"})
    client.post(address(draft, Section.SOURCES), {**data, "file": SimpleUploadedFile("leaflet.pdf", papers.pdf())})
    attachment = draft.attachments.get()
    assert attachment.name == "leaflet.pdf"
    assert "leaflet" not in attachment.file.name
    client.post(address(draft, Section.SOURCES), {**data, "upload": [], "drop": str(attachment.uuid)})
    assert not draft.attachments.exists()


def test_unknown_section_is_not_found(client, author, draft):
    client.force_login(author)

    assert client.get(f"/en/submissions/{draft.uuid}/nonsense/").status_code == 404
