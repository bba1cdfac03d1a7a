"""Cities, terms, and who speaks for a city, in the admin."""

from cities.admin.memberships import MembershipAdmin
from cities.admin.vocabulary import CityAdmin, TermAdmin

__all__ = ["CityAdmin", "MembershipAdmin", "TermAdmin"]
