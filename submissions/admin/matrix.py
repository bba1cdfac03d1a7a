"""The translators' matrix: practices × languages, what is most needed first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django_countries import countries

from accounts.models import User
from cities.models import City
from practices.choices import Provenance
from practices.content import TRANSLATABLE
from practices.models import Practice, PracticeText, ServiceArea, Text
from practices.querysets import PracticeQuerySet
from practices.search.countries import country_name
from submissions.choices import OPEN, WITH_SUBMITTER, Kind
from submissions.models import Submission

PER_PAGE = 40
LONGEST_SEARCH = 100
# More digits than any reference has.
LONGEST_NUMBER = 10


class CellState(models.TextChoices):
    """How a text is, by need. A text is in one state only: a stale one is stale, whoever wrote it."""

    STALE = "stale", pgettext_lazy("translation", "Out of date")
    MISSING = "missing", pgettext_lazy("translation", "Missing")
    MACHINE = "machine", pgettext_lazy("translation", "By machine")
    HUMAN = "human", pgettext_lazy("translation", "By a person")
    ORIGINAL = "original", pgettext_lazy("translation", "Original")


class Work(models.TextChoices):
    """What somebody is doing about a text."""

    OWN = "own", gettext_lazy("Your draft")
    WAITING = "waiting", gettext_lazy("A proposal waits for the moderators")
    IN_WORK = "in_work", gettext_lazy("In work")


CONDITIONS = {
    CellState.STALE: Q(stale=True),
    CellState.MACHINE: Q(stale=False, provenance=Provenance.MACHINE),
    CellState.HUMAN: Q(stale=False, provenance=Provenance.HUMAN),
    CellState.ORIGINAL: Q(provenance=Provenance.ORIGINAL),
}


@dataclass(frozen=True)
class Choice:
    """What the matrix is narrowed to; an empty value narrows nothing. The names stand in its address."""

    to: str = ""
    state: str = ""
    area: str = ""
    country: str = ""
    city: str = ""
    q: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Choice":
        """From an address; what is not known counts as not chosen."""
        to, state, country = query.get("to", ""), query.get("state", ""), query.get("country", "")
        return cls(
            to=to if to in settings.LANGUAGE_CODES else "",
            state=state if state in CellState.values else "",
            area=query.get("area", "")[:LONGEST_SEARCH],
            country=country if country in countries.countries else "",
            city=query.get("city", "")[:LONGEST_SEARCH],
            q=query.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        )

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})

    def but(self, **values: str) -> "Choice":
        return replace(self, **values)


@dataclass(frozen=True)
class Link:
    """One link of a filter, with how many practices it shows."""

    label: str
    query: str
    count: int | None
    chosen: bool


@dataclass(frozen=True)
class Filter:
    title: str
    links: list[Link]


@dataclass(frozen=True)
class Cell:
    language: str
    state: CellState
    # Texts of the original that this language lacks, where it has others.
    lacking: int
    work: Work | None
    by_machine: bool


@dataclass(frozen=True)
class Row:
    practice: Practice
    title: Text
    place: str
    cells: list[Cell]


@dataclass(frozen=True)
class Seen:
    """The practices that a person may see, and those of them whose city they may know: asked once for a page."""

    practices: PracticeQuerySet
    located: PracticeQuerySet

    @classmethod
    def by(cls, user: User) -> "Seen":
        practices = Practice.objects.visible_to(user)
        return cls(practices, practices.located_for(user))

    def chosen(self, choice: Choice) -> PracticeQuerySet:
        """What the choice leaves of them. One whose city they may not know is in no city and no country."""
        practices = self.located if choice.country or choice.city else self.practices
        if choice.country:
            practices = practices.filter(lead_city__country=choice.country)
        if choice.city:
            practices = practices.filter(lead_city__slug=choice.city)
        if choice.area:
            practices = practices.filter(Exists(ServiceArea.objects.filter(practices=OuterRef("pk"), slug=choice.area)))
        if choice.q:
            number = choice.q.upper().removeprefix("CMISE-")
            titles = Q(*((f"title_{code}__icontains", choice.q) for code in settings.LANGUAGE_CODES), _connector=Q.OR)
            is_number = number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER
            practices = practices.filter(titles | Q(number=int(number)) if is_number else titles)
        return practices.filter(_in_state(CellState(choice.state), choice.to)) if choice.state else practices


@dataclass
class Matrix:
    """Everything that the page shows to one person. A fixed number of queries."""

    user: User
    choice: Choice
    number: str = "1"
    seen: Seen = field(init=False)
    page: Page = field(init=False)
    rows: list[Row] = field(init=False)

    def __post_init__(self) -> None:
        self.seen = Seen.by(self.user)
        paginator = Paginator(self._by_need(), PER_PAGE)
        # Its own way to count would sort all rows by need first.
        paginator.count = self._chosen().count()
        self.page = paginator.get_page(self.number)
        self.rows = list(self._rows(list(self.page.object_list)))

    def _chosen(self, **values: str) -> PracticeQuerySet:
        return self.seen.chosen(self.choice.but(**values))

    def _rows(self, keys: list[int]) -> Iterable[Row]:
        practices = self.seen.practices.select_related("lead_city").prefetch_related("texts").in_bulk(keys)
        work = _work(self.user, keys)
        located = set(self.seen.located.filter(pk__in=keys).values_list("pk", flat=True))
        language = get_language() or settings.LANGUAGE_CODE
        for practice in (practices[key] for key in keys if key in practices):
            states = {state.language: state for state in practice.texts.all()}
            cells = [
                _cell(practice, code, states.get(code), work[practice.pk].get(code)) for code in settings.LANGUAGE_CODES
            ]
            city = practice.lead_city
            place = f"{city}, {country_name(city.country.code, language)}" if practice.pk in located else ""
            yield Row(practice, practice.text("title", language), place, cells)

    @property
    def languages(self) -> list[tuple[str, str]]:
        return [(code, str(label)) for code, label in settings.LANGUAGES]

    def _by_need(self) -> models.QuerySet:
        """Keys of the practices: stale ones first, then those that miss most, then those by machine."""
        of_language = Q(texts__language=self.choice.to) if self.choice.to else Q()
        return (
            self._chosen()
            .values("pk")
            .annotate(
                stale=Count("texts", filter=of_language & Q(texts__stale=True)),
                there=Count("texts", filter=of_language),
                by_machine=Count("texts", filter=of_language & Q(texts__provenance=Provenance.MACHINE)),
            )
            .order_by("-stale", "there", "-by_machine", "number")
            .values_list("pk", flat=True)
        )

    @cached_property
    def totals(self) -> dict[str, Counter]:
        """By language, how many of the chosen practices are in each state, whatever language or state is chosen."""
        practices = self._chosen(to="", state="")
        total = practices.count()
        texts = PracticeText.objects.filter(practice__in=practices.values("pk")).order_by()
        counts: dict[str, Counter] = {code: Counter() for code in settings.LANGUAGE_CODES}
        for language, stale, provenance, count in texts.values_list("language", "stale", "provenance").annotate(
            Count("pk")
        ):
            counts[language][_state(stale, provenance)] += count
        for counter in counts.values():
            counter[CellState.MISSING] = total - counter.total()
        return counts

    def total_rows(self) -> list[tuple[str, list[int]]]:
        """The totals as rows of a table: a state, and its figure in each language."""
        return [
            (str(state.label), [self.totals[code][state] for code in settings.LANGUAGE_CODES]) for state in CellState
        ]

    def filters(self) -> list[Filter]:
        return [self._languages(), self._states(), self._areas(), self._countries(), *self._cities()]

    def _languages(self) -> Filter:
        links = [(code, label, self._language_count(code)) for code, label in self.languages]
        return self._filter(_("Language"), "to", links)

    def _language_count(self, code: str) -> int:
        counter = self.totals[code]
        return counter[CellState(self.choice.state)] if self.choice.state else counter.total()

    def _states(self) -> Filter:
        if self.choice.to:
            counts: Mapping[Any, int] = self.totals[self.choice.to]
        else:
            counts = self._counts_in_any_language()
        return self._filter(_("State"), "state", [(s.value, str(s.label), counts[s.value]) for s in CellState])

    def _counts_in_any_language(self) -> Mapping[str, int]:
        """By state, how many practices are in it in some language: what `_in_state` finds, with two plain queries."""
        practices = self._chosen(state="")
        texts_of_chosen = PracticeText.objects.filter(practice__in=practices.values("pk")).order_by()
        # Under names of their own: one state is called as a column is.
        found = {f"in_{state}": Count("practice", distinct=True, filter=texts) for state, texts in CONDITIONS.items()}
        counts = texts_of_chosen.aggregate(**found)
        with_texts = practices.order_by().values("pk").annotate(there=Count("texts"))
        missing = with_texts.filter(there__lt=len(settings.LANGUAGE_CODES)).count()
        return {**{state: counts[f"in_{state}"] for state in CONDITIONS}, CellState.MISSING: missing}

    def _areas(self) -> Filter:
        practices = self._chosen(area="")
        counts = _counted(practices, "service_areas")
        areas = ServiceArea.objects.filter(pk__in=counts)
        return self._filter(_("Service area"), "area", [(one.slug, str(one), counts[one.pk]) for one in areas])

    def _countries(self) -> Filter:
        practices = self._chosen(country="", city="") & self.seen.located
        counts = _counted(practices, "lead_city__country")
        language = get_language() or settings.LANGUAGE_CODE
        links = sorted(
            ((code, country_name(code, language), count) for code, count in counts.items()), key=lambda one: one[1]
        )
        return self._filter(_("Country"), "country", links, city="")

    def _cities(self) -> Iterable[Filter]:
        """Too many to be listed before a country is chosen."""
        if not (self.choice.country or self.choice.city):
            return
        practices = self._chosen(city="") & self.seen.located
        counts = _counted(practices, "lead_city")
        if self.choice.country:
            cities = City.objects.filter(pk__in=counts)
        else:
            cities = City.objects.filter(pk__in=counts, slug=self.choice.city)
        links = sorted(((one.slug, str(one), counts[one.pk]) for one in cities), key=lambda one: one[1])
        yield self._filter(_("City"), "city", links)

    def _filter(self, title: str, name: str, links: Iterable[tuple[str, str, int]], **also: str) -> Filter:
        now = getattr(self.choice, name)
        everything = Link(_("All"), self.choice.but(**{name: "", **also}).query, None, not now)
        return Filter(
            title,
            [
                everything,
                *(
                    Link(label, self.choice.but(**{name: value, **also}).query, count, value == now)
                    for value, label, count in links
                ),
            ],
        )


def _in_state(state: CellState, language: str) -> Q:
    """Whether a practice has a text in this state, in the language or in any."""
    texts = PracticeText.objects.filter(practice=OuterRef("pk"))
    if language:
        texts = texts.filter(language=language)
    if state is not CellState.MISSING:
        return Q(Exists(texts.filter(CONDITIONS[state])))
    if language:
        return ~Q(Exists(texts))
    missing = Q()
    for code in settings.LANGUAGE_CODES:
        missing |= ~Q(Exists(texts.filter(language=code)))
    return missing


def _state(stale: bool, provenance: str) -> CellState:
    return CellState.STALE if stale else CellState(provenance)


def _counted(practices: PracticeQuerySet, group: str) -> Counter:
    rows = (
        practices.order_by()
        .filter(**{f"{group}__isnull": False})
        .values_list(group)
        .annotate(Count("pk", distinct=True))
    )
    return Counter(dict(rows))


def _cell(practice: Practice, language: str, state: PracticeText | None, work: Work | None) -> Cell:
    return Cell(
        language=language,
        state=_state(state.stale, state.provenance) if state else CellState.MISSING,
        lacking=_lacking(practice, language) if state else 0,
        work=work,
        by_machine=state is not None and state.provenance == Provenance.MACHINE,
    )


def _lacking(practice: Practice, language: str) -> int:
    """How many public texts the original has and this language has not."""
    original = practice.original_language
    return sum(
        1
        for entry in TRANSLATABLE
        if getattr(practice, f"{entry.name}_{original}") and not getattr(practice, f"{entry.name}_{language}")
    )


def _work(user: User, keys: list[int]) -> dict[int, dict[str, Work]]:
    """What is being translated, by practice and language, without whose it is. That an officer has begun something they
    never sent is theirs alone; of the initiative's own people it is told, so that no two do the same."""
    found: dict[int, dict[str, Work]] = defaultdict(dict)
    open_ones = Submission.objects.filter(kind=Kind.TRANSLATION, status__in=OPEN, practice__in=keys)
    told = open_ones.filter(Q(submitter=user) | Q(submitted_at__isnull=False) | Q(submitter__is_staff=True))
    for practice, language, status, submitter in told.values_list("practice", "language", "status", "submitter"):
        mine = submitter == user.pk and status in WITH_SUBMITTER
        work = Work.OWN if mine else Work.IN_WORK if status in WITH_SUBMITTER else Work.WAITING
        before = found[practice].get(language)
        order = list(Work)
        found[practice][language] = min(work, before or work, key=order.index)
    return found
