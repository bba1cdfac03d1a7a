"""One autosave on the server, as the page's program asks for it: sign-in, merge, write, answer."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from benchmarks.timing import quantiles
from practices.content import Section
from practices.models import Practice
from submissions.models import Submission
from submissions.services import digest_of, start

SAVES = 300
WARM_UP = 20
ADDRESS = "autosave@benchmark.example"
TEXT = "Which law, decision or mandate lets the city do this? One or two sentences. " * 20


def figures() -> dict:
    """Wall and CPU milliseconds of saves that each write a longer text; the draft is taken away afterwards."""
    with _draft() as (client, draft):
        here = reverse("submission-autosave", args=[draft.uuid, Section.LAW.value])
        base = digest_of(draft, Section.LAW)
        wall, processor = [], []
        for number in range(WARM_UP + SAVES):
            form = {"base": base, "legal_basis": f"{number} {TEXT}"}
            begin, begin_processor = time.perf_counter(), processor_seconds()
            answer = client.post(here, form)
            wall.append((time.perf_counter() - begin) * 1000)
            processor.append((processor_seconds() - begin_processor) * 1000)
            if answer.status_code != 200 or answer.json()["conflicts"]:
                raise AssertionError(f"An autosave answers {answer.status_code}: {answer.content!r}")
            base = answer.json()["base"]
        with CaptureQueriesContext(connection) as queries:
            client.post(here, {"base": base, "legal_basis": TEXT})
    return {
        "wall": quantiles(wall[WARM_UP:]),
        "processor": quantiles(processor[WARM_UP:]),
        "queries": len(queries),
        "practices": Practice.objects.public().count(),
    }


def processor_seconds() -> float:
    """Of this process. What a database server spends beside it stands in the wall time alone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@contextmanager
def _draft() -> Iterator[tuple[Client, Submission]]:
    person = User.objects.create_user(ADDRESS)
    try:
        client = Client()
        client.force_login(person)
        yield client, start(by=person, language="en")
    finally:
        Submission.objects.filter(submitter=person).delete()
        person.delete()
