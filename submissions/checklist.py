"""What moderators look at before they decide, point by point. It reminds; it never decides."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Point:
    """One thing to look at. `name` is what a tick is kept under, so it stays as it is."""

    name: str
    label: str | Promise
    explanation: str | Promise


CHECKLIST: tuple[Point, ...] = (
    Point(
        "understood",
        _("Somebody from another city understands it"),
        _("Read title and summary as if you knew nothing of the city: what is done, by whom, for whom, since when?"),
    ),
    Point(
        "harmless",
        _("Nobody can be recognised or harmed"),
        _(
            "No persons, no small groups, no addresses or hours that ought to stay discreet, no way around the rules "
            "laid open. What only colleagues should know stands in the parts for verified officers."
        ),
    ),
    Point(
        "sources",
        _("The sources carry the claims"),
        _("Open at least the one for the most important claim: does it say so? Do figures have a year and an origin?"),
    ),
    Point(
        "dates",
        _("Dates and status agree"),
        _("What has ended has a year of the end; what is planned did not begin years ago."),
    ),
    Point(
        "city",
        _("The city may be named as it is"),
        _(
            "The person speaks for the city, the lead city and the partners are the right ones, and the text does not "
            "name a city that is withheld."
        ),
    ),
    Point(
        "language",
        _("The language is plain and respectful"),
        _(
            "Short sentences, abbreviations spelled out, no official jargon. People are “without a residence permit” "
            "or “irregular migrants”, never named with words that make them criminals."
        ),
    ),
    Point(
        "files",
        _("The files were opened"),
        _(
            "They say nothing that the text keeps back, belong to the practice, may be published, and pictures show "
            "nobody who can be recognised. Without files there is nothing to look at: tick it."
        ),
    ),
)
POINTS = {point.name: point for point in CHECKLIST}
