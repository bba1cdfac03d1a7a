"""Finding somebody of a city who looks after its records."""

from django.db import transaction

from accounts.letters import address_in, queue_letter
from practices.choices import Publication, Visibility
from practices.models import Practice


def may_be_named(practice: Practice) -> bool:
    """Whether anyone may know that this practice is this city's: a mail to an address that nobody has verified says
    nothing else."""
    is_public = practice.publication == Publication.PUBLISHED and practice.visibility == Visibility.PUBLIC
    return is_public and not practice.city_withheld


@transaction.atomic
def invite_somebody(practice: Practice, *, email: str, language: str) -> None:
    """Write to an address of the practice's city and ask whether this person would speak for the city. Only what the
    public may know is in the mail; whoever then asks is verified like everybody else."""
    named = may_be_named(practice)
    context = {
        "city": practice.lead_city,
        "title": practice.text("title", language).value if named else "",
        "practice_url": address_in(language, "practice-detail", practice.slug) if named else "",
        "about_url": address_in(language, "about"),
        "url": address_in(language, "membership-list"),
    }
    queue_letter("practices/mail/wanted", to=email, language=language, context=context)
