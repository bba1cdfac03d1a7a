"""What is let in as a file, and who gets it out again."""

import io
import zipfile
import zlib
from dataclasses import replace

import docx
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pikepdf import Array, Dictionary, Name
from PIL import Image

from practices.choices import Visibility
from submissions import files
from submissions.choices import Action
from submissions.files import Description, RefusedFileError, attach, check, pictures
from submissions.services import perform
from tests.factories import make_member, make_moderator, make_submission, make_user
from tests.submissions import papers

PDF = papers.pdf()
DOCX = papers.docx()
ODT = papers.odt()


def uploaded(data, name="letter.pdf"):
    return SimpleUploadedFile(name, data)


@pytest.mark.parametrize(
    ("data", "content_type", "ending"),
    [
        (PDF, files.PDF, ".pdf"),
        (DOCX, files.DOCX, ".docx"),
        (ODT, files.ODT, ".odt"),
        (papers.picture("JPEG"), files.JPEG, ".jpg"),
        (papers.picture("PNG"), files.PNG, ".png"),
    ],
)
def test_kind_comes_from_the_content(data, content_type, ending):
    checked = check(SimpleUploadedFile("../../leaflet.exe", data))

    assert (checked.content_type, checked.name) == (content_type, f"leaflet{ending}")


@pytest.mark.parametrize(
    "data",
    [
        b"<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90\x00",
        b"PK\x03\x04 broken archive",
        b"%PDF-1.7\nbroken",
        papers.packed({"payload.exe": "content"}),
        papers.odt(mimetype="application/zip"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
        b"\xff\xd8\xff broken picture",
        b"\x89PNG\r\n\x1a\n broken picture",
        b"",
    ],
)
def test_disguised_or_broken_file_is_refused(data):
    with pytest.raises(RefusedFileError):
        check(SimpleUploadedFile("report.pdf", data))


def damaged(data, *places):
    changed = bytearray(data)
    for place, value in places:
        changed[place] = value
    return bytes(changed)


def test_damaged_archive_is_refused_at_any_place():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("mimetype", files.ODT * 30)
        target.writestr("content.xml", "<a/>" * 100)
        target.writestr("\u00e9.xml", "<a/>")
    data = stream.getvalue()

    # The start is left alone, so that it is taken for an archive at all.
    for place in range(4, len(data)):
        for value in (0x00, 0xFF, data[place] ^ 0x40):
            upload = SimpleUploadedFile("letter.odt", damaged(data, (place, value)))
            with pytest.raises(RefusedFileError):
                check(upload)


def test_file_over_ten_megabytes_is_refused():
    with pytest.raises(RefusedFileError, match="10 MB"):
        check(SimpleUploadedFile("report.pdf", PDF + b"x" * files.MAX_BYTES))


def test_picture_with_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PIXELS", 100)

    with pytest.raises(RefusedFileError, match="pixels"):
        check(SimpleUploadedFile("photo.jpg", papers.picture()))


def test_picture_loses_what_the_camera_wrote():
    exif = Image.Exif()
    exif[0x010E] = "taken at the shelter door"
    data = papers.picture(exif=exif)
    assert b"shelter door" in data

    checked = check(SimpleUploadedFile("photo.jpg", data))

    assert b"shelter door" not in checked.data
    with Image.open(io.BytesIO(checked.data)) as bare:
        assert dict(bare.getexif()) == {}


@pytest.mark.django_db
def test_sixth_file_is_refused():
    author = make_user()
    draft = make_submission(by=author)
    checked = [check(SimpleUploadedFile(f"{number}.pdf", PDF)) for number in range(files.MAX_FILES + 1)]
    for each in checked[:-1]:
        attach(draft, by=author, checked=each)

    with pytest.raises(RefusedFileError):
        attach(draft, by=author, checked=checked[-1])


def stored(attachment):
    with attachment.file.open("rb") as stream:
        return stream.read()


@pytest.mark.django_db
def test_draft_file_goes_to_its_editors_only_and_never_runs(client):
    author = make_user()
    draft = make_submission(by=author)
    attachment = attach(draft, by=author, checked=check(SimpleUploadedFile("a.pdf", PDF)))
    address = reverse("submission-file", args=[draft.uuid, attachment.uuid])

    client.force_login(make_moderator())
    assert client.get(address).status_code == 404
    client.force_login(author)
    answer = client.get(address)

    assert b"".join(answer.streaming_content) == stored(attachment)
    assert answer["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def published_with_file(description=None, **overrides):
    author, moderator = make_user(), make_moderator()
    draft = make_submission(by=author, **overrides)
    attach(draft, by=author, checked=check(SimpleUploadedFile("a.pdf", PDF)), description=description)
    sent = perform(draft, Action.SUBMIT, by=author, version=draft.version)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    return perform(claimed, Action.APPROVE, by=moderator, version=claimed.version).practice


@pytest.mark.django_db
def test_published_practice_offers_its_files(client):
    practice = published_with_file()
    address = reverse("practice-file", args=[practice.attachments.get().uuid])

    assert address in client.get(practice.get_absolute_url()).content.decode()
    assert b"".join(client.get(address).streaming_content).startswith(b"%PDF-")


@pytest.mark.django_db
@pytest.mark.parametrize("overrides", [{"visibility": Visibility.PEERS}, {"city_withheld": True}])
def test_file_of_a_guarded_practice_is_for_peers(client, overrides):
    practice = published_with_file(**overrides)
    address = reverse("practice-file", args=[practice.attachments.get().uuid])

    assert client.get(address).status_code == 404
    client.force_login(make_member().user)
    assert b"".join(client.get(address).streaming_content).startswith(b"%PDF-")


@pytest.mark.django_db
def test_file_for_peers_only_goes_to_peers_only(client):
    practice = published_with_file(Description(visibility=Visibility.PEERS, credit="Desk"))
    address = reverse("practice-file", args=[practice.attachments.get().uuid])

    assert address not in client.get(practice.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 404
    client.force_login(make_user())
    assert client.get(address).status_code == 404
    client.force_login(make_member().user)
    assert b"".join(client.get(address).streaming_content).startswith(b"%PDF-")


@pytest.mark.django_db
def test_file_sent_again_keeps_one_copy_and_says_what_is_said_now():
    author, moderator = make_user(), make_moderator()
    draft = make_submission(by=author)
    attachment = attach(draft, by=author, checked=check(uploaded(PDF)), description=Description(credit="Desk"))
    sent = perform(draft, Action.SUBMIT, by=author, version=draft.version)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    published = perform(claimed, Action.APPROVE, by=moderator, version=claimed.version)
    attachment.visibility = Visibility.PEERS
    attachment.save()

    files.copy_to_practice(published, published.practice)

    assert published.practice.attachments.get().visibility == Visibility.PEERS


@pytest.mark.django_db
def test_another_file_of_the_same_name_and_size_opens_no_file_for_peers():
    practice = published_with_file(Description(visibility=Visibility.PEERS))
    author = make_user()
    change = make_submission(by=author, practice=practice)
    checked = check(SimpleUploadedFile("a.pdf", PDF))
    attach(change, by=author, checked=replace(checked, data=checked.data[:-1] + b" "))

    files.copy_to_practice(change, practice)

    kept, added = practice.attachments.order_by("pk")
    assert (kept.visibility, added.visibility) == (Visibility.PEERS, Visibility.PUBLIC)
    assert stored(kept) == checked.data


@pytest.mark.django_db
def test_files_of_the_practice_count_too():
    practice = published_with_file()
    author = make_user()
    change = make_submission(by=author, practice=practice)
    checked = [check(uploaded(PDF, f"{number}.pdf")) for number in range(files.MAX_FILES)]
    for each in checked[:-1]:
        attach(change, by=author, checked=each)

    with pytest.raises(RefusedFileError):
        attach(change, by=author, checked=checked[-1])


# --- What files say about people --------------------------------------------------------------------------------------


def test_pdf_loses_its_author_everywhere():
    data = papers.pdf(papers.add_author)
    assert papers.AUTHOR.encode() in data

    cleaned = check(uploaded(data)).data

    with pikepdf.open(io.BytesIO(cleaned)) as document:
        page = document.pages[0]
        assert "/Metadata" not in document.Root
        assert "/Info" not in document.trailer
        assert "/PieceInfo" not in page.obj
        assert str(page.Annots[0].Contents) == "Please check"
        assert "/T" not in page.Annots[0]
        photo = page.Resources.XObject.Photo
        assert papers.AUTHOR.encode() not in photo.read_raw_bytes()
        with Image.open(io.BytesIO(photo.read_raw_bytes())) as shown:
            assert shown.size == (40, 30)
    assert papers.AUTHOR.encode() not in cleaned


def test_pdf_forgets_its_earlier_states():
    """An editor that appends leaves what was deleted in the file."""
    data = papers.pdf()
    appended = (
        data.replace(b"%%EOF", b"%%EOF\n% " + papers.AUTHOR.encode())
        + b"\n9 0 obj ("
        + papers.AUTHOR.encode()
        + b") endobj\n"
    )

    assert papers.AUTHOR.encode() not in check(uploaded(appended)).data


def test_docx_loses_its_author_and_keeps_its_text():
    cleaned = papers.unpacked(check(uploaded(papers.docx(), "letter.docx")).data)

    whole = b"\n".join(cleaned.values())
    assert papers.AUTHOR.encode() not in whole
    assert not [name for name in cleaned if name.startswith(("docProps/", "customXml/")) or name == "word/people.xml"]
    for text in (b"A bed for a night", b" and a meal", b"Is this so?"):
        assert text in whole
    for note in (b"rsid", b"2024-05-01", b'initials="EM"'):
        assert note not in whole
    assert b"core-properties" not in cleaned["_rels/.rels"]
    assert b"docProps" not in cleaned["[Content_Types].xml"]
    with Image.open(io.BytesIO(cleaned["word/media/image1.jpeg"])) as shown:
        assert dict(shown.getexif()) == {}


def test_docx_of_a_word_processor_opens_after_the_cleaning():
    letter = docx.Document()
    letter.core_properties.author = papers.AUTHOR
    letter.add_paragraph("A bed for a night")
    letter.add_picture(io.BytesIO(papers.picture(exif=papers.noted_exif())))
    stream = io.BytesIO()
    letter.save(stream)

    opened = docx.Document(io.BytesIO(check(uploaded(stream.getvalue(), "letter.docx")).data))

    assert opened.paragraphs[0].text == "A bed for a night"
    assert len(opened.inline_shapes) == 1


def test_odt_loses_its_author_and_keeps_its_text():
    data = check(uploaded(papers.odt(), "letter.odt")).data
    cleaned = papers.unpacked(data)

    whole = b"\n".join(cleaned.values())
    assert papers.AUTHOR.encode() not in whole
    assert "meta.xml" not in cleaned
    assert b"meta.xml" not in cleaned["META-INF/manifest.xml"]
    for text in (b"A bed", b" for a night", b"Is this so?"):
        assert text in whole
    for note in (b"2024-05-01", b">EM<"):
        assert note not in whole
    # Readers of ODT know the kind from the first bytes.
    assert data[30:38] == b"mimetype"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED


# --- Files made to harm -----------------------------------------------------------------------------------------------


def add_script(document):
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert('opened')")


def add_named_script(document):
    document.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array(["start", Dictionary(S=Name.JavaScript, JS="app.alert('opened')")]))
    )


def add_launch(document):
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.Launch, F="cmd.exe"))
    document.pages[0].Annots = Array([document.make_indirect(link)])


