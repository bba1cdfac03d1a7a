"""What anyone may write about another city's practice, and what the city and the moderators answer."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms import named_in_themselves
from cities.models import City
from submissions import guard

LONGEST_TEXT = 3000
# The languages that a country's town halls read, likeliest first; English for every other.
LANGUAGES_OF = {
    "AT": ["de"],
    "BE": ["nl", "fr", "de"],
    "CH": ["de", "fr", "it"],
    "CY": ["el"],
    "DE": ["de"],
    "ES": ["es"],
    "FR": ["fr"],
    "GR": ["el"],
    "IT": ["it"],
    "LI": ["de"],
    "LU": ["fr", "de"],
    "MC": ["fr"],
    "NL": ["nl"],
    "SM": ["it"],
    "VA": ["it"],
}


def likely_language(city: City | None, written_in: str) -> str:
    """The language in which to write to a city: that of the nomination where the country speaks it, else the country's
    first."""
    spoken = LANGUAGES_OF.get(str(city.country), []) if city else [written_in]
    if written_in in spoken:
        return written_in
    return spoken[0] if spoken else "en"


def cities_by_name() -> list[tuple[str, str]]:
    """Slug and name of every city of the registry, by name in the reader's language."""
    named = ((city.slug, f"{city} ({city.country.name})") for city in City.objects.current())
    return sorted(named, key=lambda option: option[1].casefold())


class NominationForm(forms.Form):
    """A few fields, and three that no person fills in: see `submissions.guard`."""

    use_required_attribute = False

    title = forms.CharField(
        label=_("What is it called?"),
        help_text=_("A few words, for example “Night shelter without identity checks”."),
        max_length=200,
        error_messages={"required": _("Write in a few words what it is.")},
    )
    text = forms.CharField(
        label=_("What does the city do?"),
        help_text=_("One paragraph. Do not write names or details of people who use the service."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what the city does.")},
    )
    city = forms.ChoiceField(label=_("Which city?"), required=False)
    city_name = forms.CharField(
        label=_("If the city is not in the list: its name and country"), max_length=120, required=False
    )
    url = forms.URLField(
        label=_("A web page about it"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Write a whole web address, for example https://www.city.example/shelter.")},
    )
    language = forms.ChoiceField(label=_("In which language have you written this?"))
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_(
            "Only if you want to hear what became of it. It is used for that one mail, then erased. The city and the "
            "public never see it."
        ),
        max_length=254,
        required=False,
        error_messages={"invalid": _("Write an address such as name@example.org, or leave this empty.")},
    )
    # Only programs fill in what nobody sees.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    challenge = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    proof = forms.CharField(widget=forms.HiddenInput, required=False, max_length=guard.LONGEST_PROOF)
    answer = forms.CharField(
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-4"}),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [("", _("Not in the list")), *cities_by_name()]
        # Our components read facts from the fields that Django's classes do not know.
        fields: dict[str, Any] = self.fields
        fields["city"].choices = choices
        fields["language"].choices = named_in_themselves()
        fields["title"].widget.attrs["dir"] = fields["text"].widget.attrs["dir"] = "auto"
        for name in ("city_name", "url", "email"):
            fields[name].optional = True
        # Stands in for the calculation; shown once it is needed.
        first, second = guard.question_of(self.data.get("challenge", ""))
        fields["answer"].label = _("How much is %(first)d plus %(second)d?") % {"first": first, "second": second}
        self.asks = False

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty: it is there to catch programs."))
        return ""

    def clean_city(self) -> City | None:
        slug = self.cleaned_data["city"]
        return City.objects.current().filter(slug=slug).first() if slug else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "city" in cleaned and "city_name" in cleaned and not cleaned["city"] and not cleaned["city_name"]:
            self.add_error("city", _("Choose the city, or write its name below."))
        return cleaned

    def begin_anew(self, challenge: str) -> None:
        """Put a fresh challenge into the form; everything else stays as it was typed."""
        typed = {name: self.data.get(name, "") for name in self.fields}
        self.data = {**typed, "challenge": challenge, "proof": "", "answer": ""}


class DeclineForm(forms.Form):
    """Why the city says no; it need not say."""

    reason = forms.CharField(
        label=_("Why, if you like to say it"),
        help_text=_("Only the moderators of the registry read this."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AskForm(forms.Form):
    """Where and in which language the city is asked."""

    city = forms.ChoiceField(
        label=_("City"),
        help_text=_("A city that is missing here is first added under “Cities”."),
        error_messages={"required": _("Choose the city.")},
    )
    email = forms.EmailField(
        label=_("E-mail address of the city"),
        help_text=_("A department’s address from the city’s own website. Whoever reads it can take up the nomination."),
        max_length=254,
        error_messages={"required": _("Write the address of the city.")},
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        city: Any = self.fields["city"]
        city.choices = [("", "–"), *cities_by_name()]


class RefusalForm(forms.Form):
    """Why it is not passed on."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Whoever nominated it reads this, if they left an address."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the reason.")},
    )
