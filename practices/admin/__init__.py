"""Practices, their versions, and the terms and cities that classify them, in the admin."""

from practices.admin import adaptations, correspondence, practices, versions, vocabularies

__all__ = ["adaptations", "correspondence", "practices", "versions", "vocabularies"]
