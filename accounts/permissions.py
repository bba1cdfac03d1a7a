"""Who is staff of the registry. Everything about cities is asked in `cities.permissions`."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User


def is_moderator(user: User | AnonymousUser) -> bool:
    """May read everything and decide on submissions."""
    return user.is_active and user.has_perm("submissions.moderate_submission")


def is_translator(user: User | AnonymousUser) -> bool:
    """May translate the texts of any city that the public reads. That alone opens nothing else of the desk."""
    return user.is_active and user.has_perm("submissions.translate_texts")
