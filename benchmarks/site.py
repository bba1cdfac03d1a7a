"""Runs a module of the benchmarks inside the site: `python -m benchmarks.site fill 100000`, with the site's settings.

Models can be imported only once Django is set up, so the modules that use them are named here and imported after it.
"""

import sys
from importlib import import_module

import django

INSIDE = ("fill", "measure")


def main(name: str, *arguments: str) -> None:
    if name not in INSIDE:
        sys.exit(f"usage: python -m benchmarks.site {'|'.join(INSIDE)} …")
    django.setup()
    import_module(f"benchmarks.{name}").main(arguments)


if __name__ == "__main__":
    main(*(sys.argv[1:] or [""]))
