"""Practices, their versions, and the terms and cities that classify them, in the admin."""

from practices.admin import practices, versions, vocabularies

__all__ = ["practices", "versions", "vocabularies"]
