"""The API's JSON is the framework's, byte for byte."""

import datetime
import math
from decimal import Decimal
from enum import IntEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from practices.api.renderers import QuickJSONRenderer
from practices.choices import OperationStatus
from practices.facets import Facet


class Figure(IntEnum):
    ONE = 1


ZONES = st.sampled_from([None, datetime.UTC, ZoneInfo("Europe/Brussels"), ZoneInfo("Asia/Kathmandu")])
TEXTS = st.text() | st.text(alphabet="<>&\"'/\\\u0000\u001f\u007f\u0085\u2028\u2029\ufeffß𝗡\n\t\b\f\r")
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: number == 0 or abs(number) >= 1e-4)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | NUMBERS
    | TEXTS
    | TEXTS.map(SafeString)
    | st.sampled_from([*OperationStatus, Figure.ONE, gettext_lazy("Shelter and housing"), UUID(int=7), Decimal("1.50")])
    | st.datetimes(timezones=ZONES)
    | st.dates()
    | st.times()
    | st.timedeltas()
)
DOCUMENTS = st.recursive(
    VALUES,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(TEXTS, inner),
    max_leaves=30,
)


@given(DOCUMENTS, st.sampled_from(["application/json", "application/json; indent=2", None]))
def test_it_is_what_the_framework_writes(document, media_type):
    with override("nl"):
        written = QuickJSONRenderer().render(document, media_type, {})

        assert written == JSONRenderer().render(document, media_type, {})


@pytest.mark.parametrize("document", [{1: "one"}, [2**70, -(2**64)], {"deep": [[[]] * 3]}, {None: 1}, b"ab"])
def test_what_the_encoder_refuses_is_written_too(document):
    assert QuickJSONRenderer().render(document) == JSONRenderer().render(document)


def test_what_nobody_can_write_is_an_error_as_before():
    for thing in (object(), Facet("area", "Service area")):
        with pytest.raises(TypeError):
            QuickJSONRenderer().render([thing])
    with pytest.raises(UnicodeEncodeError):
        QuickJSONRenderer().render("\ud800")


def test_the_smallest_numbers_are_written_otherwise_but_are_the_same():
    assert QuickJSONRenderer().render([1e-05, math.nan]) == b"[0.00001,null]"
