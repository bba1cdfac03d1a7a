"""How far a long command is, on a terminal and in a log."""

from django.core.management.base import OutputWrapper


class Progress:
    """One counting line on a terminal; elsewhere a line each time another tenth is done."""

    def __init__(self, output: OutputWrapper, *, total: int, noun: str):
        self.output, self.total, self.noun = output, total, noun
        self.tenths = 0

    def __call__(self, done: int) -> None:
        line = f"{done} of {self.total} {self.noun}"
        tenths = done * 10 // self.total if self.total else 10
        if self.output.isatty():
            self.output.write(f"\r{line}", ending="\n" if done >= self.total else "")
            self.output.flush()
        elif tenths > self.tenths or done >= self.total:
            self.output.write(line)
        self.tenths = tenths
