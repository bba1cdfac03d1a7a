"""Asks the registry judged queries and prints how good its answers are beside baselines over the same texts."""

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import fmean

from benchmarks.places import POSTGRES
from benchmarks.relevance.baselines import BASELINES
from benchmarks.relevance.collection import LANGUAGES, Collection, Query, judged
from benchmarks.relevance.databases import Databases
from benchmarks.relevance.measures import DEPTH, MEASURES
from benchmarks.relevance.proxies import PROXIES, pairs_of, proxy

JUDGED_SETS = ("tuning", "heldout")
# The registry shall not stand behind the strongest baseline.
OURS, BOUND = "registry", "stems+edged"
SYSTEMS = (OURS, *BASELINES)

Ranked = dict[str, list[str]]


def arguments():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance", description=__doc__)
    sets = (*JUDGED_SETS, *PROXIES)
    parser.add_argument(
        "--set",
        default="tuning",
        help=f"any of {','.join(sets)}, or files of pairs as proxies.py says (default tuning)",
    )
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the filled databases there for the next run")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list the N worst queries of each set")
    parser.add_argument("--only", metavar="LANGUAGE", help="ask the queries of this language only")
    parser.add_argument("--measure", default=",".join(MEASURES), help="print these (default all)")
    parser.add_argument(
        "--scope",
        choices=("language", "all"),
        default="language",
        help="proxies: search among the records of the query's language (default) or among all",
    )
    parser.add_argument(
        "--postgres-url",
        default=os.environ.get("TEST_POSTGRES_URL", POSTGRES),
        help=f"a server where databases may be created (default $TEST_POSTGRES_URL or {POSTGRES})",
    )
    return parser.parse_args()


def ask(collection: Collection, databases: Databases, *, scope: str) -> list[Ranked]:
    """For each query the first ten of each system."""
    within = collection.records is not None and scope == "language"
    questions = [
        ({"q": query.text} | ({"language": query.language} if within else {}), query.language)
        for query in collection.queries
    ]
    # Enough that ten are left when translations of the answer are passed over.
    size = DEPTH + max((len(query.ignored) for query in collection.queries if not within), default=0)
    ours = databases.answers(collection, questions, size)
    answers: list[Ranked] = [{OURS: left(slugs, query)} for slugs, query in zip(ours, collection.queries, strict=True)]
    for name, baseline in BASELINES.items():
        built = {}
        for query, ranked in zip(collection.queries, answers, strict=True):
            part = query.language if within else None
            if part not in built:
                built[part] = baseline([text for text in collection.texts if part in (None, text.language)])
            ranked[name] = left(built[part].find(query.text, query.language), query)
    return answers


def left(slugs: Iterable[str], query: Query) -> list[str]:
    return [slug for slug in slugs if slug not in query.ignored][:DEPTH]


def print_table(collection: Collection, answers: list[Ranked], measures: Iterable[str]) -> None:
    print(f"\n{collection.name}: {len(collection.queries)} queries, {len(collection.texts)} texts")
    for name in measures:
        print(f"\n{name:<24}{'queries':>8}" + "".join(f"{system:>13}" for system in SYSTEMS))
        for rows in (by(collection, lambda query: query.language), by(collection, lambda query: query.kind)):
            for row, places in rows.items():
                print_row(row, collection, answers, places, MEASURES[name])
        print_row("all", collection, answers, list(range(len(answers))), MEASURES[name])


def print_row(row: str, collection: Collection, answers: list[Ranked], places: list[int], measure) -> None:
    means = {system: mean(measure, collection, answers, places, system) for system in SYSTEMS}
    figures = "".join(f"{means[system]:>13.3f}" for system in SYSTEMS)
    short = f"  {means[OURS] - means[BOUND]:+.3f}" if means[OURS] < means[BOUND] else ""
    print(f"{row:<24}{len(places):>8}{figures}{short}")


def mean(measure, collection: Collection, answers: list[Ranked], places: list[int], system: str) -> float:
    return fmean(measure(answers[place][system], collection.queries[place].judgements) for place in places)


def by(collection: Collection, key: Callable[[Query], str]) -> dict[str, list[int]]:
    places = defaultdict(list)
    for place, query in enumerate(collection.queries):
        places[key(query)].append(place)
    return dict(sorted(places.items()))


def print_overview(measured: list[tuple[Collection, list[Ranked]]]) -> None:
    """Every set and language at a glance: the registry's nDCG@10 and its lead over the two best baselines."""
    ndcg = MEASURES["nDCG@10"]
    for baseline in SYSTEMS[-2:]:
        print(f"\n{f'over {baseline}':<24}" + "".join(f"{language:>15}" for language in LANGUAGES))
        for collection, answers in measured:
            cells = dict.fromkeys(LANGUAGES, "")
            for language, places in by(collection, lambda query: query.language).items():
                ours, other = (mean(ndcg, collection, answers, places, system) for system in (OURS, baseline))
                cells[language] = f"{ours:.3f} {ours - other:+.3f}"
            print(f"{collection.name:<24}" + "".join(f"{cell:>15}" for cell in cells.values()))


def print_worst(collection: Collection, answers: list[Ranked], number: int) -> None:
    """The queries that lose most against the best baseline, then those with the least of their own."""
    ndcg = MEASURES["nDCG@10"]

    def standing(place: int) -> tuple[float, float]:
        judgements = collection.queries[place].judgements
        ours = ndcg(answers[place][OURS], judgements)
        return ours - ndcg(answers[place][BOUND], judgements), ours

    for place in sorted(range(len(answers)), key=standing)[:number]:
        query, (behind, ours) = collection.queries[place], standing(place)
        print(f"\n{ours:.2f} ({behind:+.2f}) {query.language} {query.kind}: {query.text}")
        print(f"  wanted    {', '.join(f'{slug} {grade}' for slug, grade in sorted(query.judgements.items()))}")
        for system, label in ((OURS, "registry"), (BOUND, "baseline")):
            marked = (slug + "*" * query.judgements.get(slug, 0) for slug in answers[place][system])
            print(f"  {label}  {', '.join(marked)}")


def chosen(name: str, only: str | None) -> Collection:
    if name in JUDGED_SETS:
        collection = judged(name)
    elif name in PROXIES:
        collection = proxy(name, list(PROXIES[name]()))
    else:
        collection = proxy(Path(name).stem, list(pairs_of(Path(name))))
    if only:
        queries = [query for query in collection.queries if query.language == only]
        return Collection(collection.name, queries, collection.texts, collection.records)
    return collection


def main() -> None:
    options = arguments()
    measured = []
    with tempfile.TemporaryDirectory() as name:
        databases = Databases(options.engine, options.postgres_url, options.keep, Path(name))
        for set_name in options.set.split(","):
            if set_name not in (*JUDGED_SETS, *PROXIES) and not Path(set_name).is_file():
                sys.exit(f"There is no set “{set_name}”.")
            collection = chosen(set_name, options.only)
            answers = ask(collection, databases, scope=options.scope)
            print_table(collection, answers, options.measure.split(","))
            print_worst(collection, answers, options.worst)
            measured.append((collection, answers))
    print_overview(measured)
    print("\nA row's last figure, where it has a sign, says how far the registry stands behind the last column.")


if __name__ == "__main__":
    main()
