"""Terms and cities, edited language by language. `practices.admin` registers them, for it knows the search."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from accounts.admin.filters import Case, CountedFilter
from cities.models import City, Typology
from cities.validators import mail_domain


class MergedFilter(CountedFilter):
    """What is offered, or what became part of something else."""

    title = pgettext_lazy("terms and cities", "merged")
    parameter_name = "merged"
    default = "no"

    def cases(self, request):
        return [
            Case("no", pgettext_lazy("terms and cities", "Current"), Q(merged_into=None)),
            Case("yes", pgettext_lazy("terms and cities", "Merged"), Q(merged_into__isnull=False)),
        ]


class DomainsField(forms.CharField):
    """Domains one a line, as a list."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return value if isinstance(value, list) else super().to_python(value).split()

    def validate(self, value):
        errors = []
        for text in value:
            try:
                mail_domain(text)
            except forms.ValidationError as error:
                errors.append(error)
        if errors:
            raise forms.ValidationError(errors)

    def clean(self, value):
        return list(dict.fromkeys(mail_domain(text) for text in super().clean(value)))

    def has_changed(self, initial, data):
        return (initial or []) != (data or "").split()


class PerLanguageAdmin(admin.ModelAdmin):
    """A page with a group of fields for each language, without a script; the reader's own language stands open.

    English is required: it is what every other language falls back on.
    """

    translated_fields: tuple[str, ...] = ()
    own_fieldsets: list = []
    actions = None
    show_facets = admin.ShowFacets.ALWAYS

    def get_fieldsets(self, request, obj=None):
        open_codes = {settings.LANGUAGE_CODE, get_language()}
        return [
            *self.own_fieldsets,
            *(
                (
                    name,
                    {
                        "fields": [f"{field}_{code}" for field in self.translated_fields],
                        "classes": [] if code in open_codes else ["collapse"],
                    },
                )
                for code, name in settings.LANGUAGES
            ),
        ]

    def get_readonly_fields(self, request, obj=None):
        # The slug stands in addresses and exports.
        return ("slug",) if obj else ()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        language = getattr(db_field, "language", None)
        if field and language:
            # The group's heading names the language.
            field.label = capfirst(db_field.translated_field.verbose_name)
            field.widget.attrs |= {"lang": language, "dir": "auto"}
            field.required = (
                language == settings.LANGUAGE_CODE and db_field.translated_field.name == (self.translated_fields[0])
            )
        return field


class TermAdmin(PerLanguageAdmin):
    list_display = ["__str__", "slug", "order", "merged_into"]
    list_filter = [MergedFilter]
    list_select_related = ["merged_into"]
    search_fields = ["slug", *(f"label_{code}" for code in settings.LANGUAGE_CODES)]
    translated_fields = ("label", "definition", "synonyms")
    own_fieldsets = [(None, {"fields": ["slug", "order"]})]
    ordering = ["order", "slug"]

    def has_delete_permission(self, request, obj=None):
        # Its slug stands in documents, versions, exports and links.
        return False

    def has_change_permission(self, request, obj=None):
        # What was merged is the other term's.
        return super().has_change_permission(request, obj) and not (obj and obj.merged_into_id)


class CountryFilter(CountedFilter):
    title = gettext_lazy("country")
    parameter_name = "country"

    def cases(self, request):
        field = City._meta.get_field("country")
        codes = City.objects.order_by().values_list("country", flat=True).distinct()
        named = sorted((field.countries.name(code), code) for code in codes)
        return [Case(code, name, Q(country=code)) for name, code in named]


class CityAdmin(PerLanguageAdmin):
    list_display = ["__str__", "country", "cmise_role", "population"]
    list_filter = [MergedFilter, "cmise_role", CountryFilter]
    search_fields = ["slug", *(f"name_{code}" for code in settings.LANGUAGE_CODES)]
    translated_fields = ("name",)
    own_fieldsets = [
        (None, {"fields": ["slug", "country"]}),
        (
            gettext_lazy("Figures"),
            {"fields": ["latitude", "longitude", "population", "population_year", "geonames_id"]},
        ),
        (
            gettext_lazy("Place in the initiative"),
            {"fields": ["cmise_role", "cmise_role_source", "typologies", "typologies_source", "note", "sources"]},
        ),
        (gettext_lazy("Staff"), {"fields": ["mail_domains"]}),
    ]

    def has_change_permission(self, request, obj=None):
        # What was merged is the other city's.
        return super().has_change_permission(request, obj) and not (obj and obj.merged_into_id)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "mail_domains":
            return DomainsField(
                label=capfirst(db_field.verbose_name),
                required=False,
                help_text=gettext_lazy(
                    "One a line: what stands behind the @ in addresses of the municipality’s staff, and of nobody "
                    "else. It is shown to moderators beside requests; it verifies nobody by itself."
                ),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "typologies":
            kwargs["widget"] = forms.CheckboxSelectMultiple
            kwargs["queryset"] = Typology.objects.current()
        return super().formfield_for_manytomany(db_field, request, **kwargs)
