"""The moderators' desk: the queue, the record page and the log."""

from submissions.admin import (
    digests,
    links,
    log,
    memberships,
    nominations,
    queue,
    reasons,
    term_proposals,
    translations,
    uniting,
)

__all__ = [
    "digests",
    "links",
    "log",
    "memberships",
    "nominations",
    "queue",
    "reasons",
    "term_proposals",
    "translations",
    "uniting",
]
