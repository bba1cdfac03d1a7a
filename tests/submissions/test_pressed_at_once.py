"""The same button pressed many times at one moment: beside the record each act counts once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts.models import OutgoingMail
from practices.content import FIELDS_BY_NAME
from submissions.choices import Act, Action
from submissions.models import ChecklistTick, Message, ModeratorEdit, StaffNote
from submissions.services import ConflictError, perform
from submissions.services.checklist import set_tick
from submissions.services.messages import send_message
from submissions.services.moderator_edits import edit_texts
from submissions.services.staff_notes import add_note
from tests.factories import make_moderator, make_sent_submission

PRESSES = 5


@pytest.mark.django_db(transaction=True)
def test_notes_messages_ticks_and_corrections_pressed_at_once_count_once():
    moderator = make_moderator()
    submission = make_sent_submission(title="Nigth shelter")
    submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    OutgoingMail.objects.all().delete()
    barrier, late = threading.Barrier(PRESSES * 4), []

    def correct():
        try:
            edit_texts(
                submission,
                by=moderator,
                field=FIELDS_BY_NAME["title"],
                texts={"title.en": "Night shelter"},
                reason="A slip",
                version=submission.version,
            )
        except ConflictError as conflict:
            late.append(conflict)

    acts = [
        lambda: add_note(submission, by=moderator, text="Ask the ministry"),
        lambda: send_message(submission, by=moderator, text="Which law?"),
        lambda: set_tick(submission, by=moderator, item="sources", ticked=True),
        correct,
    ] * PRESSES

    def press(act):
        try:
            barrier.wait(timeout=60)
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as racers:
        for finished in [racers.submit(press, act) for act in acts]:
            finished.result()

    assert [model.objects.count() for model in (StaffNote, Message, ChecklistTick, ModeratorEdit)] == [1, 1, 1, 1]
    assert OutgoingMail.objects.count() == 1
    assert submission.events.filter(action=Act.EDITED).count() == 1
    submission.refresh_from_db()
    assert submission.content["title"] == {"en": "Night shelter"}
    assert all(conflict.submission.title == "Night shelter" for conflict in late)
