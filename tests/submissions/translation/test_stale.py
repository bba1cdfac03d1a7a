"""A change of the original makes its translations stale, by whichever way it is published."""

from datetime import timedelta

import pytest
from django.utils import timezone

from practices.document import read
from practices.models import Practice
from practices.restoring import restore
from practices.services import Proposal as Publication
from practices.services import publish, publish_many, withdraw
from submissions.choices import Action
from submissions.models import Submission
from submissions.services import perform, publish_due
from submissions.services.translations import start_translation
from tests.factories import make_member, make_moderator, make_practice, make_sent_submission
from tests.submissions.translation.people import approved, change, make_translator

pytestmark = pytest.mark.django_db


def make_translated():
    return make_practice(
        title={"en": "Night bus", "de": "Nachtbus", "fr": "Bus de nuit"},
        summary={"en": "It runs.", "de": "Er fährt.", "fr": "Il roule."},
        provenance={"en": "original", "de": "human", "fr": "machine"},
    )


def stale(practice):
    texts = Practice.objects.get(pk=practice.pk).texts.all()
    return {text.language for text in texts if text.stale}


def proposed(practice):
    officer = make_member().user
    texts = {**read(Practice.objects.get(pk=practice.pk))["summary"], "en": f"It runs {practice.pk}."}
    return make_sent_submission(by=officer, practice=practice, summary=texts)


def by_approval(practice):
    approved(proposed(practice))


def by_schedule(practice):
    submission, moderator = proposed(practice), make_moderator()
    tomorrow = timezone.localdate() + timedelta(days=1)
    Submission.objects.filter(pk=submission.pk).update(embargo_until=tomorrow)
    for action in (Action.CLAIM, Action.SCHEDULE):
        submission = perform(submission, action, by=moderator, version=submission.version)
    Submission.objects.filter(pk=submission.pk).update(embargo_until=timezone.localdate())
    assert publish_due()


def by_load(practice):
    document = read(Practice.objects.get(pk=practice.pk))
    document["summary"]["en"] = "It was loaded."
    publish_many([Publication(document=document, practice=Practice.objects.get(pk=practice.pk))], by=None)


def by_peers(practice):
    change(practice, summary="It runs for peers.", visibility="peers")


def test_every_way_to_publish_a_change_marks_the_others():
    for way in (by_approval, by_schedule, by_load, by_peers):
        practice = make_translated()
        assert stale(practice) == set()

        way(practice)

        assert stale(practice) == {"de", "fr"}, way.__name__
        versions = {text.language: text.source_version for text in practice.texts.all()}
        assert versions == {"en": 2, "de": 1, "fr": 1}


def test_what_is_stale_stays_so_until_that_language_is_looked_at():
    practice = make_translated()
    change(practice, summary="It runs at noon.")
    change(practice, start_year=2001)
    withdrawn = withdraw(Practice.objects.get(pk=practice.pk), by=None, reason="A mistake.")
    restore(withdrawn, by=make_moderator(), reason="It was none.", version=withdrawn.current_version)
    assert stale(practice) == {"de", "fr"}

    user = make_translator()
    submission = start_translation(by=user, practice=practice, language="de")
    approved(perform(submission, Action.SUBMIT, by=user, version=submission.version))

    assert stale(practice) == {"fr"}
    live = read(Practice.objects.get(pk=practice.pk))
    publish(
        {**live, "summary": {**live["summary"], "fr": "Il roule à midi."}},
        by=None,
        practice=Practice.objects.get(pk=practice.pk),
    )
    assert stale(practice) == set()


def test_what_only_peers_read_makes_nothing_stale():
    practice = make_practice(
        title={"en": "Night bus", "de": "Nachtbus"},
        funding={"en": "The city.", "de": "Die Stadt.", "nl": "De stad."},
        peers_only=["funding"],
    )
    change(practice, funding="The state.")
    assert stale(practice) == set()
    # Nor does opening it tell that it once was otherwise.
    change(practice, peers_only=[])
    assert stale(practice) == set()
    change(practice, funding="The region.")
    assert stale(practice) == {"de", "nl"}
