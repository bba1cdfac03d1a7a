"""The questions as a document: what is filled in comes back, and what cannot be read is named."""

import io
import json
import zipfile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from practices.content import FIELDS, Kind, Section, empty_document, fields_of
from practices.document import complete
from practices.vocabularies import Vocabularies
from submissions.files import DOCX, ODT, CheckedFile, check
from submissions.models import Submission
from submissions.questionnaire.read import read
from submissions.questionnaire.text import UnreadableError, contents_of
from submissions.questionnaire.write import written
from submissions.services import fill, start
from tests.factories import DATA, make_city, make_terms, make_user

pytestmark = pytest.mark.django_db

LANGUAGES = settings.LANGUAGE_CODES
ANSWERABLE = (Kind.LINE, Kind.TEXT, Kind.CODE, Kind.YEAR, Kind.FLAG, Kind.CITY, Kind.CITIES, Kind.TERMS, Kind.ROWS)


@pytest.fixture(autouse=True)
def registry():
    make_terms()
    make_city("ghent")
    make_city("utrecht")


def full_document(language):
    """Every question answered, with what tempts a reader: line breaks, brackets, right-to-left, Greek."""
    content = empty_document(language=language)
    for field in FIELDS:
        if field.section is None or field.kind not in ANSWERABLE:
            continue
        if field.kind is Kind.ROWS:
            columns = [column for column in field.columns if column.in_form]
            row = {
                column.name: 2019
                if column.kind is Kind.YEAR
                else "https://city.example/a?b=[c]"
                if column.is_url
                else f"{column.name} “ß” [x] Δήμος"
                for column in columns
            }
            content[field.name] = [
                {
                    name: {language: row[name]} if column.translatable else row[name]
                    for name, column in zip(row, columns, strict=True)
                }
                for _number in range(2)
            ]
        elif field.translatable or field.kind in (Kind.LINE, Kind.TEXT):
            text = f"{field.name}: Nachtopvang [zonder] vragen – ‏مأوى‏ Ξενώνας"
            if field.kind is Kind.TEXT:
                text += "\n\nTweede alinea,\nmet een regel.\n[ ] geen keuze"
            content[field.name] = {language: text} if field.translatable else text
        elif field.kind is Kind.CODE:
            content[field.name] = next(code for code in field.choices.values if code != field.default)
        elif field.kind is Kind.TERMS:
            content[field.name] = list(Vocabularies().slugs(field))[:3]
        else:
            content[field.name] = {
                Kind.YEAR: 2019,
                Kind.FLAG: True,
                Kind.CITY: "ghent",
                Kind.CITIES: ["utrecht"],
            }[field.kind]
    return content


def docx(data):
    return CheckedFile(name="a.docx", content_type=DOCX, data=data)


