"""Prints recall and false alarms of the risk helper per kind and language, on sentences with every finding marked.

Half of the sentences hold something to find, the other half only look like it: squares without a number, laws, years,
amounts, organisations. The helper is tuned on the set `tuning` alone. `heldout` was written beside it, in the same
manner; `fresh` came later, in the manner of real reports, by somebody who had not read the rules for names: it says
what to expect. Each sentence is taken as a public description of a practice whose city, Ghent, is withheld. Needs no
database.
"""

import argparse
import json
import os
from collections import Counter
from pathlib import Path

import django
from django.utils.module_loading import import_string

SENTENCES = [Path(__file__).with_name(name) for name in ("sentences.jsonl", "fresh.jsonl")]
LANGUAGES = ("en", "de", "nl", "fr", "es", "it", "el")
KINDS = ("name", "email", "mailbox", "phone", "address", "hours", "small_number", "city")
SETS = ("tuning", "heldout", "fresh")


def arguments():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.risk", description=__doc__)
    parser.add_argument("--set", choices=[*SETS, "all"], default="fresh", help="which sentences (default fresh)")
    parser.add_argument("--errors", action="store_true", help="list what was missed and every false alarm")
    return parser.parse_args()


def sentences(wanted):
    """The judged sentences of a set."""
    lines = [line for path in SENTENCES for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in map(json.loads, lines) if wanted in ("all", line["set"])]


def judge(sentence, found):
    """Which marks were found, which missed, and which findings are false alarms. A finding counts for a mark of its
    kind that it shares a character with."""
    marks = []
    for mark in sentence["find"]:
        start = sentence["text"].index(mark["words"])
        marks.append((mark["kind"], start, start + len(mark["words"])))
    hits = [(w.code.value, w.start, w.end) for w in found]
    met = [mark for mark in marks if any(_meet(mark, hit) for hit in hits)]
    false = [hit for hit in hits if not any(_meet(mark, hit) for mark in marks)]
    return met, [mark for mark in marks if mark not in met], false


def _meet(mark, hit):
    return mark[0] == hit[0] and mark[1] < hit[2] and hit[1] < mark[2]


def measure(judged, find):
    """Counts by (what, kind, language): met, missed, false; and the errors in words."""
    counts, errors = Counter(), []
    for sentence in judged:
        language, text = sentence["language"], sentence["text"]
        for name, spans in zip(("met", "missed", "false"), judge(sentence, find(sentence)), strict=True):
            for kind, start, end in spans:
                counts[name, kind, language] += 1
                if name != "met":
                    errors.append(f"{name:6} {kind:12} {language}  {text[start:end]!r} in {text!r}")
    return counts, errors


def table(counts, judged):
    """Lines: a kind each, a language each column: found of marked, and false alarms."""
    yield f"{'kind':13}" + "".join(f"{language:>10}" for language in LANGUAGES) + f"{'recall':>10}{'false':>8}"
    for kind in KINDS:
        cells = ""
        for language in LANGUAGES:
            met, missed, false = (counts[name, kind, language] for name in ("met", "missed", "false"))
            cells += f"{f'{met}/{met + missed}' + (f' +{false}' if false else ''):>10}"
        met, missed, false = (sum(counts[n, kind, code] for code in LANGUAGES) for n in ("met", "missed", "false"))
        yield f"{kind:13}{cells}{met / ((met + missed) or 1):>10.2f}{false:>8}"
    yield f"{'recall':13}" + "".join(f"{_rates(counts, code)[0]:>10.2f}" for code in LANGUAGES)
    yield f"{'precision':13}" + "".join(f"{_rates(counts, code)[1]:>10.2f}" for code in LANGUAGES)
    met, missed, false = (sum(n for key, n in counts.items() if key[0] == w) for w in ("met", "missed", "false"))
    recall, precision = met / ((met + missed) or 1), met / ((met + false) or 1)
    yield f"all: {met} of {met + missed} found, recall {recall:.3f}, precision {precision:.3f}"
    harmless = sum(not sentence["find"] for sentence in judged)
    yield f"{false} false alarms in {len(judged)} sentences, {harmless} of which are harmless"


def _rates(counts, language):
    """Recall and precision over all kinds in a language."""
    met, missed, false = (
        sum(n for (what, _kind, code), n in counts.items() if (what, code) == (w, language))
        for w in ("met", "missed", "false")
    )
    return met / ((met + missed) or 1), met / ((met + false) or 1)


def main():
    options = arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmise.settings")
    os.environ.setdefault("SECRET_KEY", "benchmark")
    os.environ.setdefault("SITE_URL", "http://127.0.0.1:8000")
    os.environ.setdefault("HTTPS", "0")
    counts, errors = measure(sentences(options.set), finder())
    print("\n".join(table(counts, sentences(options.set))))
    if options.errors:
        print("\n".join(errors))


def finder():
    """The helper, asked as the registry asks it."""
    django.setup()
    # Their module asks models, which are there only now.
    warnings_of, place = (import_string(f"submissions.checks.{name}") for name in ("warnings_of", "Place"))
    ghent = place(("Ghent", "Gent", "Gand", "Gante", "Γάνδη", "ghent"))

    def find(sentence):
        language = sentence["language"]
        document = {
            "original_language": language,
            "description": {language: sentence["text"]},
            "city_withheld": True,
        }
        return warnings_of(document, cities=[ghent])

    return find


if __name__ == "__main__":
    main()
