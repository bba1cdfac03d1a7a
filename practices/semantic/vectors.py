"""The vectors in each process: one matrix of all texts, cut to the asker's circles at each question."""

import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from practices.choices import Visibility
from practices.models import SemanticProgress, SemanticVector
from practices.search.changes import Stamp, changed_since, stamp

CHUNK = 500
# So many texts of no language in particular are counted to each language: a few texts do not make a language.
COMMON_TEXTS = 3


@dataclass(frozen=True)
class Key:
    """Names one content: a row that was written anew has another one."""

    row: int
    digest: str


class Vectors:
    """All texts of one state, never changed.

    A model's vectors say first in which language a text is and only then what it is about. So from each text the mean
    of its language is taken away; the means are of public texts, since every reader's answer follows from them.
    """

    def __init__(self, state: str, keys: list[Key], rows: list[tuple], matrix: np.ndarray):
        """`rows`: number, language and visibility of each text; `matrix`: its vector of length one, or of nothing."""
        self.state, self.keys, self.matrix = state, keys, matrix
        self.numbers = np.array([number for number, _language, _visibility in rows], dtype=np.int64)
        self._visibility = np.array([visibility for _number, _language, visibility in rows], dtype="U10")
        codes = sorted({language for _number, language, _visibility in rows})
        self._language = np.array([codes.index(language) for _number, language, _visibility in rows], dtype=np.int64)
        public = self._visibility == str(Visibility.PUBLIC)
        self._common = matrix[public].mean(axis=0) if public.any() else np.zeros(matrix.shape[1], np.float32)
        means = [self._mean_of(public & (self._language == place)) for place in range(len(codes))]
        self._means = np.array(means, dtype=np.float32).reshape(len(codes), matrix.shape[1])
        self._lengths = self._lengths_without_means()

    def closest(
        self, vector: list[float], *, levels: Collection[str], without: Collection[int]
    ) -> Iterator[tuple[int, float]]:
        """Practices that readers of these levels may see, with how close their closest text is to a query's vector;
        the closest first."""
        query = np.asarray(vector, dtype=np.float32)
        query = _of_length_one(query - self._means[self._language_like(query)])
        closeness = (self.matrix @ query - (self._means @ query)[self._language]) / self._lengths
        allowed = np.isin(self._visibility, [str(level) for level in levels])
        allowed &= ~np.isin(self.numbers, list(without))
        seen = set()
        for place in np.flatnonzero(allowed)[np.argsort(-closeness[allowed], kind="stable")]:
            number = int(self.numbers[place])
            if number not in seen:
                seen.add(number)
                yield number, float(closeness[place])

    def _mean_of(self, chosen: np.ndarray) -> np.ndarray:
        return (self.matrix[chosen].sum(axis=0) + COMMON_TEXTS * self._common) / (chosen.sum() + COMMON_TEXTS)

    def _lengths_without_means(self) -> np.ndarray:
        """How long each vector is when its language's mean is taken away, found without a second matrix."""
        means = (self._means**2).sum(axis=1)[self._language]
        products = (self.matrix @ self._means.T)[np.arange(len(self.matrix)), self._language]
        own = np.einsum("ij,ij->i", self.matrix, self.matrix)
        squares = own - 2 * products + means
        # Close to nothing: a text that is its language's mean, and a vector that could not be read.
        return np.sqrt(np.where((squares > 1e-6) & (own > 0), squares, np.inf))

    def _language_like(self, query: np.ndarray) -> int:
        """The language whose texts the query resembles: nobody says in which one they ask."""
        directions = self._means - self._common
        lengths = np.linalg.norm(directions, axis=1)
        return int(np.argmax(directions @ (query - self._common) / np.where(lengths > 0, lengths, np.inf)))


def _of_length_one(vector: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vector)
    return vector / length if length > 0 else vector


class VectorIndex:
    """The newest vectors of one database. Any number of threads may ask."""

    def __init__(self):
        self._vectors: Vectors | None = None
        self._loading = threading.Lock()

    def vectors(self, state: str, *, dimension: int) -> Vectors | None:
        """The vectors of this state or a later one; None where there are none."""
        vectors = self._vectors
        if vectors is None or vectors.state != state:
            with self._loading:
                if self._vectors is None or self._vectors.state != state:
                    self._vectors = _read(state, dimension, self._vectors)
                vectors = self._vectors
        return vectors if vectors.keys else None


def _read(state: str, dimension: int, old: Vectors | None) -> Vectors:
    """All rows, of which only those are read in full that were not known."""
    size = 2 * dimension
    keys, rows = [], []
    for row, digest, *facts in SemanticVector.objects.order_by("pk").values_list(
        "pk", "digest", "practice__number", "language", "visibility"
    ):
        keys.append(Key(row, digest))
        rows.append(tuple(facts))
    known = {key: place for place, key in enumerate(old.keys)} if old and old.matrix.shape[1] == dimension else {}
    matrix = np.zeros((len(keys), dimension), dtype=np.float32)
    missing = {}
    for place, key in enumerate(keys):
        if old is not None and key in known:
            matrix[place] = old.matrix[known[key]]
        else:
            missing[key.row] = place
    ordered = list(missing)
    for start in range(0, len(ordered), CHUNK):
        chosen = SemanticVector.objects.filter(pk__in=ordered[start : start + CHUNK])
        for row, stored in chosen.values_list("pk", "vector"):
            if len(stored) == size:
                matrix[missing[row]] = _of_length_one(np.frombuffer(stored, dtype="<f2").astype(np.float32))
    return Vectors(state, keys, rows, matrix)


_indexes: dict[str, VectorIndex] = {}


def current(model: str, dimension: int) -> tuple[Vectors, set[int]] | None:
    """The vectors of this connection's database, and the practices whose vectors are no longer true; None where no
    vectors of this model are complete."""
    progress = SemanticProgress.objects.filter(pk=1, model=model).exclude(mark="").first()
    if progress is None:
        return None
    done, now = Stamp(progress.number, progress.mark), stamp()
    changed: Any = set() if done == now else changed_since(done, now)
    if changed is None:
        return None
    # setdefault is atomic: two threads get the same index.
    index = _indexes.setdefault(str(connection.settings_dict["NAME"]), VectorIndex())
    vectors = index.vectors(progress.state, dimension=dimension)
    return (vectors, changed) if vectors else None
