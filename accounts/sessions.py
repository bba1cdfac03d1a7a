"""How long a sign-in lasts, and what ends it before its time. docs/accounts.md gives the reasons."""

from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256

from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from accounts.models import User
from accounts.permissions import is_moderator, is_translator

BEGAN, SEEN, OWNER = "signed_in_at", "last_request_at", "ended_for"
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


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Notes whose sign-in a person ends from another browser of theirs: what is posted into it waits for them."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        for session in sessions:
            if not session.is_current():
                _note_owner(session)
            session.end()


def _note_owner(session: UserSession) -> None:
    """A row beside the session, which goes all the same: a request that is under way would write itself back into it.
    The note lasts as long as a session, opens nothing, and is found by the cookie of the session alone."""
    note = SessionStore(_place_of_note(session.session_key))
    note.clear()
    note[OWNER] = session.user_id
    # Ended twice at one moment.
    with suppress(CreateError):
        note.save(must_create=True)


def ended_elsewhere(session_key: str) -> User | None:
    """Whose sign-in it was, where they ended it from another browser."""
    return owner_of(SessionStore(_place_of_note(session_key)))


def _place_of_note(session_key: str) -> str:
    return sha256(f"ended {session_key}".encode()).hexdigest()[:40]


def remember_owner(session: SessionBase, person: User) -> None:
    """In the session that the same browser goes on with: whose sign-in ended there. It signs nobody in."""
    session[OWNER] = person.pk
    # It ends with the browser, as the sign-in would have.
    session.set_expiry(0)


def owner_of(session: SessionBase) -> User | None:
    """Whose sign-in ended."""
    owner = session.get(OWNER)
    return User.objects.filter(pk=owner, is_active=True).first() if owner else None


def forget_owner(session: SessionBase) -> None:
    """What is posted from now on waits for nobody."""
    session.pop(OWNER, None)


def forget_expired() -> None:
    """Delete sign-ins that ran out, and from which address and browser they were."""
    SessionStore.clear_expired()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def end_sessions(*, user: User) -> None:
    """Sign a person out everywhere: what they may do has changed. What is posted after that waits for nobody."""
    for session in UserSession.objects.filter(user=user):
        session.end()
