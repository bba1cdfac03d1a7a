"""Search by meaning, an optional extra: off unless a host sets SEMANTIC_SEARCH; see docs/semantic.md."""
