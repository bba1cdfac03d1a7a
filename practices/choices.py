"""Coded values of a practice. The codes stand in addresses, exports and the API; they never change."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Visibility(models.TextChoices):
    """Who may see a practice, from the widest circle to the narrowest."""

    PUBLIC = "public", _("Everyone")
    PEERS = "peers", _("Verified officers of other municipalities")
    MODERATORS = "moderators", _("Moderators only")


class Publication(models.TextChoices):
    PUBLISHED = "published", pgettext_lazy("practice", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("practice", "Withdrawn")


class OperationStatus(models.TextChoices):
    """Where the practice itself stands; nothing to do with its review."""

    PLANNED = "planned", pgettext_lazy("practice", "Planned")
    PILOT = "pilot", pgettext_lazy("practice", "Pilot")
    RUNNING = "running", pgettext_lazy("practice", "Running")
    ENDED = "ended", pgettext_lazy("practice", "Ended")
    UNKNOWN = "unknown", pgettext_lazy("practice status", "Not stated")


class Firewall(models.TextChoices):
    """Whether people who use the service are protected from data reaching immigration enforcement."""

    YES = "yes", pgettext_lazy("data firewall", "Yes")
    PARTLY = "partly", pgettext_lazy("data firewall", "Partly")
    NO = "no", pgettext_lazy("data firewall", "No")
    UNKNOWN = "unknown", pgettext_lazy("data firewall", "Not stated")


class Depth(models.TextChoices):
    """Whether a measure changes something for people or declares a position, where a source judges it so."""

    SYMBOLIC = "symbolic", pgettext_lazy("depth of a measure", "Symbolic")
    TANGIBLE = "tangible", pgettext_lazy("depth of a measure", "Tangible")
    UNKNOWN = "unknown", pgettext_lazy("depth of a measure", "Not judged")


class EvidenceLevel(models.TextChoices):
    """How well results are known. Given by moderators; separate from the decision to publish."""

    DESCRIBED = "described", pgettext_lazy("evidence level", "Described")
    MONITORED = "monitored", pgettext_lazy("evidence level", "Monitored")
    EVALUATED = "evaluated", pgettext_lazy("evidence level", "Evaluated")
    INDEPENDENT = "independent", pgettext_lazy("evidence level", "Independently evaluated")


class Provenance(models.TextChoices):
    """Where the text in a language comes from."""

    ORIGINAL = "original", pgettext_lazy("text", "Original")
    HUMAN = "human", pgettext_lazy("text", "Translated by a person")
    MACHINE = "machine", pgettext_lazy("text", "Translated by machine")


class AdaptationStatus(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("adaptation", "Waits for the moderators")
    SHOWN = "shown", pgettext_lazy("adaptation", "Shown")
    REFUSED = "refused", pgettext_lazy("adaptation", "Not shown")
