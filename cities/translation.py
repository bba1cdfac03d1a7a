"""Which fields exist once per language. Every language stands on its own: an empty name falls back by settings."""

from modeltranslation.translator import TranslationOptions, register

from cities.models import City, Typology


class TermTranslation(TranslationOptions):
    fields = ("label", "definition", "synonyms")


@register(City)
class CityTranslation(TranslationOptions):
    fields = ("name",)


@register(Typology)
class TypologyTranslation(TermTranslation):
    pass
