"""The moderators' desk: the queue, the record page and the log."""

from submissions.admin import log, memberships, nominations, queue

__all__ = ["log", "memberships", "nominations", "queue"]
