"""How long a sign-in lasts, and what ends it before its time. docs/accounts.md gives the reasons."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from accounts.models import User
from accounts.permissions import is_moderator, is_translator

BEGAN, SEEN = "signed_in_at", "last_request_at"
# So seldom the moment of the last request is written: not every request is to write into the database.
NOTED_EVERY = 60


def has_ended(session: SessionBase, user: User, *, now: int) -> bool:
    """Nothing was asked for too long, or the person signed in too long ago. Never early: as the last request is noted
    once a minute, at most that much late."""
    idle = now - session.get(SEEN, now) - NOTED_EVERY
    age = now - session.get(BEGAN, now)
    if idle > settings.IDLE_MINUTES * 60 or age > settings.SESSION_HOURS * 3600:
        return True
    if idle > settings.IDLE_MINUTES_MODERATORS * 60 or age > settings.SESSION_HOURS_MODERATORS * 3600:
        return user.is_staff or is_moderator(user) or is_translator(user)
    return False


def note_request(session: SessionBase, *, now: int) -> None:
    """Remember that the person is there."""
    if BEGAN not in session:
        session[BEGAN] = now
    if now - session.get(SEEN, 0) >= NOTED_EVERY:
        session[SEEN] = now


def end_sessions(*, user: User) -> None:
    """Sign a person out everywhere: what they may do has changed."""
    for session in UserSession.objects.filter(user=user):
        session.end()
