"""What the same person and the same city have in the registry already."""

from typing import Any

from django.db.models import Q

from practices.models import Practice
from submissions.models import Submission

# More are found in the queue and in the list of practices.
MOST = 10


def earlier_context(submission: Submission) -> dict[str, Any]:
    """Their other submissions, those that were sent, and the practices that the city leads, the latest first. Three
    queries."""
    about = Q(submitter=submission.submitter_id)
    if submission.city_id:
        about |= Q(city=submission.city_id)
    others = (
        Submission.objects.sent()
        .filter(about)
        .exclude(pk=submission.pk)
        .select_related("city", "practice", "submitter")
        .defer("content", "last_sent", "previous_sent")
        .order_by("-submitted_at", "-pk")[: MOST + 1]
    )
    led = (
        Practice.objects.filter(lead_city=submission.city_id).prefetch_related("texts").order_by("-pk")[: MOST + 1] if submission.city_id else []
    )
    found, practices = list(others), list(led)
    return {
        "earlier": [
            {"submission": other, "same_person": other.submitter_id == submission.submitter_id}
            for other in found[:MOST]
        ],
        "city_practices": [
            {"practice": practice, "title": practice.text("title", practice.original_language)}
            for practice in practices[:MOST]
        ],
        "more_earlier": len(found) > MOST or len(practices) > MOST,
    }
