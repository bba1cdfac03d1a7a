"""Which web addresses the registry asks for, when, and what their answers mean over time.

Asking happens in a command or an errand, never while somebody waits for a page, and never inside a transaction.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from practices.models import Practice, Source
from submissions.checks.dead_links import WAITING
from submissions.checks.web_addresses import addresses_in, digest_of_address, may_be_asked
from submissions.choices import WITH_SUBMITTER, LinkState
from submissions.links import Answer, Network, Outcome, ask
from submissions.links.target import RefusedError, target_of
from submissions.models import LinkCheck, Submission

AGAIN, AGAIN_IF_FAILING = timedelta(days=30), timedelta(days=7)
# Failures this far apart make a link broken. A site may be down over a weekend's night.
PATIENCE = timedelta(days=2)
# Whoever asks keeps others away for so long; after a crash the address is asked again then.
CLAIM = timedelta(hours=1)
# One run, in addresses and in seconds: mail waits while `deliver_mail --watch` does this.
AT_MOST, SECONDS = 10, 15.0
BATCH = 500


@dataclass
class LinkRun:
    """What a run did, and whether addresses are left that were due."""

    asked: int = 0
    dropped: int = 0
    left: int = 0


def check_links(
    *,
    at_most: int = AT_MOST,
    seconds: float = SECONDS,
    network: Network | None = None,
    now: datetime | None = None,
) -> LinkRun:
    """Ask for addresses that are due, one of each host, and forget those that no document names any more. Runs beside
    each other ask for nothing twice. Does nothing where the host of the registry does not want it."""
    run = LinkRun()
    if not settings.CHECK_LINKS:
        return run
    now = now or timezone.now()
    until = time.monotonic() + seconds
    wanted = {digest_of_address(url): url for url in asked_addresses(now)}
    run.dropped = _drop_all_but(wanted)
    due = _due(wanted, now)
    hosts: set[str] = set()
    for digest in due:
        host = _host(wanted[digest])
        # A host is given rest until the next run.
        if run.asked >= at_most or time.monotonic() > until:
            break
        if host in hosts:
            continue
        row = _claim(digest, wanted[digest], now)
        if row is not None:
            hosts.add(host)
            _write(row, ask(row.url, agent=agent(), network=network), now)
            run.asked += 1
    run.left = len(due) - run.asked
    return run


def agent() -> str:
    """Who asks, so that whoever runs a site can ask back."""
    return f"C-MISE-registry-link-check/1.0 (+{settings.SITE_URL})"


def asked_addresses(now: datetime) -> set[str]:
    """What published practices and sent, open submissions name. Nothing of records that only moderators see, of cities
    that are withheld, of what nobody sent, and of what should not be known before a day."""
    practices = Practice.objects.published().for_peers().filter(city_withheld=False)
    sources = Source.objects.filter(practice__in=practices).exclude(url="", cited_url="")
    found = {url for pair in sources.values_list("url", "cited_url") for url in pair if url}
    return found.union(_addresses_of_submissions(now))


def _addresses_of_submissions(now: datetime) -> Iterator[str]:
    submissions = (
        Submission.objects.sent()
        .open()
        .exclude(embargo_until__gt=timezone.localdate(now))
        .exclude(practice__city_withheld=True)
        .select_related("practice")
        .only("status", "content", "last_sent", "practice__visibility")
    )
    for submission in submissions.iterator(chunk_size=BATCH):
        documents = [submission.content]
        if submission.status in WITH_SUBMITTER:
            # What an officer is typing is theirs; and where they are just hiding it, it is hidden.
            documents.append(submission.last_sent or {})
        hidden = submission.practice is not None and not may_be_asked({"visibility": submission.practice.visibility})
        if not hidden and all(may_be_asked(document) for document in documents):
            yield from (url for _path, url in addresses_in(documents[-1]))


def _drop_all_but(wanted: Iterable[str]) -> int:
    known = dict(LinkCheck.objects.values_list("digest", "pk"))
    gone = [known[digest] for digest in known.keys() - set(wanted)]
    for start in range(0, len(gone), BATCH):
        LinkCheck.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    return len(gone)


def _due(wanted: Iterable[str], now: datetime) -> list[str]:
    """New addresses first, then those that wait longest."""
    known = dict(LinkCheck.objects.order_by("next_check_at", "pk").values_list("digest", "next_check_at"))
    new = sorted(digest for digest in wanted if digest not in known)
    return new + [digest for digest, at in known.items() if at <= now]


def _claim(digest: str, url: str, now: datetime) -> LinkCheck | None:
    """The row, if nobody else has just taken it."""
    row, is_new = LinkCheck.objects.get_or_create(
        digest=digest,
        defaults={
            "url": url,
            "state": LinkState.UNSURE,
            "problem": WAITING,
            "checked_at": now,
            "next_check_at": now + CLAIM,
        },
    )
    if is_new:
        return row
    taken = LinkCheck.objects.filter(pk=row.pk, next_check_at=row.next_check_at, next_check_at__lte=now).update(
        next_check_at=now + CLAIM
    )
    return row if taken else None


def _write(row: LinkCheck, answer: Answer, now: datetime) -> None:
    """What an answer means, after the answers before it."""
    failing_since = (row.failing_since or now) if answer.outcome is Outcome.FAILS else None
    if failing_since is not None:
        state = LinkState.BROKEN if now - failing_since >= PATIENCE else LinkState.UNSURE
    else:
        state = {
            Outcome.ANSWERS: LinkState.OK,
            Outcome.UNCLEAR: LinkState.UNSURE,
            Outcome.REFUSED: LinkState.REFUSED,
        }[answer.outcome]
    LinkCheck.objects.filter(pk=row.pk).update(
        state=state,
        code=answer.code,
        problem=answer.problem,
        checked_at=now,
        failing_since=failing_since,
        next_check_at=now + (AGAIN_IF_FAILING if failing_since else AGAIN),
    )


def _host(url: str) -> str:
    try:
        return target_of(url).host
    except RefusedError:
        # Nothing is asked of it, so it needs no rest.
        return url
