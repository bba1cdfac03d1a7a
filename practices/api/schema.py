"""What the OpenAPI schema says beyond the shapes: parameters, problems, and the one way to declare an operation."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.serializers import Serializer

from practices.api.parameters import LARGEST_PAGE, LARGEST_PAGE_SIZE, PAGE_SIZE
from practices.api.problems import CONTENT_TYPE
from practices.api.serializers import (
    BadRequestSerializer,
    GoneSerializer,
    ProblemSerializer,
    TooManyRequestsSerializer,
)
from practices.filters import LONGEST_QUERY, SORTS, SWITCH
from practices.models import FIRST_YEAR, LAST_YEAR
from practices.search.prefixes import FEWEST_LETTERS

LANGUAGE = OpenApiParameter(
    "lang",
    enum=settings.LANGUAGE_CODES,
    description="Texts in this language only, or in another where it has none; labels in this language. "
    "Without it: texts in every language, labels by Accept-Language.",
)
FILTERS = {
    "area": "Service area, a slug of `vocabularies/`",
    "group": "Target group, a slug of `vocabularies/`",
    "approach": "Approach, a slug of `vocabularies/`",
    "city": "City, a slug of `cities/`",
    "country": "Country, ISO 3166-1 alpha-2",
    "typology": "Type of locality, a slug of `vocabularies/`",
    "language": "Available in this language",
    "depth": "Depth of the measure, a code of `vocabularies/`",
    "evidence": "Evidence level, a code of `vocabularies/`",
    "firewall": "Data firewall, a code of `vocabularies/`",
    "status": "Status of the practice, a code of `vocabularies/`",
}
SEVERAL = "Repeat it for “or”; different filters are “and”."


def _number(name: str, description: str, **bounds: int) -> OpenApiParameter:
    return OpenApiParameter(name, type={"type": "integer", **bounds}, description=description)


CATALOGUE = [
    OpenApiParameter(
        "q", type={"type": "string", "maxLength": LONGEST_QUERY}, description="Words to search for, in any language."
    ),
    *(OpenApiParameter(name, type=str, many=True, description=f"{text}. {SEVERAL}") for name, text in FILTERS.items()),
    _number("year_from", "Running in this year or later.", minimum=FIRST_YEAR, maximum=LAST_YEAR),
    _number("year_to", "Running in this year or earlier.", minimum=FIRST_YEAR, maximum=LAST_YEAR),
    OpenApiParameter("sort", enum=SORTS, description="By relevance where there is a `q`, else the newest first."),
    OpenApiParameter(
        "concepts", enum=SWITCH, description="`off`: find the words only, not other names of what they mean."
    ),
    _number("page", "Counted from 1.", minimum=1, maximum=LARGEST_PAGE, default=1),
    _number("page_size", "Practices a page.", minimum=1, maximum=LARGEST_PAGE_SIZE, default=PAGE_SIZE),
]

TYPED = OpenApiParameter(
    "q",
    type=str,
    description="The beginning of a search, in any language; its last word may go on. Less than "
    f"{FEWEST_LETTERS} letters and more than {LONGEST_QUERY} characters suggest nothing.",
)


def operation(
    answer: type[Serializer], *, name: str, tag: str, summary: str, parameters=(), missing=False, withdrawn=False
):
    """Declare what a view answers: its shape and its problems."""
    responses: dict[Any, Any] = {
        200: answer,
        (400, CONTENT_TYPE): BadRequestSerializer,
        (406, CONTENT_TYPE): ProblemSerializer,
        (429, CONTENT_TYPE): TooManyRequestsSerializer,
    }
    if missing:
        responses[(404, CONTENT_TYPE)] = ProblemSerializer
    if withdrawn:
        responses[(410, CONTENT_TYPE)] = GoneSerializer
    described = extend_schema(
        operation_id=name,
        tags=[tag],
        summary=summary,
        description=summary,
        parameters=[*parameters, LANGUAGE],
        responses=dict(sorted(responses.items(), key=lambda pair: str(pair[0]))),
    )
    return extend_schema_view(get=described)


@cache
def openapi() -> dict[str, Any]:
    """The schema of every operation of the API. In English, as are the names in it."""
    with override("en"):
        return SchemaGenerator().get_schema(request=None, public=True)
