"""Which texts of a translation a machine wrote, and which of them a person has confirmed since.

A published language has one provenance, and “translated by a person” is only said where a person stands behind every
text of it. So a translation's draft keeps, beside its document, `machine`: the name of each field whose text a machine
wrote, and whether a person said that it is right. Whoever changes a text takes it over, and its name goes.
"""

from collections.abc import Collection, Mapping
from typing import Any

from practices.choices import Provenance
from practices.content import TRANSLATABLE

KEY = "machine"

Content = Mapping[str, Any]


def text_of(content: Content, name: str, language: str) -> str:
    texts = content.get(name)
    return str(texts.get(language) or "") if isinstance(texts, Mapping) else ""


def machine_texts(content: Content, language: str) -> dict[str, bool]:
    """By name of the field: whether a person confirmed what the machine wrote. Where nothing is noted, a language that
    the document calls a machine's is one in every text."""
    written = [field.name for field in TRANSLATABLE if text_of(content, field.name, language)]
    noted = content.get(KEY)
    if isinstance(noted, Mapping):
        return {name: bool(noted[name]) for name in written if name in noted}
    by_machine = (content.get("provenance") or {}).get(language) == Provenance.MACHINE
    return dict.fromkeys(written, False) if by_machine else {}


def with_machine_texts(content: Content, language: str, noted: Mapping[str, bool]) -> dict[str, Any]:
    """The content with this noted, and with the provenance that follows from it."""
    provenance = Provenance.HUMAN if all(noted.values()) else Provenance.MACHINE
    return {
        **content,
        KEY: dict(noted),
        "provenance": {**(content.get("provenance") or {}), language: provenance.value},
    }


def taken_over(
    before: Content,
    after: Content,
    language: str,
    *,
    asked: Collection[str] = (),
    confirmed: Collection[str] = (),
) -> dict[str, Any]:
    """What a person's save makes of it: changed texts are theirs; of the fields that they were `asked` about, those in
    `confirmed` are confirmed and the others are not."""
    noted = {
        name: name in confirmed if name in asked else known
        for name, known in machine_texts(before, language).items()
        if text_of(before, name, language) == text_of(after, name, language)
    }
    return with_machine_texts(after, language, noted)
