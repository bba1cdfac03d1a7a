"""Claims that no source bears out."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from practices.choices import EvidenceLevel
from submissions.checks.observations import Check, Observation

# A figure that is no year.
FIGURE = re.compile(r"(?<![\d.,])(?!(?:19|20)\d\d(?!\d))\d+")


def missing_sources(document: Mapping[str, Any], *, language: str) -> Iterator[Observation]:
    """Results, figures and an evidence level that nothing can be looked up for; sources that nobody can find."""
    sources = document.get("sources") or []
    level = document.get("evidence_level")
    results = (document.get("evidence") or {}).get(language, "")
    if not sources:
        yield Observation(Check.SOURCES, "sources", _("There is no source."))
        if FIGURE.search(results):
            yield Observation(
                Check.SOURCES, f"evidence.{language}", _("Results are told in figures, and there is no source.")
            )
        elif results:
            yield Observation(Check.SOURCES, f"evidence.{language}", _("Results are told, and there is no source."))
        if level not in (EvidenceLevel.DESCRIBED, "", None):
            label = dict(EvidenceLevel.choices).get(level, level)
            message = _("The evidence level is “%(level)s”, and there is no source.")
            yield Observation(Check.SOURCES, "evidence_level", message % {"level": label})
    if sources and level not in (EvidenceLevel.DESCRIBED, "", None) and not results:
        label = dict(EvidenceLevel.choices).get(level, level)
        message = _("The evidence level is “%(level)s”, and no results are told.")
        yield Observation(Check.SOURCES, "evidence_level", message % {"level": label})
    for place, row in enumerate(sources):
        if not row.get("url") and not row.get("locator") and not row.get("document"):
            yield Observation(
                Check.SOURCES,
                f"sources.{place}.citation",
                _("Neither a web address nor a place in a document: nobody can look it up."),
            )
