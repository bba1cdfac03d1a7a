"""When moderators aim to answer."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from submissions.choices import WITH_MODERATORS
from submissions.models import Submission

FRIDAY = 4


def date_in_words(when: date | None) -> str:
    """A day as the page's language writes it."""
    return date_format(when, "DATE_FORMAT") if when else ""


def answer_expected(submission: Submission) -> date | None:
    """The day by which the moderators aim to answer: `REVIEW_DAYS` working days, Monday to Friday, after the last
    sending. None where no answer is awaited."""
    if submission.status not in WITH_MODERATORS or submission.submitted_at is None:
        return None
    return _working_days_after(timezone.localdate(submission.submitted_at))


def _working_days_after(sent: date) -> date:
    expected = sent
    for _working_day in range(settings.REVIEW_DAYS):
        expected += timedelta(days=1)
        while expected.weekday() > FRIDAY:
            expected += timedelta(days=1)
    return expected


def late_if_sent_before(today: date) -> datetime:
    """The moment that tells `answer_expected(…) < today` by the sending alone, for queries: what was sent before it and
    still waits is late."""
    day = today - timedelta(days=2 * settings.REVIEW_DAYS + 7)
    while _working_days_after(day) < today:
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time.min))


def aim(submission: Submission) -> str:
    """The expected answer in a sentence; empty where none is awaited."""
    expected = answer_expected(submission)
    if expected is None:
        return ""
    if expected < timezone.localdate():
        return _("We aimed to answer by %(day)s and are late. It is not forgotten.") % {"day": date_in_words(expected)}
    return _("We aim to answer by %(day)s.") % {"day": date_in_words(expected)}