def upload(data, name="filled.docx"):
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_comes_back_in_every_language(language):
    content = full_document(language)
    reading = read(docx(written(language=language, content=content)))
    assert reading.language == language
    assert reading.unread == []
    assert complete({**empty_document(language=language), **reading.answers}) == complete(content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_document_answers_nothing(language):
    reading = read(docx(written(language=language)))
    assert (reading.answers, reading.unread) == ({}, [])


def test_the_texts_of_the_real_practices_come_back():
    texts = [json.loads(line) for line in (DATA / "practices.jsonl").read_text(encoding="utf-8").splitlines()]
    for record in texts[::10]:
        content = complete(
            {
                **empty_document(language="en"),
                **{name: {"en": record[name]} for name in ("title", "summary", "description")},
            }
        )
        reading = read(docx(written(language="en", content=content)))
        assert complete({**empty_document(language="en"), **reading.answers}) == content, record["slug"]


def edited(change, language="nl", content=None):
    """A document as somebody changed it in a word processor."""
    document = Document(io.BytesIO(written(language=language, content=content)))
    change(document)
    stream = io.BytesIO()
    document.save(stream)
    return docx(stream.getvalue())


def table_of(document, name):
    return next(table for table in document.tables if table.rows[0].cells[0].text.rstrip().endswith(f"[{name}]"))


def test_what_cannot_be_understood_is_named():
    def change(document):
        table_of(document, "lead_city").rows[1].cells[0].text = "Atlantis"
        areas = table_of(document, "service_areas").rows[1].cells[0]
        areas.add_paragraph("[x] Ruimtevaart")
        firewall = table_of(document, "firewall").rows[1].cells[0]
        for paragraph in firewall.paragraphs:
            paragraph.text = paragraph.text.replace("[ ]", "[X]")
        document.add_paragraph("Nog iets belangrijks.")
        table_of(document, "start_year").rows[1].cells[0].text = "zomer 2019"

    reading = read(edited(change))
    assert {entry.text.split("\n")[0] for entry in reading.unread} >= {
        "Atlantis",
        "[x] Ruimtevaart",
        "Nog iets belangrijks.",
    }
    assert len([entry for entry in reading.unread if "[X]" in entry.text]) == 1
    assert not {"lead_city", "firewall"} & set(reading.answers)
    # Kept as typed: the form says what is wrong with it.
    assert reading.answers["start_year"] == "zomer 2019"


def test_a_question_is_found_by_its_words_where_its_mark_is_gone():
    def change(document):
        table = table_of(document, "title")
        table.rows[0].cells[0].text = table.rows[0].cells[0].text.rsplit(" [", 1)[0]
        table.rows[1].cells[0].text = "Nachtopvang"

    assert read(edited(change)).answers["title"] == {"nl": "Nachtopvang"}


def test_the_same_question_twice_loses_nothing():
    def change(document):
        for text in ("Eerste", "Tweede"):
            table = document.add_table(rows=2, cols=1)
            table.rows[0].cells[0].text, table.rows[1].cells[0].text = "Titel [title]", text

    reading = read(edited(change))
    assert reading.answers["title"] == {"nl": "Eerste"}
    assert [entry.text for entry in reading.unread] == ["Tweede"]


def test_tracked_changes_count_as_accepted():
    def change(document):
        cell = table_of(document, "title").rows[1].cells[0]
        cell.text = "TEKST"

    data = edited(change).data
    archive = zipfile.ZipFile(io.BytesIO(data))
    xml = archive.read("word/document.xml").decode()
    tracked = (
        '<w:del w:id="1" w:author="a" w:date="2026-01-01T00:00:00Z"><w:r><w:delText>Oude </w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="a" w:date="2026-01-01T00:00:00Z"><w:r><w:t>Nieuwe titel</w:t></w:r></w:ins>'
    )
    assert xml.count("<w:r><w:t>TEKST</w:t></w:r>") == 1
    changed = replaced(data, "word/document.xml", xml.replace("<w:r><w:t>TEKST</w:t></w:r>", tracked))
    assert read(docx(changed)).answers["title"] == {"nl": "Nieuwe titel"}


def replaced(data, member, text):
    source, stream = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, text if name == member else source.read(name))
    return stream.getvalue()


ODT_BODY = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:text>
<text:tracked-changes><text:changed-region><text:deletion><text:p>weg</text:p></text:deletion></text:changed-region>
</text:tracked-changes>
<text:h>Die Fragen <text:span>[de]</text:span></text:h>
<table:table><table:table-row><table:table-cell><text:p>Titel<text:line-break/>Hinweis
 <text:span>[title]</text:span></text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>Nacht<text:s text:c="1"/>quartier<office:annotation><text:p>Notiz</text:p>
