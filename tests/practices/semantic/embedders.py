"""Embedders for tests: a small one that needs no model, and others that fail in every way a model can."""

import os
import re
import time
import zlib
from collections.abc import Sequence

DIMENSION = 256
# Dictionary of the small embedder: words of several languages for the same thing.
MEANINGS = {
    "notschlafstelle": "night shelter",
    "nachtopvang": "night shelter",
    "καταφύγιο": "night shelter",
    "bett": "bed",
    "klinik": "clinic",
    "ziekenhuis": "clinic",
    "κλινική": "clinic",
    "stadtausweis": "city card",
    "stadspas": "city card",
}
# What U+FDFA becomes: the real model does not survive a hundred of the letter itself.
DEADLY = "صلى"


class Ngrams:
    """Hashed trigrams of the letters, after the dictionary made words of different languages the same."""

    name = "ngrams/1"
    dimension = DIMENSION
    threshold = 0.3

    def embed(self, texts: Sequence[str], kind: str) -> list[list[float]]:
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> list[float]:
        words = (MEANINGS.get(word, word) for word in re.findall(r"\w+", text.casefold()))
        line = f" {' '.join(words)} "
        vector = [0.0] * DIMENSION
        for start in range(len(line) - 2):
            vector[zlib.crc32(line[start : start + 3].encode()) % DIMENSION] += 1.0
        length = sum(number * number for number in vector) ** 0.5
        return [number / length if length else 0.0 for number in vector]


class Fragile(Ngrams):
    """Dies of one word, hangs at another, and at a third answers what nobody asked."""

    def embed(self, texts: Sequence[str], kind: str) -> list[list[float]]:
        for text in texts:
            if DEADLY in text:
                os.abort()
            if "hang" in text:
                time.sleep(3_600)
            if "fewer" in text:
                return []
            if "shorter" in text:
                return [[1.0]] * len(texts)
            if "endless" in text:
                return [[float("nan")] * DIMENSION] * len(texts)
        return super().embed(texts, kind)


class Slow(Ngrams):
    """Takes a while to load."""

    def __init__(self):
        time.sleep(1.5)


class Broken(Ngrams):
    """Never loads, like a model that is not installed."""

    def __init__(self):
        raise ModuleNotFoundError("no such model")


class Spy(Ngrams):
    """Tells what it can reach: its name is its environment, its first numbers say whether it could open a file and
    read the environment of the site."""

    def __init__(self):
        self.name = ",".join(sorted(os.environ))

    def embed(self, texts: Sequence[str], kind: str) -> list[list[float]]:
        reached = []
        for path in ("/etc/passwd", f"/proc/{os.getppid()}/environ"):
            try:
                os.close(os.open(path, os.O_RDONLY))
                reached.append(1.0)
            except OSError:
                reached.append(0.0)
        return [reached + [0.0] * (DIMENSION - 2)] * len(texts)
