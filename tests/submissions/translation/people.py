"""Translators, and practices to translate."""

from django.contrib.auth.models import Group
from django.test import Client

from accounts.roles import TRANSLATOR
from practices.document import read
from practices.models import Practice
from practices.services import publish
from submissions.choices import Action
from submissions.services import perform
from tests.factories import make_moderator, make_practice, make_user

MARKER = "xanadukrypt"


def make_translator(**fields):
    """Somebody of the initiative who translates, and neither moderates nor speaks for a city."""
    user = make_user(is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=TRANSLATOR))
    return user


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def make_guarded_practice(**overrides):
    """A public practice with everything that the public does not read."""
    document = {
        "slug": "guarded",
        "title": {"en": "Open to all", "de": "Offen für alle"},
        "summary": "It is open.",
        "funding": {"en": f"{MARKER} pays", "nl": f"{MARKER} betaalt"},
        "contact": MARKER,
        "discreet_details": MARKER,
        "partners": [{"name": MARKER}],
        "peers_only": ["funding", "partners"],
        "provenance": {"en": "original", "de": "human", "nl": "human"},
    }
    return make_practice(**(document | overrides))


def change(practice, **fields):
    """The next version: a text is changed in the original, anything else as given."""
    practice = Practice.objects.get(pk=practice.pk)
    live = read(practice)
    original = live["original_language"]
    for name, value in fields.items():
        live[name] = {**live[name], original: value} if isinstance(live[name], dict) else value
    return publish(live, by=None, practice=practice)


def approved(submission):
    """Published by a moderator who did not write it."""
    moderator = make_moderator()
    for action in (Action.CLAIM, Action.APPROVE):
        submission = perform(submission, action, by=moderator, version=submission.version)
    return Practice.objects.get(pk=submission.practice_id)
