"""How well the registry finds what is meant. `python -m benchmarks.relevance --help`."""
