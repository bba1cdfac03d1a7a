"""What an engine is asked for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Want:
    """Documents with any of the tokens, or any of the runs of tokens."""

    tokens: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tokens or self.phrases)
