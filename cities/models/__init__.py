from cities.models.city import City, Membership
from cities.models.vocabulary import Term, Typology

__all__ = ["City", "Membership", "Term", "Typology"]
