"""Another worker process of the site: answers questions about a database, one line of JSON each.

Started by test_two_processes.py with the name of the test database.
"""

import json
import sys

from tests import environment  # noqa: F401 - sets what the settings read

import django  # isort: skip

django.setup()

from django.db import connections  # noqa: E402

from practices.search import facet_index, index  # noqa: E402
from practices.search.analyse import fold  # noqa: E402
from practices.search.vocabulary import vocabulary_of  # noqa: E402
from practices.suggestions import suggestions  # noqa: E402
from tests.practices.asking import ask, slugs  # noqa: E402


def answer(query: str, suggested: str = "") -> dict:
    """Everything that a page tells, and what the search box offers."""
    found = ask(q=query) if query else ask()
    vocabulary = vocabulary_of(facet_index.current())
    return {
        "count": found.count,
        "slugs": slugs(found),
        "facets": {facet.name: {option.value: option.count for option in facet.options} for facet in found.facets},
        "widened": found.widened,
        "did_you_mean": found.did_you_mean,
        "known": [word for word, _slips in vocabulary.closest(fold(f"{suggested}x"))] if suggested else [],
        "suggested": [row.label.text for row in suggestions(suggested, language="en").practices],
    }


def tell(told) -> None:
    print(json.dumps(told), flush=True)  # noqa: T201 - the other end of the pipe reads it


def rebuild() -> None:
    """The index anew, one practice a step; after each it waits for a line."""
    index.CHUNK = 1

    def step(done: int, total: int) -> None:
        tell([done, total])
        sys.stdin.readline()

    index.rebuild(step, anew=True)
    tell("rebuilt")


if __name__ == "__main__":
    connections["default"].settings_dict["NAME"] = sys.argv[1]
    for line in sys.stdin:
        asked = json.loads(line)
        if asked == "rebuild":
            rebuild()
        else:
            tell(answer(**asked))
