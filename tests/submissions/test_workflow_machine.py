"""Anybody does anything in any order: nothing is published without a moderator who has no part in it."""

import os
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import OutgoingMail
from accounts.services import deliver_waiting
from practices.models import Practice
from practices.services import OutdatedError
from submissions.choices import Action, NominationStatus, Status
from submissions.models import Nomination, Remark, Submission, SubmissionEvent
from submissions.services import ConflictError, NotAllowedError, add_remark, perform, publish_due, set_day
from submissions.services.merging import AlreadyChangingError, Merger, UnreadableError
from submissions.workflow import TRANSITIONS
from tests.factories import make_member, make_moderator, make_practice, make_submission, make_user

PEOPLE = ["officer", "co_editor", "author_moderator", "city_moderator", "first", "second"]
# Those who may decide: moderators who neither wrote it nor speak for its city.
INDEPENDENT = {"first", "second"}
AGREEING = (Action.APPROVE, Action.SCHEDULE, Action.ENDORSE)
REFUSED = (NotAllowedError, ConflictError, OutdatedError, UnreadableError, AlreadyChangingError)
# The same few every time, among them all statuses; a number in the environment searches on by chance.
EXAMPLES = os.environ.get("WORKFLOW_EXAMPLES", "")


class Process(RuleBasedStateMachine):
    """One submission, six people, a clock. Each example is rolled back."""

    four_eyes = False

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.setting = override_settings(FOUR_EYES=self.four_eyes)
        self.setting.enable()
        self.merged = False

    def teardown(self):
        self.setting.disable()
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(nominated=st.booleans())
    def begin(self, nominated):
        moderator = make_moderator()
        self.people = {
            "officer": make_user(language="nl"),
            "co_editor": make_user(),
            "author_moderator": make_moderator(),
            "city_moderator": make_member(make_moderator(), by=moderator).user,
            "first": make_moderator(),
            "second": make_moderator(),
        }
        self.names = {person.pk: name for name, person in self.people.items()}
        self.practice = make_practice()
        self.submission = make_submission(by=self.people["officer"])
        self.submission.co_editors.add(self.people["co_editor"], self.people["author_moderator"])
        if nominated:
            Nomination.objects.create(
                title="T", text="T", language="en", city=self.submission.city, submission=self.submission,
                status=NominationStatus.CLAIMED,
            )  # fmt: skip
        self.status = self.submission.status
        self.logged = 0

    @rule(action=st.sampled_from(list(Action)), who=st.sampled_from(PEOPLE), stale=st.booleans())
    def act(self, action, who, stale):
        self.attempt(action, who, stale=stale and who != "first")

    @rule(who=st.sampled_from(sorted(INDEPENDENT)), data=st.data())
    def go_on(self, who, data):
        """What the process allows, so that a run comes further than chance would."""
        ready = [action for action in TRANSITIONS if self.submission.status in TRANSITIONS[action].sources]
        self.attempt(data.draw(st.sampled_from(ready)) if ready else Action.CLAIM, who)

    @rule()
    def send(self):
        self.attempt(Action.SUBMIT, "officer")

    def attempt(self, action, who, *, stale=False):
        details = {}
        if action is Action.MERGE:
            details["merger"] = Merger(practice=self.practice, version=1, picks={})
        with suppress(*REFUSED), transaction.atomic():
            perform(
                self.submission, action, by=self.people[who], version=self.submission.version - stale, note="Why",
                **details,
            )  # fmt: skip
        self.submission.refresh_from_db()

    @rule(who=st.sampled_from(PEOPLE))
    def remark(self, who):
        with suppress(NotAllowedError), transaction.atomic():
            add_remark(self.submission, by=self.people[who], path="title", text="Which?")

    @rule(days=st.sampled_from([None, 1]), who=st.sampled_from(["officer", "co_editor"]))
    def choose_day(self, days, who):
        day = timezone.localdate() + timedelta(days=days) if days else None
        with suppress(*REFUSED), transaction.atomic():
            set_day(self.submission, by=self.people[who], day=day, version=self.submission.version)
        self.submission.refresh_from_db()

    @precondition(lambda self: self.submission.embargo_until)
    @rule()
    def the_day_comes(self):
        Submission.objects.filter(pk=self.submission.pk).update(embargo_until=timezone.localdate())
        publish_due()
        self.submission.refresh_from_db()

    @rule()
    def the_hold_ends(self):
        OutgoingMail.objects.filter(sent_at=None).update(not_before=timezone.now())
        deliver_waiting()

    @invariant()
    def every_change_of_status_has_its_event(self):
        events = list(SubmissionEvent.objects.filter(submission=self.submission, action__in=Action.values))
        for event in events[self.logged :]:
            assert event.from_status == self.status
            assert event.from_status in TRANSITIONS[Action(event.action)].sources
            assert event.to_status == TRANSITIONS[Action(event.action)].target
            self.status = event.to_status
        self.logged = len(events)
        assert self.submission.status == self.status

    @invariant()
    def who_has_a_part_in_it_decides_nothing(self):
        decisions = set(TRANSITIONS) - {Action.SUBMIT, Action.WITHDRAW}
        for event in SubmissionEvent.objects.filter(submission=self.submission, action__in=decisions):
            assert self.names[event.by_id] in INDEPENDENT

    @invariant()
    def nothing_is_published_without_those_who_must_agree(self):
        published = self.submission.status == Status.PUBLISHED
        numbers = set(Practice.objects.exclude(pk=self.practice.pk).values_list("number", flat=True))
        self.practice.refresh_from_db()
        assert published == (bool(numbers) or self.practice.current_version > 1)
        if published or self.submission.status == Status.SCHEDULED:
            agreed = self.agreed_since_it_was_sent()
            assert agreed <= INDEPENDENT
            assert len(agreed) >= (2 if self.four_eyes else 1)

    def agreed_since_it_was_sent(self):
        names = set()
        for event in SubmissionEvent.objects.filter(submission=self.submission, action__in=Action.values):
            if event.action in (Action.SUBMIT, Action.DISAGREE, Action.UNSCHEDULE, Action.REOPEN):
                names = set()
            elif event.action in AGREEING:
                names.add(self.names[event.by_id])
        return names

    @invariant()
    def remarks_are_sent_with_a_decision_that_stands(self):
        sent = Remark.objects.filter(submission=self.submission).exclude(sent_at=None).exists()
        events = SubmissionEvent.objects.filter(submission=self.submission)
        asked = events.filter(action=Action.REQUEST_CHANGES).count()
        taken_back = events.filter(action=Action.TAKE_BACK, from_status=Status.CHANGES_REQUESTED).count()
        assert not sent or asked > taken_back

    @invariant()
    def no_mail_is_both_sent_and_taken_back(self):
        mails = OutgoingMail.objects.exclude(taken_back_at=None)
        assert not mails.exclude(sent_at=None).exists()
        assert set(mails.values_list("language", flat=True)) <= {"nl"}


@pytest.mark.django_db
@pytest.mark.parametrize("four_eyes", [False, True], ids=["one decides", "two must agree"])
def test_no_way_leads_around_a_moderator_without_a_part_in_it(four_eyes):
    machine = type("Machine", (Process,), {"four_eyes": four_eyes})
    assert connection.in_atomic_block
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(EXAMPLES or 10),
            derandomize=not EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            database=None,
            # A failure is told as it was found: looking for a shorter one takes minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
