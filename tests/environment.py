"""The settings of a test run, in place before Django reads them. A host's own `.env` changes nothing here."""

import os
from pathlib import Path

from cmise.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent
STATIC_ROOT = ROOT / "var" / "test" / "static"

os.environ.update(
    {
        # Static files by their plain names, so no collectstatic; the test runner itself turns DEBUG off again.
        "DEBUG": "1",
        "SECRET_KEY": "for-tests-only-" + "x" * 50,
        "SITE_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "HTTPS": "0",
        "EMAIL_URL": "dummymail://",
        "CACHE_URL": "locmemcache://tests",
        "STATIC_ROOT": str(STATIC_ROOT),
        "CMISE_DEMO": "0",
        "CMISE_DEMO_PASSWORD": "",
        "CONTACT_EMAIL": "registry@city.example",
        "DEFAULT_FROM_EMAIL": "registry@city.example",
        "TRUSTED_PROXIES": "0",
        "API_THROTTLE": "100000/min",
        "SEMANTIC_SEARCH": "0",
        "SEARCH_ENGINE": "database",
        "OPENSEARCH_URL": "",
    }
)
# The same suite runs on every database: this is the one setting the caller decides.
os.environ.setdefault("DATABASE_URL", "sqlite:///:memory:")

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
compile_catalogues(ROOT / "locale")
