"""Sentences that are long for their language. This counts words between full stops, and is nothing cleverer."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from submissions.checks.observations import Check, Observation, shortened, texts_in

# Words of a sentence that is long, and of one on average in a text that is. Of the published records' sentences one to
# three in a hundred are longer in their language.
LONG: Mapping[str, int] = {"en": 34, "de": 28, "nl": 28, "fr": 33, "es": 33, "it": 31, "el": 31}
AVERAGE: Mapping[str, int] = {"en": 23, "de": 21, "nl": 21, "fr": 24, "es": 25, "it": 24, "el": 23}
# In fewer sentences an average is chance.
FEWEST = 4
WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
# A full stop before a small letter or a figure ends an abbreviation, not a sentence. A row of them is looked at once:
# tried from each of its points, a long one would keep the page waiting.
END = re.compile(r"(?<![.!?…])[.!?…]+[”\"»“)’\]]*\s+(?![a-zß-öø-ÿα-ώ\d])|\n+")
# The Greek question mark.
GREEK_END = re.compile(rf"{END.pattern}|[;\u037e]\s+")


def long_sentences(document: Mapping[str, Any], *, language: str) -> Iterator[Observation]:
    """At each text its longest sentence where it is too long, and how many are; else a high average."""
    if language not in LONG:
        return
    for written in texts_in(document, language):
        sentences = sentences_of(written.text, language)
        lengths = [words_in(sentence) for sentence in sentences]
        too_long = [length for length in lengths if length > LONG[language]]
        if too_long:
            message = ngettext(
                "%(count)d long sentence; the longest has %(words)d words, usual are up to %(usual)d.",
                "%(count)d long sentences; the longest has %(words)d words, usual are up to %(usual)d.",
                len(too_long),
            ) % {"count": len(too_long), "words": max(too_long), "usual": LONG[language]}
            longest = sentences[lengths.index(max(lengths))]
            yield Observation(Check.LANGUAGE, written.path, message, words=shortened(longest), language=language)
        elif len(lengths) >= FEWEST and sum(lengths) > AVERAGE[language] * len(lengths):
            message = _("Sentences have %(words)d words on average; usual are up to %(usual)d.") % {
                "words": round(sum(lengths) / len(lengths)),
                "usual": AVERAGE[language],
            }
            yield Observation(Check.LANGUAGE, written.path, message, language=language)


def sentences_of(text: str, language: str) -> list[str]:
    """The sentences of a text; the entries of a list count as such."""
    end = GREEK_END if language == "el" else END
    return [sentence for sentence in end.split(text) if WORD.search(sentence)]


def words_in(sentence: str) -> int:
    return len(WORD.findall(sentence))
