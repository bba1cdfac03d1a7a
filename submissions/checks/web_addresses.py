"""The web addresses that a document names, and whether the registry may ask for them."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from practices.choices import Visibility
from practices.content import FIELDS, Kind

URL_COLUMNS = tuple(
    (field.name, column.name)
    for field in FIELDS
    if field.kind is Kind.ROWS
    for column in field.columns
    if column.is_url
)


def addresses_in(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Paths and addresses, in the order of the form. Addresses inside of texts are not looked for."""
    for field, column in URL_COLUMNS:
        rows = document.get(field)
        for place, row in enumerate(rows if isinstance(rows, list) else []):
            url = row.get(column) if isinstance(row, Mapping) else None
            if isinstance(url, str) and url.strip():
                yield f"{field}.{place}.{column}", url.strip()


def may_be_asked(document: Mapping[str, Any]) -> bool:
    """Whoever runs a site sees that the registry asks for a page of it. Of records for moderators only, and of cities
    that are withheld, nobody should learn even that."""
    return document.get("visibility") in (Visibility.PUBLIC, Visibility.PEERS) and not document.get("city_withheld")


def digest_of_address(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
