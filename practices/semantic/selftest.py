"""Whether the installed model does what the registry counts on: `python -m practices.semantic.selftest`.

The suite runs with an embedder of its own, since it must run where no model is installed. This runs with the model:
near in meaning is near in numbers, and no text reaches further than the worker.
"""

import sys
import time
from collections.abc import Iterator

from practices.semantic.embedding import EmbeddingError
from practices.semantic.process import SECONDS, WorkerEmbedder

MODEL = "practices.semantic.multilingual_e5.MultilingualE5"
# The first two of each line say the same.
TRIPLES = (
    ("Night shelter for homeless people", "Νυχτερινό καταφύγιο για αστέγους", "Κάρτα πόλης για όλους τους κατοίκους"),
    ("Medizinische Hilfe ohne Papiere", "Assistenza sanitaria senza documenti", "Scuola di lingua per adulti"),
    ("Tarjeta de la ciudad", "Stadspas voor alle inwoners", "Juridisch advies over terugkeer"),
)
HOSTILE = {
    "U+FDFA × 100": "\ufdfa" * 100,
    "emoji × 512": "😀" * 512,
    "families × 70": "👨‍👩‍👧‍👦" * 70,
    "NUL": "night\0shelter",
    "lone surrogates": "\ud800" * 50,
    "combining marks × 512": "a" + "\u0301" * 511,
    "squared words × 512": "\u3300" * 512,
    "Tibetan vowels × 512": "\u0f77" * 512,
    "one word of 10,000 letters": "x" * 10_000,
    "nothing": "",
}
# What a question may take beyond its limit on a busy machine.
GRACE = 0.3


def findings(embedder: WorkerEmbedder) -> Iterator[tuple[bool, str]]:
    """Each thing that was tried: whether it went well, and what happened."""
    for text, same, other in TRIPLES:
        vectors = embedder.embed([text, same, other], "passage")
        near, far = (_closeness(vectors[0], vector) for vector in vectors[1:])
        yield near > far, f"{text!r}: {near:.3f} to {same!r}, {far:.3f} to {other!r}"
    for name, text in HOSTILE.items():
        yield _survives(embedder, name, lambda text=text: embedder.embed([text], "query"))
        yield _survives(embedder, f"{name}, unprepared", lambda text=text: embedder.exchange([text], "query"))


def _survives(embedder: WorkerEmbedder, name: str, ask) -> tuple[bool, str]:
    """Ask, and then something ordinary, which must be answered whatever became of the first."""
    start = time.monotonic()
    try:
        ask()
        outcome = "answered"
    except EmbeddingError as error:
        outcome = f"refused: {error}"
    seconds = time.monotonic() - start
    time.sleep(1)
    try:
        embedder.embed(["night shelter"], "passage")
    except EmbeddingError as error:
        return False, f"{name}: {outcome}; and nothing more is answered: {error}"
    return seconds < SECONDS["query"] + GRACE, f"{name}: {outcome} after {seconds * 1000:.0f} ms; the next is answered"


def _closeness(one: list[float], other: list[float]) -> float:
    return sum(first * second for first, second in zip(one, other, strict=True))


def main() -> int:
    embedder = WorkerEmbedder(MODEL)
    failures = 0
    for is_good, line in findings(embedder):
        sys.stdout.write(f"{'ok  ' if is_good else 'FAIL'} {line}\n")
        failures += not is_good
    embedder.close()
    sys.stdout.write(f"{failures} failed.\n" if failures else "All went well.\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
