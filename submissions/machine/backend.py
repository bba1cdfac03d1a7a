"""What the registry asks of a machine that translates, and the one that is there by default: none."""

from collections.abc import Sequence
from typing import Protocol

from django.utils.functional import Promise


class MachineError(Exception):
    """There is no translation to be had; `reason` says why, in a sentence for whoever pressed the button."""

    def __init__(self, reason: str | Promise):
        super().__init__(str(reason))
        self.reason = reason


class Backend(Protocol):
    """A machine. It gets public texts only, and what it answers is a proposal."""

    @property
    def is_there(self) -> bool:
        """Whether to offer it at all."""
        ...

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        """As many texts as were given, in the same order; an empty one where the machine has nothing to propose.
        Raises `MachineError`, and nothing else."""
        ...


class NoMachine:
    """Proposes nothing."""

    is_there = False

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        return [""] * len(texts)