def add_chained_script(document):
    """A harmless link with a script behind it."""
    script = Dictionary(S=Name.JavaScript, JS="app.alert('opened')")
    link = Dictionary(S=Name.URI, URI="https://city.example/", Next=script)
    document.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=link)])


@pytest.mark.parametrize("add", [add_script, add_named_script, add_launch, add_chained_script])
def test_what_runs_is_taken_out_of_a_pdf_and_said(add):
    checked = check(uploaded(papers.pdf(add, object_stream_mode=pikepdf.ObjectStreamMode.disable)))

    assert [str(sentence) for sentence in checked.removed] == [
        "Scripts and actions were taken out of the PDF. Forms in it may no longer calculate."
    ]
    with pikepdf.open(io.BytesIO(checked.data)) as document:
        plain = io.BytesIO()
        document.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for part in (b"JavaScript", b"app.alert", b"Launch", b"cmd.exe"):
        assert part not in plain.getvalue()


def attach_file(document):
    document.attachments["list.csv"] = pikepdf.AttachedFileSpec(document, b"name;born")


def annotate_with_file(document):
    document.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=Dictionary(F="a.csv"))]
    )


@pytest.mark.parametrize("add", [attach_file, annotate_with_file])
def test_pdf_that_carries_files_is_refused(add):
    data = papers.pdf(add)

    with pytest.raises(RefusedFileError, match="other files inside"):
        check(uploaded(data))


