"""Every check of a document that needs nothing but the document and what was found about its links."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from submissions.checks.acronyms import unexplained_acronyms
from submissions.checks.dates import contradicting_dates
from submissions.checks.dead_links import dead_links
from submissions.checks.lengths import unusual_lengths
from submissions.checks.observations import Observation
from submissions.checks.plain_language import long_sentences
from submissions.checks.sources import missing_sources
from submissions.checks.translations import unfinished_translations
from submissions.models import LinkCheck


def observations_of(
    document: Mapping[str, Any],
    *,
    language: str,
    today: date,
    links: Mapping[str, LinkCheck],
    live: Mapping[str, Any] | None = None,
    stale: Collection[str] = (),
) -> list[Observation]:
    """What a moderator should look at in a completed document. `language`: that in which it was written; `links`: by
    digest; `live` and `stale`: what readers see now, and which of its languages are behind."""
    return [
        *unusual_lengths(document, language=language),
        *long_sentences(document, language=language),
        *unexplained_acronyms(document, language=language),
        *contradicting_dates(document, today=today),
        *missing_sources(document, language=language),
        *dead_links(document, known=links),
        *unfinished_translations(document, live=live, stale=stale),
    ]
