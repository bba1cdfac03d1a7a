"""Publishing again what was withdrawn: as it was, by a moderator without a part in it, once."""

import pytest
from django.urls import reverse

from practices import document as documents
from practices.choices import Publication
from practices.models import PeerNote, Practice
from practices.restoring import OwnCityError, OwnTextError, restore
from practices.services import OutdatedError, withdraw
from submissions.choices import Action
from submissions.services import perform
from tests.factories import make_member, make_moderator, make_practice, make_sent_submission

pytestmark = pytest.mark.django_db


def withdrawn_practice(**overrides):
    practice = make_practice(contact="The desk on the second floor", peers_only=["funding"], **overrides)
    return withdraw(practice, by=make_moderator(), reason="A risk")


def test_what_was_withdrawn_is_published_again_as_it_was_and_logged():
    practice, moderator = withdrawn_practice(funding="From two budgets"), make_moderator()
    before = documents.read(practice)

    restore(practice, by=moderator, reason="The risk is over", version=1)

    practice = Practice.objects.get()
    assert (practice.publication, practice.withdrawn_at, practice.withdrawal_reason) == ("published", None, "")
    assert documents.read(practice) == before
    assert practice.current_version == 2
    # Kept for colleagues before, kept for colleagues now; and the reason is no public note.
    assert practice.funding_en == ""
    assert PeerNote.objects.filter(practice=practice).exists()
    assert [version.note for version in practice.versions.all()] == ["", ""]
    assert practice.events.filter(by=moderator, note="The risk is over", version=2).exists()


def test_it_happens_once_and_not_by_somebody_of_its_city():
    practice, moderator = withdrawn_practice(), make_moderator()
    own = make_member(make_moderator(), practice.lead_city).user

    with pytest.raises(OwnCityError):
        restore(practice, by=own, reason="We want it back", version=1)
    restore(practice, by=moderator, reason="Over", version=1)
    for version in (1, 2):
        with pytest.raises(OutdatedError):
            restore(practice, by=moderator, reason="Once more", version=version)

    assert Practice.objects.get().current_version == 2


@pytest.mark.parametrize("writes_along", [False, True])
def test_nobody_publishes_again_what_they_wrote(writes_along):
    author, reviewer = make_moderator(), make_moderator()
    submission = make_sent_submission(by=None if writes_along else author)
    if writes_along:
        submission.co_editors.add(author)
    for action in (Action.CLAIM, Action.APPROVE):
        submission = perform(submission, action, by=reviewer, version=submission.version)
    practice = withdraw(submission.practice, by=reviewer, reason="A risk")

    with pytest.raises(OwnTextError):
        restore(practice, by=author, reason="It is mine", version=1)
    restore(practice, by=reviewer, reason="Over", version=1)


def test_the_page_asks_for_a_reason_and_tells_who_was_faster(client, settings):
    settings.CMISE_DEMO = True
    practice = withdrawn_practice()
    client.force_login(make_moderator())
    record = reverse("admin:practices_practice_change", args=[practice.pk])
    page = reverse("admin:practices_practice_restore", args=[practice.pk])

    assert page in client.get(record).content.decode()
    assert "is published again as it was" in client.get(page).content.decode()
    empty = client.post(page, {"version": 1, "act": "publish", "reason": " "})
    assert "Write the reason." in empty.content.decode()
    assert Practice.objects.get().publication == Publication.WITHDRAWN

    assert client.post(page, {"version": 1, "act": "publish", "reason": "Over"}).url == record
    assert Practice.objects.get().publication == Publication.PUBLISHED
    second = client.post(page, {"version": 1, "act": "publish", "reason": "Over"}, follow=True)
    assert "is published already" in second.content.decode()
    assert Practice.objects.get().current_version == 2
