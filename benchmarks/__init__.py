"""How fast the registry answers. `python -m benchmarks --help`."""
