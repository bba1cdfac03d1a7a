"""Keeps the search index equal to the published practices."""

from practices.models import Practice


def update(practice: Practice) -> None:
    """Write the practice's search documents and the change log, inside the publishing transaction."""
