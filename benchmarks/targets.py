"""What the registry has to reach: the bounds that stand beside the figures."""

from collections.abc import Mapping
from dataclasses import dataclass

# Size: p50 and p95 of the search part in ms; a text's answer ÷ the engine's ids; facets ÷ the best SQL facets.
SEARCH = {10_000: (4, 12), 100_000: (10, 60), 1_000_000: (25, 150)}
OVER_IDS = {10_000: 10, 100_000: 2.5, 1_000_000: 1.6}
OVER_SQL_FACETS = {10_000: 1 / 5, 100_000: 1 / 50, 1_000_000: 1 / 100}
# How many times Datasette's answers a second, browsing.
DATASETTE = {10_000: 10, 100_000: 25}
# The catalogue page's answers a second ÷ those of a bare Django view.
BARE_VIEW = {10_000: 1 / 10}
# p95 of one autosave in ms; the same whatever the number of practices.
AUTOSAVE = 30
# The moderators' queue with 5,000 submissions: p95 of a page in ms, and its queries.
QUEUE, QUEUE_QUERIES = 150, 20
# p50 of the CPU time of a record's page and of the matrix in ms, and the queries of a record that was looked at before.
RECORD, RECORD_QUERIES, MATRIX = 100, 33, 60
# A worker's memory in MB.
MEMORY = {10_000: 400, 100_000: 400}


@dataclass(frozen=True)
class Bound:
    """A limit; `least` where the figure must not be below it."""

    limit: float
    least: bool = False

    def judge(self, figure: float) -> str:
        holds = figure >= self.limit if self.least else figure <= self.limit
        limit = f"1/{1 / self.limit:g}" if self.limit < 1 else f"{self.limit:g}"
        return f"{'≥' if self.least else '≤'} {limit:<6} {'holds' if holds else 'MISSED'}"


def bound(table: Mapping[int, float], size: int, *, least: bool = False) -> Bound | None:
    """The bound for this many practices; there is one for some sizes only."""
    return Bound(table[size], least) if size in table else None
