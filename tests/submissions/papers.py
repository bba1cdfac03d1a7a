"""Small real files: a PDF, a DOCX, an ODT and pictures, each with notes about who made it where that is asked for."""

import io
import zipfile

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from submissions.files import DOCX, ODT

AUTHOR = "Erika Musterfrau"


def packed(parts, *, comment=b""):
    """A zip archive with these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
        target.comment = comment
    return stream.getvalue()


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def picture(format="JPEG", size=(40, 30), exif=None):
    stream = io.BytesIO()
    Image.new("RGB", size, "teal").save(stream, format=format, **({"exif": exif} if exif else {}))
    return stream.getvalue()


def noted_exif():
    exif = Image.Exif()
    exif[0x013B] = AUTHOR
    return exif


def pdf(change=None, **saving):
    """A PDF of one page; `change` is called with the library's object before it is saved."""
    document = pikepdf.new()
    document.add_blank_page()
    if change:
        change(document)
    stream = io.BytesIO()
    document.save(stream, **saving)
    return stream.getvalue()


def add_author(document):
    """Everywhere a PDF says who made it."""
    document.docinfo["/Author"] = AUTHOR
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = [AUTHOR]
    page = document.pages[0]
    page.obj.PieceInfo = Dictionary(Private=AUTHOR)
    page.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Text, T=AUTHOR, Contents="Please check", Rect=[0, 0, 9, 9])]
    )
    photo = document.make_stream(picture(exif=noted_exif()))
    facts = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 40, "Height": 30, "ColorSpace": Name.DeviceRGB,
             "BitsPerComponent": 8, "Filter": Name.DCTDecode}  # fmt: skip
    for name, fact in facts.items():
        photo[f"/{name}"] = fact
    page.Resources = Dictionary(XObject=Dictionary(Photo=photo))


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def docx_parts(**more):
    """The parts of a letter with a comment and a tracked change, each signed."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.core"/>'
        f'<Override PartName="/word/document.xml" ContentType="{DOCX}.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{RELATION}/core-properties" Target="docProps/core.xml"/></Relationships>',
        "docProps/core.xml": f"<core><creator>{AUTHOR}</creator></core>",
        "docProps/app.xml": f"<app><Company>{AUTHOR}</Company></app>",
        "docProps/custom.xml": f"<custom>{AUTHOR}</custom>",
        "customXml/item1.xml": f"<owner>{AUTHOR}</owner>",
        "word/people.xml": f'<w:people {WORD}><w:person w:author="{AUTHOR}"/></w:people>',
        "word/document.xml": f'<w:document {WORD}><w:body><w:p w:rsidR="00AB12CD">'
        "<w:r><w:t>A bed for a night</w:t></w:r>"
        f'<w:ins w:id="1" w:author="{AUTHOR}" w:date="2024-05-01T10:00:00Z"><w:r><w:t> and a meal</w:t></w:r></w:ins>'
        "</w:p></w:body></w:document>",
        "word/comments.xml": f'<w:comments {WORD}><w:comment w:id="0" w:author="{AUTHOR}" w:initials="EM" '
        'w:date="2024-05-01T10:00:00Z"><w:p><w:r><w:t>Is this so?</w:t></w:r></w:p></w:comment></w:comments>',
        "word/settings.xml": f'<w:settings {WORD}><w:rsids><w:rsid w:val="00AB12CD"/></w:rsids></w:settings>',
        "word/media/image1.jpeg": picture(exif=noted_exif()),
        **more,
    }


ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
    'xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
)


def odt_parts(**more):
    """The parts of a letter with an annotation and a tracked change, each signed."""
    signed = f"<dc:creator>{AUTHOR}</dc:creator><dc:date>2024-05-01T10:00:00</dc:date>"
    return {
        "mimetype": ODT,
        "META-INF/manifest.xml": f'<manifest:manifest {ODF}><manifest:file-entry manifest:full-path="/"/>'
        '<manifest:file-entry manifest:full-path="content.xml"/><manifest:file-entry manifest:full-path="meta.xml"/>'
        "</manifest:manifest>",
        "meta.xml": f"<office:document-meta {ODF}><meta:initial-creator>{AUTHOR}</meta:initial-creator>"
        "</office:document-meta>",
        "settings.xml": f'<office:document-settings {ODF}><config:config-item config:name="PrinterName">{AUTHOR}'
        "</config:config-item></office:document-settings>",
        "content.xml": f"<office:document-content {ODF}><office:body><office:text><text:tracked-changes>"
        f"<text:changed-region><text:insertion><office:change-info>{signed}</office:change-info></text:insertion>"
        f"</text:changed-region></text:tracked-changes><text:p>A bed<office:annotation>{signed}"
        "<meta:creator-initials>EM</meta:creator-initials><text:p>Is this so?</text:p></office:annotation> for a night"
        "</text:p></office:text></office:body></office:document-content>",
        **more,
    }


def docx(**more):
    return packed(docx_parts(**more))


def odt(**more):
    return packed(odt_parts(**more))
