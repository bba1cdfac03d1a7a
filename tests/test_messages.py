"""The catalogues in locale/: complete, in step with the sources, and safe to format in every language."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

from cmise.catalogues import collect_messages, compile_catalogues, plural_count, plural_forms, update_catalogue

ROOT = Path(__file__).resolve().parent.parent

# %(name)s, %s, {name}, and tags with their attributes; `%%` is a percent sign, not a placeholder.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!%)%[sd]|\{\w*\}|</?[a-z][^>]*>")

# Nobody is illegal. The words are forbidden in every catalogue, for people and for everything else.
FORBIDDEN_WORDS = {
    "en": r"\billegal|\bclandestine|\balien\b",
    "de": r"\billegal|\basylant",
    "el": r"παράνομ|λαθρομετανάστ",
    "es": r"\bilegal|\bclandestin",
    "fr": r"\billégal|\bclandestin",
    "it": r"\billegal|\bclandestin|\bextracomunitari",
    "nl": r"\billegal|\billegaal",
}


def catalogue_path(language):
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


@pytest.fixture(scope="module")
def catalogues():
    return {language: polib.pofile(str(catalogue_path(language))) for language in settings.LANGUAGE_CODES}


@pytest.fixture(scope="module")
def messages():
    """Fails, in its own words, where xgettext is missing: what is not compared is not known to be in step."""
    return collect_messages(ROOT)


def key(entry):
    return (entry.msgctxt, entry.msgid, entry.msgid_plural)


def forms(entry):
    """The translations of a message beside the source text each must agree with."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid_plural, text) for text in entry.msgstr_plural.values()]


def untranslated(catalogue, count):
    return [
        entry.msgid
        for entry in catalogue
        if not all(text.strip() for _source, text in forms(entry))
        or (entry.msgid_plural and len(forms(entry)) != count)
    ]


def drift(catalogue, messages):
    """What the sources say and the catalogue does not, and the other way round."""
    wanted, present = {key(entry) for entry in messages}, {key(entry) for entry in catalogue}
    return sorted(map(str, wanted - present)), sorted(map(str, present - wanted))


def broken_placeholders(catalogue):
    """Messages whose translation would fail to format, or would drop what the page puts in.

    A form for "one" may leave the number out ("a practice"): it may lack placeholders, never add any.
    """
    broken = []
    for entry in catalogue:
        for number, (source, text) in enumerate(forms(entry)):
            expected, found = sorted(PLACEHOLDER.findall(source)), sorted(PLACEHOLDER.findall(text))
            lacks_only = number == 0 and entry.msgid_plural and set(found) <= set(expected)
            if text and found != expected and not lacks_only:
                broken.append(f"{source!r}: {text!r}")
    return broken


def forbidden_words(catalogue, language):
    pattern = re.compile(FORBIDDEN_WORDS[language], re.IGNORECASE)
    return [text for entry in catalogue for _source, text in forms(entry) if pattern.search(text)]


@pytest.mark.parametrize("language", settings.LANGUAGE_CODES)
def test_catalogue_is_complete(catalogues, language):
    catalogue = catalogues[language]

    assert untranslated(catalogue, plural_count(plural_forms(language))) == []
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []


@pytest.mark.parametrize("language", settings.LANGUAGE_CODES)
def test_catalogue_is_in_step_with_the_sources(catalogues, messages, language):
    missing, left_over = drift(catalogues[language], messages)

    assert (missing, left_over) == ([], []), "run `make messages` and translate what is new"


@pytest.mark.parametrize("language", settings.LANGUAGE_CODES)
def test_placeholders_are_those_of_the_source(catalogues, language):
    assert broken_placeholders(catalogues[language]) == []


@pytest.mark.parametrize("language", settings.LANGUAGE_CODES)
def test_header_has_the_language_and_its_plurals(catalogues, language):
    header = catalogues[language].metadata

    assert (header["Language"], header["Plural-Forms"]) == (language, plural_forms(language))


@pytest.mark.parametrize("language", settings.LANGUAGE_CODES)
def test_nobody_is_called_illegal(catalogues, language):
    assert forbidden_words(catalogues[language], language) == []


