"""Asking for web addresses that somebody else wrote, without being led anywhere else."""

from submissions.links.asking import Answer, Outcome, ask
from submissions.links.network import Network
from submissions.links.public import is_public

__all__ = ["Answer", "Network", "Outcome", "ask", "is_public"]
