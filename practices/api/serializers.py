"""The shapes of the answers, for the OpenAPI schema. A test compares them with what is really answered.

Names and types of a practice's fields come from `practices.content.FIELDS`; nothing that is for peers is among them.
"""

from functools import cache
from typing import Any

from django.conf import settings
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from cities.choices import CmiseRole, Region, SizeClass
from practices.api.representations import CARD_CODES, PUBLIC_FIELDS
from practices.choices import Provenance
from practices.content import FIELDS_BY_NAME, UNKNOWABLE, Column, Field, Kind

TEXTS = {
    "type": "object",
    "description": "A text for each language that has one; with `lang` the one that a reader of that language gets, "
    "under the language it is really in.",
    "additionalProperties": {"type": "string"},
    "example": {"en": "Night shelter", "nl": "Nachtopvang"},
}
SOURCE = {"type": "object", "additionalProperties": {"type": "string"}}


@extend_schema_field(TEXTS)
class TextsField(serializers.DictField):
    """An object of language to text."""


@extend_schema_field(SOURCE)
class SourceField(serializers.DictField):
    """Where a statement about a city comes from: a document and a place in it."""


def _shape_of_column(column: Column) -> serializers.Field:
    required = column.required
    if column.translatable:
        return TextsField(required=required)
    if column.kind is Kind.YEAR:
        return serializers.IntegerField(required=required)
    return serializers.CharField(required=required)


@cache
def _row_class(name: str) -> type[serializers.Serializer]:
    """One class per field, however many answers hold it: the schema names it once."""
    columns = {column.name: _shape_of_column(column) for column in FIELDS_BY_NAME[name].columns}
    return type(f"{name.title()}RowSerializer", (serializers.Serializer,), columns)


def _shape_of_rows(field: Field) -> serializers.BaseSerializer:
    return _row_class(field.name)(many=True)


def shape_of(field: Field, **options: Any) -> serializers.Field:
    """The shape of a document's field."""
    if field.translatable:
        return TextsField(**options)
    if field.kind is Kind.ROWS:
        return _shape_of_rows(field)
    if field.kind in (Kind.CITIES, Kind.TERMS):
        return serializers.ListField(child=serializers.SlugField(), **options)
    if field.kind is Kind.YEAR:
        return serializers.IntegerField(allow_null=True, **options)
    if field.kind is Kind.FLAG:
        return serializers.BooleanField(**options)
    if field.choices is not None:
        return serializers.ChoiceField(choices=field.choices.values, **options)
    return serializers.CharField(**options)