def test_english_repeats_the_sources(catalogues):
    assert [entry.msgid for entry in catalogues["en"] if not entry.msgid_plural and entry.msgstr != entry.msgid] == []


def one_message(**fields):
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(**fields))
    return catalogue


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("%(count)s practices", "praktijken"),
        ("%(count)s practices", "%(aantal)s praktijken"),
        ("Write to {name}", "Schrijf naar {naam}"),
        ('Read <a href="%(url)s">more</a>', 'Lees <a href="%(url)s">meer'),
        ("%s of %s", "%s van"),
    ],
)
def test_broken_placeholder_is_reported(source, text):
    assert broken_placeholders(one_message(msgid=source, msgstr=text)) == [f"{source!r}: {text!r}"]


def test_plural_form_for_one_may_leave_the_number_out():
    entry = {"msgid": "%(n)s city", "msgid_plural": "%(n)s cities"}

    assert broken_placeholders(one_message(**entry, msgstr_plural={0: "een stad", 1: "%(n)s steden"})) == []
    assert broken_placeholders(one_message(**entry, msgstr_plural={0: "een stad", 1: "steden"})) == [
        "'%(n)s cities': 'steden'"
    ]


def test_missing_plural_form_is_reported():
    catalogue = one_message(msgid="%(n)s city", msgid_plural="%(n)s cities", msgstr_plural={0: "%(n)s stad", 1: ""})

    assert untranslated(catalogue, 2) == ["%(n)s city"]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Illegal migrants"), ("el", "παράνομοι μετανάστες"), ("fr", "clandestins"), ("nl", "illegalen")],
)
def test_forbidden_word_is_reported(language, text):
    assert forbidden_words(one_message(msgid="x", msgstr=text), language) == [text]


@pytest.fixture
def site(tmp_path):
    """A source tree with one template and one module."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "cities").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}{% translate "Cities" %}{% blocktranslate trimmed count n=n %}\n  {{ n }} city\n'
        "{% plural %}\n  {{ n }} cities\n{% endblocktranslate %}"
    )
    (tmp_path / "cities" / "choices.py").write_text('MEMBER = pgettext_lazy("role of a city", "member")\n')
    return tmp_path


def test_texts_are_collected_from_modules_and_templates(site):
    found = {(message.msgctxt, message.msgid): message.occurrences for message in collect_messages(site)}

    assert found == {
        ("role of a city", "member"): [("cities/choices.py", "")],
        (None, "Cities"): [("templates/page.html", "")],
        (None, "%(n)s city"): [("templates/page.html", "")],
    }


def test_update_keeps_translations_and_never_guesses(site, tmp_path):
    path = tmp_path / "nl.po"
    update_catalogue(path, collect_messages(site), "nl")
    translated = polib.pofile(str(path))
    translated.find("Cities").msgstr = "Steden"
    translated.save()
    (site / "cities" / "choices.py").write_text('MEMBER = pgettext_lazy("role of a city", "members")\n')

    changed = update_catalogue(path, collect_messages(site), "nl")

    after = polib.pofile(str(path))
    assert changed
    assert {entry.msgid: entry.msgstr for entry in after if not entry.msgid_plural} == {
        "members": "",
        "Cities": "Steden",
    }
    assert after.fuzzy_entries() == []


def test_update_without_a_change_leaves_the_file_alone(site, tmp_path):
    path = tmp_path / "fr.po"
    update_catalogue(path, collect_messages(site), "fr")
    before = path.read_bytes()

    changed = update_catalogue(path, collect_messages(site), "fr")

    assert not changed
    assert path.read_bytes() == before


def test_compile_writes_only_what_changed(tmp_path):
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    one_message(msgid="City", msgstr="Stad").save(str(folder / "django.po"))

    first, second = compile_catalogues(tmp_path), compile_catalogues(tmp_path)

    assert (first, second) == ([folder / "django.mo"], [])
    assert polib.mofile(str(folder / "django.mo")).find("City").msgstr == "Stad"
