"""The hits of the catalogue as HTML.

Twenty stand on a page: a template would take longer than everything else about it. So their frame is written here, from
pieces that templates draw once for all hits that have the same.
"""

from collections.abc import Callable, Hashable, Iterable
from html import escape
from typing import Any

from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from practices.briefs import Brief, addresses_begin
from practices.catalogue import Hit
from practices.choices import EvidenceLevel, Visibility
from practices.models import Text
from practices.presentation.reader import Reader, confirmed_label, language_label, place_of, years_label

NO_AREA = "governance_and_coordination"


class Drawing:
    """Draws hits for one reader. `words` holds the pieces that were drawn before for the same circle and language, in
    the same state of the registry."""

    def __init__(self, reader: Reader, words: dict[Hashable, Any]):
        self._reader, self._words = reader, words
        self._addresses = addresses_begin()
        # How long ago something was confirmed is right for a day.
        self._today = timezone.localdate()
        self._zone = timezone.get_current_timezone()

    def results(self, hits: Iterable[Hit]) -> SafeString:
        """The rows of a list; nothing without hits."""
        return SafeString("".join([f"<li>{self._result(hit)}</li>\n" for hit in hits]))

    def _result(self, hit: Hit) -> str:
        """An article. Its marked title and excerpt come escaped from the search, every other text is escaped here."""
        practice, language = hit.practice, self._reader.language
        title, original = practice.text("title", language), practice.text("title", practice.original_language)
        other = original if title.language != original.language else None
        meta = self._place(practice)
        if years := self._years(practice):
            meta += f' <span class="c-dot">·</span> {years}'
        lines = [
            f'<article class="c-result">\n<span class="c-arch">{self._pictogram(practice)}</span>\n'
            f'<div class="c-result__b"><p class="c-meta">{meta}</p>\n<h3 class="c-h3">'
            f'<a href="{self._addresses}{practice.slug}/" lang="{title.language}" dir="auto">{hit.title_html}</a></h3>'
        ]
        if other and other.value:
            lines.append(f'<p class="c-orig">{_in_language(escape(other.value), other.language)}</p>')
        if excerpt := hit.excerpt_html:
            lines.append(f'<p class="c-result__s" lang="{hit.excerpt_language}" dir="auto">{excerpt}</p>')
        lines += [
            self._areas(practice),
            f'<p class="c-badges">{self._circle(practice)}{self._provenance(title)}{self._evidence(practice)}</p>',
            f'<p class="c-fine"><span class="c-ref">{practice.reference}</span>'
            f"{self._found_in(hit.matched_language)}{self._written_in(other.language if other else None)}"
            f"{self._confirmed(practice)}</p></div>",
            "</article>",
        ]
        return "\n".join(lines)

    def _once(self, key: Hashable, make: Callable[[], str]) -> str:
        """A piece that was drawn before, or is drawn now."""
        found: str | None = self._words.get(key)
        if found is None:
            found = self._words[key] = make()
        return found

    def _place(self, practice: Brief) -> str:
        city, withheld = practice.lead_city, practice.city_withheld

        def draw() -> str:
            place = place_of(city, withheld=withheld, reader=self._reader)
            return escape(", ".join(part for part in (place.city_label, place.country_label) if part))

        return self._once(("place", city.pk, withheld), draw)

    def _years(self, practice: Brief) -> str:
        start, end, status = practice.start_year, practice.end_year, practice.operation_status
        return self._once(("years", start, end, status), lambda: escape(years_label(start, end, status)))

    def _pictogram(self, practice: Brief) -> str:
        slug = practice.areas[0].slug if practice.areas else NO_AREA
        return self._once(("pictogram", slug), lambda: _drawn("icon", name=slug))

    def _areas(self, practice: Brief) -> str:
        slugs = tuple(area.slug for area in practice.areas)
        return self._once(("areas", slugs), lambda: _drawn("areas", areas=practice.areas))

    def _provenance(self, title: Text) -> str:
        def draw() -> str:
            label = language_label(title.language)
            return _drawn("provenance-badge", provenance=title.provenance, language=label, stale=title.stale)

        return self._once(("provenance", title.language, title.provenance, title.stale), draw)

    def _evidence(self, practice: Brief) -> str:
        level = practice.evidence_level
        if level == EvidenceLevel.DESCRIBED:
            return ""
        return self._once(
            ("evidence", level), lambda: _drawn("badge", icon_name="evidence", label=EvidenceLevel(level).label)
        )

    def _circle(self, practice: Brief) -> str:
        """For whom it is, where not everyone may read it."""
        circle = practice.visibility
        if circle == Visibility.PUBLIC:
            return ""
        return self._once(
            ("circle", circle), lambda: _drawn("badge", icon_name="lock", label=Visibility(circle).label, kind="clay")
        )

    def _found_in(self, language: str | None) -> str:
        """Said only where the reader cannot see it: the match is in another language than the page."""
        if language is None or language == self._reader.language:
            return ""
        return self._once(
            ("found in", language), lambda: _span(_("Found in the text in %(language)s") % _named(language))
        )

    def _written_in(self, language: str | None) -> str:
        if language is None:
            return ""
        return self._once(("written in", language), lambda: _span(_("Written in %(language)s") % _named(language)))

    def _confirmed(self, practice: Brief) -> str:
        # Without a confirmation the label, if there is one, counts from the publication.
        known = practice.confirmed_at is not None
        day = (practice.confirmed_at or practice.published_at).astimezone(self._zone).date()

        def draw() -> str:
            label = confirmed_label(practice)
            return _span(label) if label else ""

        return self._once(("confirmed", self._today, known, day, practice.operation_status), draw)


def _drawn(component: str, **context: Any) -> str:
    return str(get_template(f"components/{component}.html").render(context)).strip()


def _named(language: str) -> dict[str, str]:
    return {"language": language_label(language)}


def _span(text: str) -> str:
    return f" <span>{escape(text)}</span>"


def _in_language(html: str, language: str) -> str:
    return f'<span lang="{language}" dir="auto">{html}</span>'
