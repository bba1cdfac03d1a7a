"""The library of reasons, edited language by language."""

from django.conf import settings
from django.contrib import admin

from accounts.permissions import is_moderator
from cities.admin.vocabulary import PerLanguageAdmin
from submissions.choices import Action
from submissions.models import Reason

# The decisions with which a reason is given; the last is that of a published practice.
EXPLAINED = (Action.REQUEST_CHANGES, Action.REJECT, Action.RETURN, Action.UNSCHEDULE, Action.REOPEN, Action.WITHDRAW)


@admin.register(Reason)
class ReasonAdmin(PerLanguageAdmin):
    """Every moderator keeps it; a text that was used stays in the messages that it went into."""

    list_display = ["__str__", "action", "order"]
    list_filter = ["action"]
    search_fields = ["slug", *(f"{name}_{code}" for name in ("label", "text") for code in settings.LANGUAGE_CODES)]
    translated_fields = ("label", "text")
    own_fieldsets = [(None, {"fields": ["action", "slug", "order"]})]
    ordering = ["action", "order", "slug"]

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "action":
            kwargs["choices"] = [("", "–"), *((action.value, action.label) for action in EXPLAINED)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # What is missing in a language is given in English.
        if field and db_field.name in [f"{name}_{settings.LANGUAGE_CODE}" for name in self.translated_fields]:
            field.required = True
        return field

    def has_module_permission(self, request):
        return is_moderator(request.user)

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user)

    def has_add_permission(self, request):
        return is_moderator(request.user)

    def has_change_permission(self, request, obj=None):
        return is_moderator(request.user)

    def has_delete_permission(self, request, obj=None):
        return is_moderator(request.user)
