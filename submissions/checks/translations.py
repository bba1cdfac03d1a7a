"""Languages in which a record is missing, half there, or older than its original."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from practices.content import TRANSLATABLE, Field
from submissions.checks.observations import Check, Observation, language_name


def unfinished_translations(
    document: Mapping[str, Any], *, live: Mapping[str, Any] | None = None, stale: Collection[str] = ()
) -> Iterator[Observation]:
    """`live`: the document that readers see now, where this one would replace it. `stale`: languages that are behind
    their original already."""
    original = document.get("original_language")
    written = [field for field in TRANSLATABLE if _text(document, field, original)]
    missing = []
    for code in settings.LANGUAGE_CODES:
        if code == original:
            continue
        lacking = [field for field in written if not _text(document, field, code)]
        if lacking and len(lacking) == len(written):
            missing.append(code)
            continue
        if lacking:
            message = _("%(language)s: there is no %(fields)s.") % _told(code, lacking)
            yield Observation(Check.TRANSLATIONS, f"{lacking[0].name}.{code}", message)
        behind = _behind(document, live, original, code)
        if behind:
            message = _("%(language)s: the original has changed since, in %(fields)s.") % _told(code, behind)
            yield Observation(Check.TRANSLATIONS, f"{behind[0].name}.{code}", message)
        elif code in stale:
            message = _("%(language)s: marked as older than its original.") % {"language": language_name(code)}
            yield Observation(Check.TRANSLATIONS, f"title.{code}", message)
    if missing and written:
        message = _("Nothing is written in: %(languages)s.")
        names = ", ".join(language_name(code) for code in missing)
        yield Observation(Check.TRANSLATIONS, "", message % {"languages": names})


def _behind(
    document: Mapping[str, Any], live: Mapping[str, Any] | None, original: str | None, code: str
) -> list[Field]:
    """Fields whose original differs from the live one while the translation does not."""
    if live is None or live.get("original_language") != original:
        return []
    return [
        field
        for field in TRANSLATABLE
        if _text(document, field, code)
        and _text(document, field, original) != _text(live, field, original)
        and _text(document, field, code) == _text(live, field, code)
    ]


def _told(code: str, fields: list[Field]) -> dict[str, str]:
    return {"language": language_name(code), "fields": ", ".join(f"“{field.label}”" for field in fields)}


def _text(document: Mapping[str, Any], field: Field, code: str | None) -> str:
    return str((document.get(field.name) or {}).get(code) or "")
