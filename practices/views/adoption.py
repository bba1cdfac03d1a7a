"""Reporting that one's city adopted a practice."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cities.models import City
from practices.adoption import AlreadyShownError, NotTheirsError, report_adoption
from practices.correspondence import cities_spoken_for
from practices.forms import AdoptionForm
from practices.models import Practice
from practices.views.contact import person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def practice_adopt(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, for people who speak for a city that is none of the practice's own."""
    user = person(request)
    practice = get_object_or_404(Practice.objects.visible_to(user).with_card(), slug=slug)
    cities = adopting_cities(user, practice)
    if not cities:
        messages.error(request, _("Verified officers of other municipalities can report that they adopted a practice."))
        return redirect(practice)
    form = AdoptionForm(request.POST if request.method == "POST" else None, cities=cities)
    if form.is_valid():
        try:
            report_adoption(practice, by=user, **form.cleaned_data)
        except AlreadyShownError:
            form.add_error("city", _("This is listed for your city already. Write to the moderators to change it."))
        except NotTheirsError:
            form.add_error("city", _("You do not speak for this city any more."))
        else:
            messages.success(request, _("Thank you. It is listed with the practice once a moderator has read it."))
            return redirect(practice)
    context = {"practice": practice, "title": practice.text("title", get_language() or "en"), "form": form}
    return render(request, "practices/adopt.html", context)


def offers_to(user: User | AnonymousUser, practice: Practice) -> dict[str, bool]:
    """What the page of a practice offers to a verified officer: to write to its city, unless it is their own, and to
    report an adoption. Needs the practice's cities."""
    cities = {city.pk for city in cities_spoken_for(user)} if user.is_authenticated else set()
    own = {practice.lead_city_id, *(city.pk for city in practice.other_cities.all())}
    return {"may_write": bool(cities) and practice.lead_city_id not in cities, "may_adopt": bool(cities - own)}


def adopting_cities(user: User, practice: Practice) -> list[City]:
    """The cities for which this person may report an adoption."""
    own = {practice.lead_city_id, *practice.other_cities.values_list("pk", flat=True)}
    return [city for city in cities_spoken_for(user) if city.pk not in own]
