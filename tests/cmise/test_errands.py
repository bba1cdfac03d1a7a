"""What the mail's loop does beside it: in its time, and never in its way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cmise.management.commands.deliver_mail import DAY, MINUTE, Errand, errands
from practices.models import Practice
from submissions.choices import Action
from submissions.models import Submission
from submissions.services import perform, set_day
from tests.factories import make_moderator, make_sent_submission


def test_each_runs_at_once_and_then_in_its_time():
    ran = []
    errand = Errand(lambda: ran.append(1), every_seconds=60)

    assert [errand.run_if_due(now) for now in (1000.0, 1002.0, 1059.0, 1060.0, 1061.0, 1130.0)] == [
        True, False, False, True, False, True,
    ]  # fmt: skip
    assert len(ran) == 3


def test_one_that_fails_is_tried_again_later_and_stops_nothing():
    def fail():
        raise RuntimeError("The disk is full")

    errand = Errand(fail, every_seconds=60)

    assert errand.run_if_due(1.0)
    assert not errand.run_if_due(2.0)
    assert errand.run_if_due(61.0)


@pytest.mark.django_db
def test_the_loop_publishes_on_the_day_and_ends_drafts():
    moderator, sent = make_moderator(), make_sent_submission()
    sent = set_day(sent, by=sent.submitter, day=timezone.localdate() + timedelta(days=1), version=sent.version)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    perform(claimed, Action.SCHEDULE, by=moderator, version=claimed.version)
    Submission.objects.update(embargo_until=timezone.localdate())

    for errand in errands():
        errand.run_if_due(1.0)

    assert Practice.objects.count() == 1
    assert {MINUTE, DAY} <= {errand.every_seconds for errand in errands()}
