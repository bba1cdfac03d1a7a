"""The API for programs: read-only, the same for everyone, never more than what is public. See docs/api.md."""
