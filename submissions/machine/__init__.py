"""Translations that a machine proposes, and which only a person can confirm.

Which machine is asked, a host decides (`LIBRETRANSLATE_URL`); by default none. Another machine needs a class with the
members of `Backend`.
"""

from django.conf import settings

from submissions.machine.backend import Backend, MachineError, NoMachine
from submissions.machine.libretranslate import LibreTranslate

__all__ = ["Backend", "MachineError", "NoMachine", "backend"]


def backend() -> Backend:
    """The machine of this host."""
    if settings.LIBRETRANSLATE_URL:
        return LibreTranslate(settings.LIBRETRANSLATE_URL, key=settings.LIBRETRANSLATE_KEY)
    return NoMachine()
