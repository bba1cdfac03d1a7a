"""Terms and cities, edited language by language. The search knows their names, so it learns of every change."""

from django.contrib import admin

from cities.admin import CityAdmin, TermAdmin
from cities.models import City, Typology
from practices.models import Approach, ServiceArea, TargetGroup
from practices.search import index


class SearchedMixin:
    """After each save the practices that use the term are indexed again, in the transaction of the save."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        index.update_for(form.instance)


@admin.register(ServiceArea, TargetGroup, Approach, Typology)
class SearchedTermAdmin(SearchedMixin, TermAdmin):
    pass


@admin.register(City)
class SearchedCityAdmin(SearchedMixin, CityAdmin):
    """A city that anything refers to stays; the registry would lose where a practice is."""

    def has_delete_permission(self, request, obj=None):
        used = obj is not None and (
            obj.led_practices.exists() or obj.joined_practices.exists() or obj.memberships.exists()
        )
        return super().has_delete_permission(request, obj) and not used
