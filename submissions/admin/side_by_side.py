"""A published text beside its original, field by field, with what changed in the original since."""

from dataclasses import dataclass

from practices import document as documents
from practices.content import TRANSLATABLE, Field
from practices.models import Practice
from practices.presentation.whole import Piece, text_pieces
from submissions.services.machine_texts import text_of
from submissions.services.translations import sources_of, translated_from


@dataclass(frozen=True)
class Pair:
    """One text in two languages. `pieces` is what changed in the original since the other was last right."""

    field: Field
    source: str
    target: str
    outdated: bool
    pieces: list[Piece]
    for_peers: bool

    @property
    def missing(self) -> bool:
        return bool(self.source) and not self.target

    @property
    def length(self) -> int:
        return len(self.target)


def side_by_side(user, practice: Practice, document: documents.Document, language: str) -> list[Pair]:
    """In the order of the form, what stands in either language of a document that this person may read."""
    sources, before = sources_of(document), translated_from(user, practice, language)
    pairs = []
    for field in TRANSLATABLE:
        source, target = sources.get(field.name, ""), text_of(document, field.name, language)
        if not (source or target):
            continue
        old = before.get(field.name, "") if before is not None else source
        pairs.append(
            Pair(
                field=field,
                source=source,
                target=target,
                outdated=old != source,
                pieces=text_pieces(old, source) if old and source and old != source else [],
                for_peers=field.name in document["peers_only"],
            )
        )
    return pairs
