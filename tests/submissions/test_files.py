"""What is let in as a file, and who gets it out again."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from practices.choices import Visibility
from submissions import files
from submissions.choices import Action
from submissions.files import RefusedFileError, attach, check
from submissions.services import perform
from tests.factories import make_member, make_moderator, make_submission, make_user


def archive(*members, mimetype=None):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        if mimetype:
            target.writestr("mimetype", mimetype)
        for name in members:
            target.writestr(name, "content")
    return stream.getvalue()


def picture(format="JPEG", size=(40, 30), exif=None):
    stream = io.BytesIO()
    Image.new("RGB", size, "teal").save(stream, format=format, **({"exif": exif} if exif else {}))
    return stream.getvalue()


PDF = b"%PDF-1.7\nHello"
DOCX = archive("[Content_Types].xml", "word/document.xml")
ODT = archive("content.xml", mimetype=files.ODT)


@pytest.mark.parametrize(
    ("data", "content_type", "ending"),
    [
        (PDF, files.PDF, ".pdf"),
        (DOCX, files.DOCX, ".docx"),
        (ODT, files.ODT, ".odt"),
        (picture("JPEG"), files.JPEG, ".jpg"),
        (picture("PNG"), files.PNG, ".png"),
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
        archive("payload.exe"),
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        archive("content.xml", mimetype="application/zip"),
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
    monkeypatch.setattr(files, "MAX_PIXELS", 100)

    with pytest.raises(RefusedFileError, match="pixels"):
        check(SimpleUploadedFile("photo.jpg", picture()))


def test_picture_loses_what_the_camera_wrote():
    exif = Image.Exif()
    exif[0x010E] = "taken at the shelter door"
    data = picture(exif=exif)
    assert b"shelter door" in data

    checked = check(SimpleUploadedFile("photo.jpg", data))

    assert b"shelter door" not in checked.data
    with Image.open(io.BytesIO(checked.data)) as bare:
        assert dict(bare.getexif()) == {}


@pytest.mark.django_db
def test_sixth_file_is_refused():
    author = make_user()
    draft = make_submission(by=author)
    checked = check(SimpleUploadedFile("a.pdf", PDF))
    for _number in range(files.MAX_FILES):
        attach(draft, by=author, checked=checked)

    with pytest.raises(RefusedFileError):
        attach(draft, by=author, checked=checked)


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

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def published_with_file(**overrides):
    author, moderator = make_user(), make_moderator()
    draft = make_submission(by=author, **overrides)
    attach(draft, by=author, checked=check(SimpleUploadedFile("a.pdf", PDF)), credit="Housing department")
    sent = perform(draft, Action.SUBMIT, by=author, version=draft.version)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    return perform(claimed, Action.APPROVE, by=moderator, version=claimed.version).practice


@pytest.mark.django_db
def test_published_practice_offers_its_files(client):
    practice = published_with_file()
    address = reverse("practice-file", args=[practice.attachments.get().uuid])

    assert address in client.get(practice.get_absolute_url()).content.decode()
    assert b"".join(client.get(address).streaming_content) == PDF


@pytest.mark.django_db
@pytest.mark.parametrize("overrides", [{"visibility": Visibility.PEERS}, {"city_withheld": True}])
def test_file_of_a_guarded_practice_is_for_peers(client, overrides):
    practice = published_with_file(**overrides)
    address = reverse("practice-file", args=[practice.attachments.get().uuid])

    assert client.get(address).status_code == 404
    client.force_login(make_member().user)
    assert b"".join(client.get(address).streaming_content) == PDF