@pytest.mark.parametrize(
    "protection", [pikepdf.Encryption(user="", owner="o"), pikepdf.Encryption(user="u", owner="o")]
)
def test_protected_pdf_is_refused(protection):
    data = papers.pdf(encryption=protection)

    with pytest.raises(RefusedFileError, match="protected"):
        check(uploaded(data))


def packed_twice(text, *, times):
    """`text` over and over, packed and packed again, without ever holding it whole."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    return zlib.compress(b"\x78\xda" + block * times + end, 9)


def with_object_stream(stream):
    """A PDF whose catalogue lies in an object stream with these bytes, packed twice."""
    body = (
        b"%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]/Length "
        + str(len(stream)).encode()
        + b">>\nstream\n"
        + stream
        + b"\nendstream\nendobj\n4 0 obj\n<</Type/Pages/Count 1/Kids[5 0 R]>>\nendobj\n"
    )
    page = len(body)
    body += b"5 0 obj\n<</Type/Page/Parent 4 0 R/MediaBox[0 0 9 9]>>\nendobj\n"
    pages, start = body.index(b"4 0 obj"), len(body)
    rows = [(0, 0, 0), (1, 9, 0), (2, 1, 0), (1, start, 0), (1, pages, 0), (1, page, 0)]
    table = b"".join(bytes([kind]) + place.to_bytes(4, "big") + bytes([index]) for kind, place, index in rows)
    return (
        body
        + b"3 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 2 0 R/Length "
        + str(len(table)).encode()
        + b">>\nstream\n"
        + table
        + b"\nendstream\nendobj\nstartxref\n"
        + str(start).encode()
        + b"\n%%EOF"
    )


def test_pdf_that_unpacks_to_gigabytes_is_refused():
    catalogue = b"2 0 <</Type/Catalog/Pages 4 0 R>>"
    harmless = with_object_stream(zlib.compress(zlib.compress(catalogue)))
    # The same file with an object stream of four gigabytes.
    bomb = with_object_stream(packed_twice(catalogue + b" " * (2**20 - len(catalogue)), times=4096))
    assert len(bomb) < files.MAX_BYTES
    check(uploaded(harmless))

    with pytest.raises(RefusedFileError, match="cannot be read"):
        check(uploaded(bomb))


def test_pdf_that_is_an_archive_too_is_only_a_pdf_afterwards():
    data = PDF + papers.packed({"payload.html": "<script>alert(1)</script>"})
    assert zipfile.is_zipfile(io.BytesIO(data))

    cleaned = check(uploaded(data)).data

    assert not zipfile.is_zipfile(io.BytesIO(cleaned))
    assert b"payload" not in cleaned


def test_what_hides_between_the_parts_of_a_document_is_gone():
    data = papers.packed(papers.docx_parts(), comment=b"<script>alert(1)</script>") + b"%PDF-1.7 payload"

    cleaned = check(uploaded(data, "letter.docx")).data

    assert b"<script>" not in cleaned
    assert b"payload" not in cleaned


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    ("name", "make", "part"),
    [
        ("letter.docx", papers.docx, "word/document.xml"),
        ("letter.docx", papers.docx, "word/comments.xml"),
        ("letter.docx", papers.docx, "_rels/.rels"),
        ("letter.odt", papers.odt, "content.xml"),
        ("letter.odt", papers.odt, "META-INF/manifest.xml"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_never_expand(name, make, part, encoding):
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{LAUGHS}<a>&j;</a>'.encode(encoding)
    data = make(**{part: declared})

    with pytest.raises(RefusedFileError):
        check(uploaded(data, name))


def test_entity_that_reads_a_file_is_refused():
    declared = '<!DOCTYPE a [<!ENTITY secret SYSTEM "file:///etc/hostname">]><a>&secret;</a>'
    data = papers.odt(**{"content.xml": declared})

    with pytest.raises(RefusedFileError):
        check(uploaded(data, "letter.odt"))


def test_archive_that_unpacks_to_too_much_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in papers.docx_parts().items():
            target.writestr(name, content)
        for number in range(11):
            target.writestr(f"word/media/image{number}.emf", b"\x00" * 10 * 1024 * 1024)
    data = stream.getvalue()
    assert len(data) < files.MAX_BYTES

    with pytest.raises(RefusedFileError):
        check(uploaded(data, "letter.docx"))


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ({"word/vbaProject.bin": b"x"}, "macros"),
        ({"word/embeddings/sheet.xlsx": b"x"}, "other files inside"),
        ({"word/../evil.xml": "<a/>"}, "cannot|that we can read"),
        (
            {
                "word/_rels/document.xml.rels": f'<Relationships xmlns="{papers.PACKAGE}/relationships">'
                f'<Relationship Id="r1" Type="{papers.RELATION}/image" Target="https://spy.example/p" '
                'TargetMode="External"/></Relationships>'
            },
            "loads parts from elsewhere",
        ),
    ],
)
def test_docx_with_more_than_a_letter_needs_is_refused(extra, reason):
    data = papers.docx(**extra)

    with pytest.raises(RefusedFileError, match=reason):
        check(uploaded(data, "letter.docx"))


@pytest.mark.parametrize("part", ["Basic/script-lc.xml", "Scripts/python/a.py"])
def test_odt_with_macros_is_refused(part):
    data = papers.odt(**{part: "<a/>"})

    with pytest.raises(RefusedFileError, match="macros"):
        check(uploaded(data, "letter.odt"))


def test_odt_with_a_password_is_refused():
    manifest = (
        f'<manifest:manifest {papers.ODF}><manifest:file-entry manifest:full-path="content.xml">'
        "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    data = papers.odt(**{"META-INF/manifest.xml": manifest})

    with pytest.raises(RefusedFileError, match="password"):
        check(uploaded(data, "letter.odt"))


def test_paths_in_links_lead_nowhere():
    """A link to a file on somebody's computer names that person."""
    relations = (
        f'<Relationships xmlns="{papers.PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{papers.RELATION}/hyperlink" Target="file:///C:/Users/{papers.AUTHOR}/a.docx" TargetMode="External"/>'
        f'<Relationship Id="r2" Type="{papers.RELATION}/hyperlink" Target="https://city.example/" '
        'TargetMode="External"/></Relationships>'
    )
    data = papers.docx(**{"word/_rels/document.xml.rels": relations})

    cleaned = papers.unpacked(check(uploaded(data, "letter.docx")).data)["word/_rels/document.xml.rels"]

    assert papers.AUTHOR.encode() not in cleaned
    assert b"https://city.example/" in cleaned
