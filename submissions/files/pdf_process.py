"""Rewrites the PDF on the standard input. Answers with a line of JSON, `{"removed": […]}` or `{"refused": "…"}`, and
behind it the new file. Run by `submissions.files.pdf`, alone: it may be ended at any moment.
"""

import io
import json
import resource
import sys

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

MEGABYTE = 1024 * 1024
MEMORY = 640 * MEGABYTE
PROCESSOR_SECONDS = 10
MOST_OBJECTS = 300_000
DEEPEST = 200

# Notes about people and programs, wherever they stand.
NOTES = ("/Metadata", "/PieceInfo", "/LastModified", "/SpiderInfo", "/Threads", "/Collection")
# What runs, is sent or is opened without the reader's doing.
RUNNING = ("/OpenAction", "/AA", "/JavaScript", "/JS", "/XFA", "/URLS", "/AcroFormJS")
ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/Movie", "/Sound",
           "/RichMediaExecute", "/GoTo3DView", "/GoToR"}  # fmt: skip
CARRIERS = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
# At annotations: who wrote them and when. A form field's /T is its name, not an author.
ANNOTATION_NOTES = ("/M", "/CreationDate", "/NM")
MARKUP = {"/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline",
          "/Squiggly", "/StrikeOut", "/Caret", "/Stamp", "/Ink", "/Popup", "/Redact", "/Projection"}  # fmt: skip


class RefusedError(Exception):
    """Says by a word why."""


def clean(pdf: pikepdf.Pdf) -> list[str]:
    """Take notes and scripts out of every object; say what was taken out besides notes."""
    if len(pdf.objects) > MOST_OBJECTS:
        raise RefusedError("large")
    removed: set[str] = set()
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary):
        if "/EmbeddedFiles" in names:
            raise RefusedError("files")
        if "/JavaScript" in names:
            del names["/JavaScript"]
            removed.add("scripts")
    for thing in pdf.objects:
        _clean_object(thing, removed, 0)
    return sorted(removed)


def _clean_object(thing: Object, removed: set[str], depth: int) -> None:
    if depth > DEEPEST:
        raise RefusedError("deep")
    if isinstance(thing, Array):
        for entry in thing:
            _clean_child(entry, removed, depth)
    elif isinstance(thing, Dictionary | Stream):
        _clean_dictionary(thing, removed)
        for key in list(thing.keys()):
            _clean_child(thing[key], removed, depth)
        if isinstance(thing, Stream):
            _clean_picture(thing)


def _clean_child(child: object, removed: set[str], depth: int) -> None:
    # What is referred to comes by itself: every object of the file is visited once.
    if isinstance(child, Object) and not child.is_indirect and isinstance(child, Array | Dictionary):
        _clean_object(child, removed, depth + 1)


def _clean_dictionary(thing: Object, removed: set[str]) -> None:
    subtype = thing.get("/Subtype")
    if "/EF" in thing or thing.get("/Type") == Name.EmbeddedFile or subtype in CARRIERS:
        raise RefusedError("files")
    for key in NOTES:
        if key in thing:
            del thing[key]
    for key in RUNNING:
        if key in thing:
            del thing[key]
            removed.add("scripts")
    for key in ("/A", "/Next", "/PA"):
        action = thing.get(key)
        if isinstance(action, Dictionary) and action.get("/S") in ACTIONS:
            del thing[key]
            removed.add("scripts")
    if thing.get("/S") in ACTIONS and ("/JS" in thing or "/F" in thing or "/Win" in thing):
        for key in ("/JS", "/F", "/Win", "/Unix", "/Mac"):
            if key in thing:
                del thing[key]
        removed.add("scripts")
    if subtype in MARKUP:
        for key in ("/T", *ANNOTATION_NOTES):
            if key in thing:
                del thing[key]


def _clean_picture(thing: Stream) -> None:
    """A photograph lies in a PDF as the camera wrote it."""
    if thing.get("/Filter") in (Name.DCTDecode, Array([Name.DCTDecode])):
        raw = thing.read_raw_bytes()
        bare = _jpeg_without_notes(raw)
        if bare != raw:
            parameters = thing.get("/DecodeParms")
            known = parameters if isinstance(parameters, Dictionary | Array) else None
            thing.write(bare, filter=Name.DCTDecode, decode_parms=known)


def _jpeg_without_notes(data: bytes) -> bytes:
    """As in `submissions.files.pictures`, which this process does not load: EXIF, XMP, IPTC and comments go."""
    pieces, place = [data[:2]], 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if marker == 0xDA or length < 2:
            break
        if marker not in (0xE1, 0xED, 0xFE):
            pieces.append(data[place : place + 2 + length])
        place += 2 + length
    return b"".join([*pieces, data[place:]])


def rewrite(data: bytes) -> tuple[dict[str, object], bytes]:
    """The answer and the new file; the file is empty where it is refused."""
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise RefusedError("encrypted")
            if not pdf.pages:
                raise RefusedError("broken")
            removed = clean(pdf)
            stream = io.BytesIO()
            pdf.save(
                stream,
                deterministic_id=True,
                fix_metadata_version=False,
                preserve_pdfa=False,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                compress_streams=True,
            )
    except pikepdf.PasswordError:
        return {"refused": "encrypted"}, b""
    except RefusedError as refused:
        return {"refused": str(refused)}, b""
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, RuntimeError, MemoryError):
        return {"refused": "broken"}, b""
    return {"removed": removed}, stream.getvalue()


def main() -> None:
    """Bound this process, read, answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer, cleaned = rewrite(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + cleaned)


if __name__ == "__main__":
    main()
