"""A LibreTranslate server, by its HTTP API: `/languages` and `/translate`."""

import hashlib
import json
import ssl
import time
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from submissions.machine.backend import MachineError

# For one question, from the first byte sent to the last one read. A request of ours waits no longer.
SECONDS = 20
# Characters asked for at once: a small server takes seconds for each thousand.
LONGEST = 40_000
# Bytes of an answer: JSON may write a Greek letter in six, and a translation may be longer than its original.
LARGEST = 1_000_000
CHUNK = 65_536
LANGUAGES_KEPT = 600

UNREACHABLE = _("The machine translation does not answer. Write the text yourself, or try again later.")
SLOW = _("The machine translation takes too long. Write the text yourself, or try again later.")
UNREADABLE = _("The machine translation gave an answer that cannot be read. Nothing of it was taken over.")
NOT_THESE = _("The machine does not translate from the one language into the other.")
TOO_LONG = _("These texts are too long for one request to the machine. Translate one of them yourself, then try again.")
REASONS: dict[int, str | Promise] = {
    400: _("The machine translation does not take these texts. Write the translation yourself."),
    403: _("The machine translation refuses this registry. The people who run the registry must see to its key."),
    413: TOO_LONG,
    429: _("The machine translation has too much to do. Try again in some minutes."),
}


class LibreTranslate:
    """The server at an address like `https://host:5000`, with the key that it may ask for.

    It follows no redirect: texts and key go to the host that was named, and to no other.
    """

    is_there = True

    def __init__(self, url: str, *, key: str = "", seconds: float = SECONDS):
        self._address, self._key, self._seconds = url.rstrip("/"), key, seconds

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        if not texts:
            return []
        if sum(map(len, texts)) > LONGEST:
            raise MachineError(TOO_LONG)
        if target not in self._targets().get(source, ()):
            raise MachineError(NOT_THESE)
        question: dict[str, Any] = {"q": list(texts), "source": source, "target": target, "format": "text"}
        if self._key:
            question["api_key"] = self._key
        answer = self._ask("POST", "/translate", question)
        translated = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(translated, list) or len(translated) != len(texts):
            raise MachineError(UNREADABLE)
        if not all(isinstance(text, str) for text in translated):
            raise MachineError(UNREADABLE)
        return translated

    def _targets(self) -> dict[str, list[str]]:
        """Into which languages it translates, by the language from which. Older servers name no targets: all."""
        place = f"libretranslate-{hashlib.sha256(self._address.encode()).hexdigest()}"
        known = cache.get(place)
        if known is None:
            answer = self._ask("GET", "/languages")
            try:
                codes = [str(entry["code"]) for entry in answer]
                known = {str(entry["code"]): list(map(str, entry.get("targets") or codes)) for entry in answer}
            except (TypeError, KeyError, AttributeError, ValueError) as unreadable:
                raise MachineError(UNREADABLE) from unreadable
            cache.set(place, known, LANGUAGES_KEPT)
        return known

    def _ask(self, method: str, path: str, question: dict[str, Any] | None = None) -> Any:
        until = time.monotonic() + self._seconds
        body = None if question is None else json.dumps(question).encode()
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        try:
            with closing(self._connection()) as connection:
                connection.request(method, urlsplit(self._address).path + path, body, headers)
                response = connection.getresponse()
                status, text = response.status, _read(response, until)
        except TimeoutError as slow:
            raise MachineError(SLOW) from slow
        except (OSError, HTTPException, ValueError) as broken:
            # A `ValueError` is an address that names no server, or a chunk without a length.
            raise MachineError(UNREACHABLE) from broken
        if status != 200:
            raise MachineError(REASONS.get(status, UNREACHABLE))
        try:
            return json.loads(text)
        except ValueError as unreadable:
            raise MachineError(UNREADABLE) from unreadable

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self._address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("LIBRETRANSLATE_URL must be an address that begins with https:// or http://.")
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnection(parts.hostname, parts.port, timeout=self._seconds, context=context)
        return HTTPConnection(parts.hostname, parts.port, timeout=self._seconds)


def _read(response: HTTPResponse, until: float) -> bytes:
    """The answer, if it comes in time and is no larger than a translation can be. The connection limits the wait for
    each piece only: a server that sends byte after byte would go on for hours."""
    found = b""
    while len(found) <= LARGEST:
        if time.monotonic() > until:
            raise TimeoutError
        piece = response.read1(CHUNK)
        if not piece:
            if response.length:
                raise HTTPException("The answer was cut short.")
            return found
        found += piece
    raise MachineError(UNREADABLE)
