"""A list of practices as an Atom feed."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from practices.briefs import Brief
from practices.freshness import not_confirmed_since
from practices.presentation.cards import card_of
from practices.presentation.reader import Reader, confirmed_label

# XML has no way to write these.
CONTROL_CHARACTERS = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class PracticeFeed(Atom1Feed):
    """An Atom feed whose entries say in which language they are, and which is dated by its newest change."""

    def item_attributes(self, item):
        return {"xml:lang": item["language"]}

    def latest_post_date(self) -> datetime:
        dates = [item["updateddate"] for item in self.items]
        return max(dates) if dates else timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def feed_of(practices: Iterable[Brief], reader: Reader, *, words: str, page_url: str, feed_url: str) -> PracticeFeed:
    """The feed of a list. An entry's id is the permanent address of its practice."""
    title = _("Practices with “%(words)s”") % {"words": words} if words else _("Practices, newest first")
    feed = PracticeFeed(
        title=writable(f"C-MISE – {title}"),
        link=page_url,
        description=None,
        language=reader.language,
        feed_url=feed_url,
        feed_guid=feed_url,
        author_name=_("C-MISE practice registry"),
    )
    for practice in practices:
        _add(feed, practice, reader)
    return feed


def _add(feed: PracticeFeed, practice: Brief, reader: Reader) -> None:
    card = card_of(practice, reader)
    place = ", ".join(part for part in (card.city_label, card.country_label) if part)
    feed.add_item(
        title=writable(card.title),
        link=settings.SITE_URL + card.url,
        description=writable(" ".join(part for part in (f"{place}.", card.summary, _unconfirmed(practice)) if part)),
        unique_id=f"{settings.SITE_URL}/id/{practice.reference}",
        pubdate=practice.published_at,
        updateddate=practice.updated_at,
        categories=[str(area) for area in card.areas],
        language=card.title_lang,
    )


def _unconfirmed(practice: Brief) -> str:
    """A sentence for what nobody has confirmed for long; when it was confirmed, the page says."""
    return f"{confirmed_label(practice)}." if not_confirmed_since(practice) else ""


def writable(text: str) -> str:
    """The text without the characters that XML forbids."""
    return CONTROL_CHARACTERS.sub("", text)
