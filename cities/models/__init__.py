from cities.models.city import City, Membership, MembershipEvent
from cities.models.vocabulary import Term, Typology

__all__ = ["City", "Membership", "MembershipEvent", "Term", "Typology"]
