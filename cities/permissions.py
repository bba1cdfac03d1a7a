"""Who speaks for a city."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from cities.models import City, Membership


def is_peer(user: User | AnonymousUser) -> bool:
    """Speaks for at least one city, verified and not ended. Asked anew at each request, so a loss counts at once."""
    return user.is_active and user.is_authenticated and Membership.objects.valid().filter(user=user).exists()


def speaks_for(user: User | AnonymousUser, city: City | None) -> bool:
    return (
        city is not None
        and user.is_active
        and user.is_authenticated
        and Membership.objects.valid().filter(user=user, city=city).exists()
    )


def cities_of(user: User | AnonymousUser) -> set[int]:
    """The keys of all cities that a person speaks for now."""
    if not (user.is_active and user.is_authenticated):
        return set()
    return set(Membership.objects.valid().filter(user=user).values_list("city", flat=True))
