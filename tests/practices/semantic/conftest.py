"""Workers of tests, ended with the test that started them."""

import pytest

from practices.semantic.process import WorkerEmbedder

HERE = "tests.practices.semantic.embedders"


@pytest.fixture
def start():
    """Makes worker embedders: `start("Ngrams", query=0.5)`, with the seconds that an answer may take."""
    started = []

    def start(name, *, query=5.0, passage=20.0):
        started.append(WorkerEmbedder(f"{HERE}.{name}", seconds={"query": query, "passage": passage}))
        return started[-1]

    yield start
    for embedder in started:
        embedder.close()


@pytest.fixture
def switched_on(settings, monkeypatch, start):
    """The extra is on, with the fragile embedder in a worker of its own; gives that worker."""
    settings.SEMANTIC_SEARCH = True
    settings.SEMANTIC_MODEL = f"{HERE}.Fragile"
    embedder = start("Fragile")
    monkeypatch.setattr("practices.semantic.nearest.worker", {settings.SEMANTIC_MODEL: embedder}.__getitem__)
    return embedder
