"""Which fields of this app exist once per language."""

from modeltranslation.translator import TranslationOptions, register

from cities.translation import TermTranslation
from practices.models import Approach, Practice, ServiceArea, TargetGroup


@register(Practice)
class PracticeTranslation(TranslationOptions):
    fields = (
        "title",
        "summary",
        "description",
        "access_conditions",
        "legal_basis",
        "funding",
        "evidence",
        "challenges",
        "transfer",
    )
    # A missing text is an empty text: no NULLs that sort differently on the two databases.
    empty_values = ""
    required_languages = ()


@register((ServiceArea, TargetGroup, Approach))
class VocabularyTranslation(TermTranslation):
    pass
