"""The worker: whatever happens in it, the site gets vectors or an EmbeddingError, in time."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from practices.semantic.embedding import LONGEST_TEXT, EmbedderDownError, EmbeddingError, prepared
from tests.practices.semantic.embedders import DIMENSION, Ngrams

U_FDFA = "\ufdfa" * 100


def is_alive(pid):
    """Whether a process that is no child of ours, or was waited for, still runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(pid, seconds):
    deadline = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_alive(pid)


def test_worker_answers_as_the_embedder_in_it_does(start):
    embedder = start("Ngrams")
    texts = ["night shelter", "Καταφύγιο", ""]

    assert embedder.embed(texts, "passage") == Ngrams().embed(texts, "passage")
    assert (embedder.name, embedder.dimension, embedder.threshold) == ("ngrams/1", DIMENSION, 0.3)
    assert embedder.embed([], "passage") == []


def test_hostile_text_ends_the_worker_alone_and_the_next_question_starts_another(start):
    embedder = start("Fragile")
    embedder.embed(["night shelter"], "query")
    first = embedder.pid

    with pytest.raises(EmbeddingError):
        embedder.embed([U_FDFA], "query")

    assert embedder.pid is None
    assert not is_alive(first)
    assert embedder.embed(["night shelter"], "query") == Ngrams().embed(["night shelter"], "query")
    assert embedder.pid != first


def test_crashes_in_a_row_make_the_restart_wait(start):
    embedder = start("Fragile")
    for _attempt in range(2):
        with pytest.raises(EmbeddingError):
            embedder.embed([U_FDFA], "query")

    with pytest.raises(EmbedderDownError, match="not started again yet"):
        embedder.embed(["night shelter"], "query")
    assert embedder.pid is None

    time.sleep(1.1)
    assert embedder.embed(["night shelter"], "query")
    # An answer makes the crashes forgotten.
    with pytest.raises(EmbeddingError):
        embedder.embed([U_FDFA], "query")
    assert embedder.embed(["night shelter"], "query")


def test_worker_that_hangs_is_ended_when_time_is_up(start):
    embedder = start("Fragile", query=0.4)
    embedder.embed(["night shelter"], "passage")
    hanging = embedder.pid
    began = time.monotonic()

    with pytest.raises(EmbeddingError):
        embedder.embed(["hang"], "query")

    assert time.monotonic() - began < 1
    assert not is_alive(hanging)
    assert embedder.embed(["night shelter"], "passage")


def test_question_that_waits_too_long_for_others_leaves_them_in_peace(start):
    embedder = start("Fragile", query=0.3, passage=2)
    embedder.embed(["night shelter"], "passage")
    working = embedder.pid
    failures = []

    def hang():
        try:
            embedder.embed(["hang"], "passage")
        except EmbeddingError as error:
            failures.append(error)

    thread = threading.Thread(target=hang)
    thread.start()
    time.sleep(0.2)

    with pytest.raises(EmbedderDownError, match="busy"):
        embedder.embed(["night shelter"], "query")
    assert embedder.pid == working
    thread.join()
    assert len(failures) == 1


def test_worker_that_died_between_questions_is_started_again_at_once(start):
    embedder = start("Ngrams")
    embedder.embed(["night shelter"], "query")
    first = embedder.pid
    os.kill(first, signal.SIGKILL)
    wait_until_gone(first, 0.2)

    assert embedder.embed(["night shelter"], "query") == Ngrams().embed(["night shelter"], "query")
    assert embedder.pid != first


@pytest.mark.parametrize("text", ["fewer", "shorter", "endless"])
def test_answer_that_was_not_asked_for_is_refused(start, text):
    embedder = start("Fragile")

    with pytest.raises(EmbeddingError, match="answered something else"):
        embedder.embed([text, "night shelter"], "query")

    assert embedder.embed(["night shelter"], "query")


def test_model_that_is_not_installed_is_no_crash_of_the_site(start):
    embedder = start("Broken")

    with pytest.raises(EmbedderDownError):
        embedder.embed(["night shelter"], "query")


def test_model_that_loads_slowly_is_not_waited_for_and_not_started_twice(start):
    embedder = start("Slow", query=0.3)
    with pytest.raises(EmbedderDownError, match="loading"):
        embedder.embed(["night shelter"], "query")
    loading = embedder.pid

    assert embedder.embed(["night shelter"], "passage")
    assert embedder.pid == loading


@pytest.mark.parametrize(
    "text", ["", "a\0b", "\ud800\udfff\ud800", "😀" * 5_000, "x" * 100_000, "a" + "\u0301" * 999, "\n"]
)
def test_odd_text_is_answered(start, text):
    assert start("Ngrams").embed([text], "query") == Ngrams().embed([prepared(text)], "query")


def test_unprepared_surrogates_and_long_texts_pass_the_socket_unchanged(start):
    texts = ["\ud800", "x" * 1_000_000, "a\0b"]
    vectors = start("Ngrams").exchange([texts[1], texts[2]], "passage")

    assert vectors == Ngrams().embed(texts[1:], "passage")


def test_many_threads_get_each_their_own_answer(start):
    embedder = start("Ngrams")
    wrong = []

    def ask(place):
        for turn in range(5):
            text = f"question {place} of turn {turn}"
            if embedder.embed([text], "passage") != Ngrams().embed([text], "passage"):
                wrong.append(text)

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_copied_process_starts_a_worker_of_its_own(start):
    embedder = start("Ngrams")
    embedder.embed(["night shelter"], "query")
    first = embedder.pid

    child = os.fork()
    if child == 0:
        answer = embedder.embed(["clinic"], "passage")
        is_right = answer == Ngrams().embed(["clinic"], "passage") and embedder.pid != first
        embedder.close()
        os._exit(0 if is_right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    assert embedder.embed(["clinic"], "query") == Ngrams().embed(["clinic"], "query")
    assert embedder.pid == first


def test_worker_reaches_neither_secrets_nor_files(start, monkeypatch):
    monkeypatch.setenv("XANADU_SECRET", "x")
    embedder = start("Spy")

    assert embedder.embed(["night shelter"], "query")[0][:2] == [0.0, 0.0]
    assert "XANADU_SECRET" not in embedder.name
    assert "DATABASE_URL" not in embedder.name


PARENT = """
import sys, threading, time
from practices.semantic.process import WorkerEmbedder

embedder = WorkerEmbedder("tests.practices.semantic.embedders.Fragile", seconds={"query": 0.5, "passage": 20})
embedder.embed(["night shelter"], "passage")
text = sys.argv[1]
threading.Thread(target=embedder.embed, args=([text], "query"), daemon=True).start()
time.sleep(0.2)
print(embedder.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("text", ["night shelter", "hang"])
def test_worker_ends_when_the_site_is_killed(settings, text):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, text], cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()

    # While it hangs it cannot see that nobody listens; its own alarm ends it.
    assert wait_until_gone(pid, 5)


def test_prepared_text_is_short_composed_and_visible():
    assert prepared("  Caf\u0065\u0301\0\n ﬁn ") == "Café fin"
    assert prepared("\ud800a") == "?a"
    assert prepared("\u200b\x1b") == ""
    assert len(prepared(U_FDFA * 100)) <= LONGEST_TEXT
    assert "\ufdfa" not in prepared(U_FDFA)
