"""The log holds no link that somebody could follow."""

import logging
import secrets
from urllib.parse import quote

import pytest
from django.core import signing

from cmise.logs import WithoutSecretLinks


def logged(message, *args):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    assert WithoutSecretLinks().filter(record)
    return record.getMessage()


@pytest.mark.parametrize("page", ["sign-off", "invitations", "nominations"])
def test_secret_links_are_cut(page):
    token = secrets.token_urlsafe(32)

    line = logged("Not Found: %s", f"/nl/{page}/{token}/")

    assert token not in line
    assert f"/nl/{page}/" in line


def test_other_addresses_stay():
    address = "/en/submissions/00000000-0000-4000-8000-000000000000/people/"

    assert logged("Not Found: %s", address) == f"Not Found: {address}"


def test_signed_links_are_cut():
    token = signing.dumps({"practice": 1, "person": 2, "at": 3}, salt="practices.freshness")

    lines = [
        logged("Forbidden: %s", address) for address in (f"/nl/confirm/{token}/", f"/?next=/nl/confirm/{quote(token)}/")
    ]

    assert not any(part in line for line in lines for part in token.split(":"))
    assert all("/nl/confirm/" in line for line in lines)
