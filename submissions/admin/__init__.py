"""The moderators' desk: the queue, the record page and the log."""

from submissions.admin import log, nominations, queue

__all__ = ["log", "nominations", "queue"]
