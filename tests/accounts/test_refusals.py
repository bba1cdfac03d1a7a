"""What the decorator of services writes down, and that it never stands in the refusal's way."""

import logging

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.refusals import logs_refusals
from tests.factories import make_user

pytestmark = pytest.mark.django_db


class ClosedError(Exception):
    """The service of this test refuses always."""


@logs_refusals(barred=(ClosedError,))
def close(person, *, by=None):
    raise ClosedError


@pytest.mark.parametrize("actor", [{}, {"by": None}, {"by": AnonymousUser()}])
def test_a_refusal_without_a_person_is_still_the_refusal(caplog, actor):
    person = make_user()
    caplog.set_level(logging.WARNING, logger="accounts.refusals")

    with pytest.raises(ClosedError):
        close(person, **actor)

    assert caplog.messages == [f"Refused: person –, close, user {person.pk} (–), ClosedError"]
