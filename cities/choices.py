"""Coded values of a city and of the people who speak for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CmiseRole(models.TextChoices):
    """The city's place in the initiative's working group, 2017 to 2019; empty where it is not on that list."""

    CHAIR = "chair", pgettext_lazy("role in the initiative", "Chair")
    MEMBER = "member", pgettext_lazy("role in the initiative", "Member")
    ASSOCIATE = "associate", pgettext_lazy("role in the initiative", "Associate")


class MembershipRole(models.TextChoices):
    OFFICER = "officer", _("Officer")
    CONTACT = "contact", _("Contact person of the city")


class SizeClass(models.TextChoices):
    """What the public learns of a city that is withheld. Bounds in inhabitants."""

    VILLAGE = "under-20000", _("municipality with fewer than 20,000 inhabitants")
    TOWN = "under-100000", _("municipality with 20,000 to 100,000 inhabitants")
    CITY = "under-500000", _("municipality with 100,000 to 500,000 inhabitants")
    METROPOLIS = "over-500000", _("municipality with more than 500,000 inhabitants")
    UNKNOWN = "unknown", _("municipality of unknown size")


class Region(models.TextChoices):
    """Parts of Europe after the United Nations' geoscheme (M49)."""

    NORTH = "north", _("Northern Europe")
    WEST = "west", _("Western Europe")
    SOUTH = "south", _("Southern Europe")
    EAST = "east", _("Eastern Europe")
    OTHER = "other", _("Europe")