</office:annotation></text:p></table:table-cell></table:table-row></table:table>
</office:text></office:body></office:document-content>"""


def odt(body=ODT_BODY):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", ODT)
        archive.writestr("content.xml", body)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return stream.getvalue()


def test_it_may_be_saved_as_odt():
    checked = check(upload(odt(), "a.odt"))
    reading = read(CheckedFile(name="a.odt", content_type=ODT, data=checked.data))
    assert (reading.language, reading.answers) == ("de", {"title": {"de": "Nacht quartier"}})
    assert reading.unread == []


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">&b;'
    "</office:document-content>"
)


@pytest.mark.parametrize("body", ["", "not xml", "<a/>", BOMB, "<a>" * 5000 + "</a>" * 5000])
def test_what_is_no_document_of_ours_is_unreadable(body):
    with pytest.raises(UnreadableError):
        read(CheckedFile(name="a.odt", content_type=ODT, data=odt(body)))


def test_a_picture_is_unreadable():
    with pytest.raises(UnreadableError):
        contents_of(b"", "image/png")


def test_the_empty_document_names_nobody():
    core = zipfile.ZipFile(io.BytesIO(written(language="en"))).read("docProps/core.xml").decode()
    assert "python-docx" not in core


class TestPages:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_downloads_in_every_language(self, client, language):
        answer = client.get(reverse("submit-questionnaire", args=[language]))
        assert answer.status_code == 200
        assert contents_of(answer.content, DOCX).tables

    def test_no_other_language(self, client):
        assert client.get(reverse("submit-questionnaire", args=["xx"])).status_code == 404

    def test_an_upload_becomes_a_draft(self, client):
        author = make_user()
        client.force_login(author)
        data = written(language="el", content=full_document("el"))
        answer = client.post(reverse("submit-offline"), {"document": upload(data)}, follow=True)
        draft = Submission.objects.get(submitter=author)
        assert (draft.language, draft.city.slug) == ("el", "ghent")
        assert complete(draft.content) == complete(full_document("el"))
        assert "Your document is read" in answer.content.decode()

    def test_a_wrong_file_is_told_at_the_field_and_begins_nothing(self, client):
        client.force_login(make_user())
        answer = client.post(reverse("submit-offline"), {"document": upload(b"hello")})
        assert "whatever its name says" in answer.content.decode()
        assert not Submission.objects.exists()

    def test_anonymous_people_are_asked_to_sign_in(self, client):
        answer = client.post(reverse("submit-offline"), {"document": upload(written(language="en"))})
        assert "Sign in first" in answer.content.decode()
        assert not Submission.objects.exists()

    def test_an_upload_fills_what_is_empty_and_names_what_differs(self, client):
        author = make_user()
        draft = start(by=author, language="nl")
        fill(draft, by=author, answers={"title": {"nl": "Mijn titel"}})
        client.force_login(author)
        data = written(language="nl", content=full_document("nl"))
        page = client.post(reverse("submission-fill", args=[draft.uuid]), {"document": upload(data)}, follow=True)
        draft.refresh_from_db()
        assert draft.content["title"] == {"nl": "Mijn titel"}
        assert draft.content["summary"] == full_document("nl")["summary"]
        assert "stands differently" in page.content.decode()
        assert full_document("nl")["title"]["nl"] in page.content.decode()

    def test_another_language_is_refused(self, client):
        author = make_user()
        draft = start(by=author, language="nl")
        client.force_login(author)
        data = written(language="de", content=full_document("de"))
        page = client.post(reverse("submission-fill", args=[draft.uuid]), {"document": upload(data)})
        assert "This document is in German" in page.content.decode()
        draft.refresh_from_db()
        assert draft.content == empty_document(language="nl")

    def test_a_draft_goes_out_and_comes_back(self, client):
        author = make_user()
        draft = start(by=author, language="fr", document=full_document("fr"))
        client.force_login(author)
        data = client.get(reverse("submission-document", args=[draft.uuid])).content
        assert complete({**empty_document(language="fr"), **read(docx(data)).answers}) == complete(full_document("fr"))

    def test_nobody_elses_draft(self, client):
        draft = start(by=make_user(), language="nl", document=full_document("nl"))
        client.force_login(make_user())
        for name in ("submission-document", "submission-fill"):
            assert client.get(reverse(name, args=[draft.uuid])).status_code == 404


def test_every_question_of_the_form_is_in_the_document():
    asked = {field.name for section in Section for field in fields_of(section)}
    tables = contents_of(written(language="it"), DOCX).tables
    assert {table[0][0].rsplit("[", 1)[1].rstrip("]") for table in tables} == asked
