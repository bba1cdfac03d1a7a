"""Texts that are much shorter or much longer than those of other records."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import ngettext

from practices.content import FIELDS_BY_NAME, TRANSLATABLE
from submissions.checks.observations import Check, Observation

# In characters. The shortest texts of records that were published are a little above the first figure.
USUAL: Mapping[str, tuple[int, int]] = {
    "title": (20, 110),
    "summary": (120, FIELDS_BY_NAME["summary"].asked_length),
    "description": (300, 4000),
    "access_conditions": (25, 1200),
    "legal_basis": (15, 1200),
    "funding": (10, 1200),
    "evidence": (20, 2000),
    "challenges": (20, 2000),
    "transfer": (20, 2000),
}
# A translation takes nine to thirteen characters for ten; beyond these shares something is missing or was added.
LEAST_SHARE, MOST_SHARE = 0.6, 1.7
# Of shorter texts the share says nothing.
COMPARABLE = 80


def unusual_lengths(document: Mapping[str, Any], *, language: str) -> Iterator[Observation]:
    """Texts in this language that are very short or very long; translations that cannot say what the original says."""
    original = document.get("original_language")
    for field in TRANSLATABLE:
        texts = document.get(field.name) or {}
        text = texts.get(language, "")
        if text:
            yield from _against_usual(field.name, text, language)
        for code, translation in texts.items():
            if code != original and translation:
                yield from _against_original(field.name, texts.get(original, ""), translation, code)


def _against_usual(name: str, text: str, language: str) -> Iterator[Observation]:
    least, most = USUAL[name]
    length = len(text)
    if length < least:
        message = ngettext(
            "Only %(length)d character; usual are at least %(usual)d.",
            "Only %(length)d characters; usual are at least %(usual)d.",
            length,
        )
        yield Observation(Check.LENGTH, f"{name}.{language}", message % {"length": length, "usual": least})
    elif length > most:
        message = ngettext(
            "%(length)d character; usual are at most %(usual)d.",
            "%(length)d characters; usual are at most %(usual)d.",
            length,
        )
        yield Observation(Check.LENGTH, f"{name}.{language}", message % {"length": length, "usual": most})


def _against_original(name: str, original: str, translation: str, language: str) -> Iterator[Observation]:
    if len(original) < COMPARABLE:
        return
    share = len(translation) / len(original)
    if not LEAST_SHARE <= share <= MOST_SHARE:
        percent = round(share * 100)
        message = ngettext(
            "The translation is %(percent)d percent as long as the original: something may be missing or added.",
            "The translation is %(percent)d percent as long as the original: something may be missing or added.",
            percent,
        )
        yield Observation(Check.LENGTH, f"{name}.{language}", message % {"percent": percent}, language=language)
