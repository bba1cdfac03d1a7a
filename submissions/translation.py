"""Which fields of this app exist once per language."""

from modeltranslation.translator import TranslationOptions, register

from submissions.models import Reason


@register(Reason)
class ReasonTranslation(TranslationOptions):
    fields = ("label", "text")
    empty_values = ""
    required_languages = ()
