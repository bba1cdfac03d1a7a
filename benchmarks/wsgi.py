"""The site with the bare view beside it, for the production server."""

from django.conf import settings

settings.ROOT_URLCONF = "benchmarks.bare"

# The application is made with the addresses that stand in the settings then.
from cmise.wsgi import application  # noqa: E402, F401 - the server asks for it by name
