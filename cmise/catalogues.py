"""The message catalogues: collected from the sources with xgettext, merged and compiled with polib.

Not `makemessages`: it guesses translations for changed texts, rewraps lines and touches dates, and each of these makes
a diff that says nothing. Here a catalogue changes when a message changes. See docs/adr/0005.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import polib
from django.utils.translation.template import templatize

SOURCE_FOLDERS = ("accounts", "cities", "practices", "submissions", "cmise", "templates")
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml"}
SOURCE_LANGUAGE = "en"
DJANGO_LOCALES = Path(django.__file__).parent / "conf" / "locale"
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "pgettext_lazy:1c,2",
    "npgettext:1c,2,3",
    "npgettext_lazy:1c,2,3",
)


class GettextMissing(Exception):
    """Raised where xgettext is not installed; compiling needs no gettext, collecting does."""

    def __init__(self) -> None:
        super().__init__("xgettext is not installed. To install it: apt-get install -y gettext")


def collect_messages(root: Path) -> polib.POFile:
    """Every translatable text of the sources under `root`, in a fixed order, untranslated."""
    xgettext = shutil.which("xgettext")
    if xgettext is None:
        raise GettextMissing
    with tempfile.TemporaryDirectory() as folder:
        sources = list(_python_sources(root, Path(folder)))
        output = subprocess.run(
            [
                xgettext,
                "--from-code=UTF-8",
                "--language=Python",
                "--add-comments=Translators",
                "--add-location=file",
                "--no-wrap",
                "--output=-",
                *(f"--keyword={keyword}" for keyword in KEYWORDS),
                f"--directory={root}",
                f"--directory={folder}",
                "--files-from=-",
            ],
            input="\n".join(sources),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    messages = polib.pofile(output, wrapwidth=0)
    for message in messages:
        message.occurrences = sorted({(path.removesuffix(".template.py"), "") for path, _line in message.occurrences})
    messages.sort(key=lambda message: (message.occurrences, message.msgctxt or "", message.msgid))
    return messages


def _python_sources(root: Path, folder: Path) -> Iterator[str]:
    """Paths xgettext can read; templates are first rewritten as Python, under `folder`."""
    for source_folder in SOURCE_FOLDERS:
        for path in sorted((root / source_folder).rglob("*")):
            name = str(path.relative_to(root))
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield name
            elif path.suffix in TEMPLATE_SUFFIXES and "templates" in path.relative_to(root).parts:
                target = folder / f"{name}.template.py"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(templatize(path.read_text(encoding="utf-8"), name), encoding="utf-8")
                yield f"{name}.template.py"


def plural_forms(language: str) -> str:
    """The rule Django itself uses for the language, so our plurals and its own agree."""
    return polib.pofile(str(DJANGO_LOCALES / language / "LC_MESSAGES" / "django.po")).metadata["Plural-Forms"]


def plural_count(rule: str) -> int:
    """How many forms a Plural-Forms header announces."""
    return int(rule.split(";")[0].removeprefix("nplurals="))


def update_catalogue(path: Path, messages: polib.POFile, language: str) -> bool:
    """Give the catalogue exactly these messages and keep what was translated; True when the file changed."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    known = polib.pofile(before or 'msgid ""\nmsgstr ""\n')
    translated = {(entry.msgctxt, entry.msgid, entry.msgid_plural): entry for entry in known if entry.translated()}
    rule = plural_forms(language)
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.header = "Messages of the C-MISE registry. See docs/translating.md."
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": rule,
    }
    for message in messages:
        entry = polib.POEntry(
            msgctxt=message.msgctxt,
            msgid=message.msgid,
            msgid_plural=message.msgid_plural,
            comment=message.comment,
            occurrences=message.occurrences,
            flags=message.flags,
        )
        earlier = translated.get((message.msgctxt, message.msgid, message.msgid_plural))
        if message.msgid_plural:
            forms = earlier.msgstr_plural if earlier else {}
            entry.msgstr_plural = {number: forms.get(number, "") for number in range(plural_count(rule))}
        else:
            entry.msgstr = earlier.msgstr if earlier else ""
        if language == SOURCE_LANGUAGE:
            _repeat_source(entry)
        catalogue.append(entry)
    after = f"{catalogue}\n".replace("\n\n\n", "\n\n")
    if after != before:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(after, encoding="utf-8")
    return after != before


def _repeat_source(entry: polib.POEntry) -> None:
    """English says what the source says; a complete catalogue keeps Django from falling back elsewhere."""
    if entry.msgid_plural:
        entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
    else:
        entry.msgstr = entry.msgid


def compile_catalogues(folder: Path) -> list[Path]:
    """Write each catalogue that changed since it was compiled; returns what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        changed_at = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == changed_at:
            continue
        compiled = polib.pofile(str(source)).to_binary()
        # Written beside and renamed: a server or a second test worker never reads half a catalogue.
        with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".new", delete=False) as file:
            file.write(compiled)
        written_file = Path(file.name)
        written_file.chmod(0o644)
        # The compiled file carries the time of the text it was read from, not the time it was finished.
        os.utime(written_file, ns=(changed_at, changed_at))
        written_file.replace(target)
        written.append(target)
    return written
