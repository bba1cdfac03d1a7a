"""What an embedder is, and what a text must look like before it gets one. Needs neither Django nor numpy."""

import unicodedata
from collections.abc import Sequence
from typing import Literal, Protocol

Kind = Literal["query", "passage"]
LONGEST_TEXT = 512


class EmbeddingError(Exception):
    """There are no vectors for these texts. Another attempt with the same texts may fail again."""


class EmbedderDownError(EmbeddingError):
    """There are no vectors for any text now; it may be asked again in a while."""


class Embedder(Protocol):
    """Turns texts into vectors that lie close together when the texts mean the same, whatever their language."""

    @property
    def name(self) -> str:
        """Vectors are compared only with vectors of the same name."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def threshold(self) -> float:
        """From this closeness on two texts are related, when what is common to their languages is taken out."""

    def embed(self, texts: Sequence[str], kind: Kind) -> list[list[float]]:
        """One vector of `dimension` numbers per text."""


def prepared(text: str) -> str:
    """The text as embedders get it: composed, short, in one line, of visible characters.

    Without the normalisation one character may become eighteen inside a model, more than its buffers hold.
    """
    encodable = text[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
    composed = unicodedata.normalize("NFKC", encodable)[:LONGEST_TEXT]
    return " ".join("".join(letter if letter.isprintable() else " " for letter in composed).split())