class ProblemSerializer(serializers.Serializer):
    """A problem document, RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField(help_text="In the language of the request.")
    status = serializers.IntegerField()


class ParameterErrorSerializer(serializers.Serializer):
    parameter = serializers.CharField()
    detail = serializers.CharField()


class BadRequestSerializer(ProblemSerializer):
    """Says which parameters were not understood."""

    errors = ParameterErrorSerializer(many=True, required=False)


class TooManyRequestsSerializer(ProblemSerializer):
    retry_after = serializers.IntegerField(required=False, help_text="Seconds, as in the header Retry-After.")


class GoneSerializer(ProblemSerializer):
    """What is left of a practice that was public and was withdrawn."""

    reference = serializers.CharField()
    withdrawn_at = serializers.DateTimeField()
    reason = serializers.CharField()


# --- Places -----------------------------------------------------------------------------------------------------------


class PlaceSerializer(serializers.Serializer):
    slug = serializers.SlugField()
    name = TextsField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2")
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class WithheldPlaceSerializer(serializers.Serializer):
    """What may be said of a city that does not want to be named."""

    withheld = serializers.BooleanField()
    size_class = serializers.ChoiceField(choices=SizeClass.values)
    region = serializers.ChoiceField(choices=Region.values, help_text="Part of Europe, after the UN's M49")


PLACE = PolymorphicProxySerializer(
    component_name="PlaceOrWithheld",
    serializers=[PlaceSerializer, WithheldPlaceSerializer],
    resource_type_field_name=None,
)


@extend_schema_field(PLACE)
class PlaceField(serializers.DictField):
    """A city, or what may be said of it."""


class CityCardSerializer(PlaceSerializer):
    url = serializers.URLField()
    population = serializers.IntegerField(allow_null=True)
    population_year = serializers.IntegerField(allow_null=True)
    geonames_id = serializers.IntegerField(allow_null=True)
    cmise_role = serializers.ChoiceField(choices=CmiseRole.values, allow_null=True)
    typologies = serializers.ListField(child=serializers.SlugField())
    practices = serializers.IntegerField(help_text="Public practices that the city leads or takes part in.")


class CitySerializer(CityCardSerializer):
    note = serializers.CharField(allow_null=True)
    cmise_role_source = SourceField(allow_null=True)
    typologies_source = SourceField(allow_null=True)
    sources = serializers.ListField(child=SourceField())
    practices_url = serializers.URLField()


class CityListSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    results = CityCardSerializer(many=True)


# --- Vocabularies -----------------------------------------------------------------------------------------------------


class TermSerializer(serializers.Serializer):
    slug = serializers.SlugField()
    label = TextsField()
    definition = TextsField()


class CodeSerializer(serializers.Serializer):
    slug = serializers.SlugField()
    label = TextsField()


class VocabulariesSerializer(serializers.Serializer):
    areas = TermSerializer(many=True)
    groups = TermSerializer(many=True)
    approaches = TermSerializer(many=True)
    typologies = TermSerializer(many=True)
    statuses = CodeSerializer(many=True)
    firewalls = CodeSerializer(many=True)
    depths = CodeSerializer(many=True)
    evidence_levels = CodeSerializer(many=True)


# --- Practices --------------------------------------------------------------------------------------------------------


class IdentitySerializer(serializers.Serializer):
    reference = serializers.CharField(help_text="Permanent, e.g. CMISE-0042")
    slug = serializers.SlugField()


class LanguagesSerializer(serializers.Serializer):
    original_language = serializers.ChoiceField(choices=settings.LANGUAGE_CODES)
    translations = serializers.DictField(
        child=serializers.ChoiceField(choices=Provenance.values),
        help_text="Where the text in each language comes from, whichever languages the answer holds.",
    )


class PracticeSummarySerializer(IdentitySerializer, LanguagesSerializer):
    """What list and record have in common."""

    version = serializers.IntegerField()
    url = serializers.URLField(help_text="The page, in the language of the request")
    permalink = serializers.URLField(help_text="Leads to the page for good")
    stale_translations = serializers.ListField(
        child=serializers.ChoiceField(choices=settings.LANGUAGE_CODES),
        help_text="Languages whose text is older than the original",
    )
    city = PlaceField()
    published_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    not_confirmed_since = serializers.DateTimeField(
        allow_null=True,
        help_text="When it was last confirmed, or published, if nobody has answered the yearly question since",
    )


class HighlightSerializer(serializers.Serializer):
    """Escaped HTML with the words that were asked for in `mark` elements."""

    title = serializers.CharField(help_text="In `matched_language`")
    excerpt = serializers.CharField(help_text="Of the text that shows why the practice was found")
    excerpt_language = serializers.ChoiceField(choices=settings.LANGUAGE_CODES)


class PracticeCardSerializer(PracticeSummarySerializer):
    title = TextsField()
    summary = TextsField()
    matched_language = serializers.ChoiceField(choices=settings.LANGUAGE_CODES, allow_null=True)
    highlight = HighlightSerializer(allow_null=True)
    service_areas = serializers.ListField(child=serializers.SlugField())
    target_groups = serializers.ListField(child=serializers.SlugField())
    approaches = serializers.ListField(child=serializers.SlugField())
    start_year = serializers.IntegerField(allow_null=True)
    end_year = serializers.IntegerField(allow_null=True)

    def get_fields(self):
        codes = {name: shape_of(FIELDS_BY_NAME[name]) for name in CARD_CODES}
        return super().get_fields() | codes


class OptionSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField(help_text="In the language of the request")
    count = serializers.IntegerField(help_text="Practices that this value leads to")
    selected = serializers.BooleanField()


class PracticeListSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    widened = serializers.BooleanField(help_text="Few practices have all words; those that come closest are here too.")
    guessed = serializers.BooleanField(
        help_text="No practice has any of the words: these few have words that look like them."
    )
    did_you_mean = serializers.CharField(allow_null=True)
    concepts = serializers.ListField(
        child=serializers.CharField(), help_text="What the words mean, searched under its names in every language."
    )
    facets = serializers.DictField(child=OptionSerializer(many=True))
    results = PracticeCardSerializer(many=True)


class DocumentSerializer(serializers.Serializer):
    """A practice's fields. `lead_city` and `other_cities` are missing where the city is withheld."""

    unknown = serializers.ListField(
        child=serializers.ChoiceField(choices=[field.name for field in UNKNOWABLE]),
        help_text="Fields to which the city answers that it does not know, or has not measured it",
    )

    def get_fields(self):
        return super().get_fields() | {
            field.name: shape_of(field, required=False) if field.locates else shape_of(field) for field in PUBLIC_FIELDS
        }


class AdaptationsSerializer(serializers.Serializer):
    """Cities that report to have adopted the practice."""

    count = serializers.IntegerField()
    url = serializers.URLField(help_text="Where the page lists them, with what they changed")


class PracticeSerializer(DocumentSerializer, PracticeSummarySerializer):
    adaptations = AdaptationsSerializer()
    versions_url = serializers.URLField()


class VersionLineSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    url = serializers.URLField(help_text="The page")
    document_url = serializers.URLField(help_text="The version in this API")


class VersionListSerializer(IdentitySerializer):
    count = serializers.IntegerField()
    results = VersionLineSerializer(many=True)


class VersionSerializer(IdentitySerializer, LanguagesSerializer, VersionLineSerializer):
    document = DocumentSerializer()


# --- Suggestions ------------------------------------------------------------------------------------------------------


class LabelSerializer(serializers.Serializer):
    text = serializers.CharField()
    language = serializers.ChoiceField(choices=settings.LANGUAGE_CODES, help_text="That the text is really in")
    highlight = serializers.CharField(help_text="Escaped HTML with the typed words in `mark` elements")


class SuggestionSerializer(LabelSerializer):
    url = serializers.URLField(help_text="The page, in the language of the answer")
    matched = LabelSerializer(
        allow_null=True, help_text="The name or title that was typed, where that is not the one of `text`"
    )


class SuggestionsSerializer(serializers.Serializer):
    concepts = SuggestionSerializer(many=True, help_text="What the field calls things; `url` is a search for it")
    cities = SuggestionSerializer(many=True, help_text="Cities with public practices")
    practices = SuggestionSerializer(many=True)
