"""What the same person and the same city have in the registry already."""

from typing import Any

from django.conf import settings
from django.db.models import Q

from practices.document import text_in
from practices.models import Practice
from submissions.models import Submission

# More are found in the queue and in the list of practices.
MOST = 10
# What a line shows: documents, practices and cities are wide.
SHOWN = [
    *("kind", "status", "language", "number", "submitted_at", "submitter__name", "submitter__email"),
    *("practice__number", "city__slug", *(f"city__name_{code}" for code in settings.LANGUAGE_CODES)),
]
SHOWN_OF_PRACTICES = [
    *("number", "publication", "visibility", "original_language"),
    *(f"title_{code}" for code in settings.LANGUAGE_CODES),
]


def earlier_context(submission: Submission) -> dict[str, Any]:
    """Their other submissions, those that were sent, and the practices that the city leads, the latest first. Two
    queries."""
    about = Q(submitter=submission.submitter_id)
    if submission.city_id:
        about |= Q(city=submission.city_id)
    others = (
        Submission.objects.sent()
        .filter(about)
        .exclude(pk=submission.pk)
        .select_related("city", "practice", "submitter")
        .only(*SHOWN)
        .with_sent_title()
        .order_by("-submitted_at", "-pk")[: MOST + 1]
    )
    led = Practice.objects.filter(lead_city=submission.city_id).only(*SHOWN_OF_PRACTICES).order_by("-pk")
    found, practices = list(others), list(led[: MOST + 1]) if submission.city_id else []
    return {
        "earlier": [
            {
                "submission": other,
                "title": other.sent_title,
                "same_person": other.submitter_id == submission.submitter_id,
            }
            for other in found[:MOST]
        ],
        "city_practices": [_led(practice) for practice in practices[:MOST]],
        "more_earlier": len(found) > MOST or len(practices) > MOST,
    }


def _led(practice: Practice) -> dict[str, Any]:
    original = practice.original_language
    titles = {code: getattr(practice, f"title_{code}") for code in settings.LANGUAGE_CODES}
    title, language = text_in({"title": titles, "original_language": original}, "title", original)
    return {"practice": practice, "title": title, "language": language}
