"""What tests are about, made in one call. Everything goes through the services, so a test meets what the site meets.

Cities and terms are the real ones of `practices/data`; a city with another slug is made up.
"""

import itertools
import json
from copy import copy
from functools import cache
from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group

from accounts.models import User
from accounts.roles import ADMINISTRATOR, MODERATOR
from cities.models import City, Membership, Typology
from cities.services import request_membership, verify_membership
from practices.content import FIELDS_BY_NAME, Section, empty_document, fields_of
from practices.models import Approach, Practice, ServiceArea, TargetGroup
from practices.services import Proposal, publish, publish_many
from submissions.choices import Action, Kind
from submissions.models import Submission
from submissions.services import digest_of, perform, save_section, start

DATA = settings.BASE_DIR / "practices" / "data"
VOCABULARIES = {
    "service_areas": ServiceArea,
    "target_groups": TargetGroup,
    "approach": Approach,
    "typologies": Typology,
}
PASSWORD = "a long enough password"
numbers = itertools.count(1)


@cache
def real_terms() -> dict[str, list[dict[str, Any]]]:
    return json.loads((DATA / "taxonomy.json").read_text(encoding="utf-8"))


@cache
def real_cities() -> dict[str, dict[str, Any]]:
    lines = (DATA / "cities.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["slug"]: record for record in map(json.loads, lines)}


# --- People -----------------------------------------------------------------------------------------------------------


def make_user(email: str = "", *, password: str | None = None, **fields: Any) -> User:
    """A person with a verified address. Without a password none works; `PASSWORD` is one that the rules accept."""
    user = User.objects.create_user(email or f"person{next(numbers)}@city.example", password, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_moderator(email: str = "", **fields: Any) -> User:
    user = make_user(email or f"moderator{next(numbers)}@registry.example", is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=MODERATOR))
    return user


def make_admin(email: str = "", **fields: Any) -> User:
    """An administrator of the registry: a group with permissions, not a superuser."""
    user = make_user(email or f"administrator{next(numbers)}@registry.example", is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=ADMINISTRATOR))
    return user


def make_member(user: User | None = None, city: City | None = None, *, by: User | None = None) -> Membership:
    """A verified membership that is valid for a year: the person is a peer and speaks for the city."""
    membership = request_membership(user=user or make_user(), city=city or make_city())
    return verify_membership(membership=membership, by=by or make_moderator())


# --- Cities and terms -------------------------------------------------------------------------------------------------


def make_city(slug: str = "ghent", **fields: Any) -> City:
    """The city with this slug, made if it is not there; `fields` count only then."""
    existing = City.objects.filter(slug=slug).first()
    if existing:
        return existing
    record = real_cities().get(slug) or {"names": {"en": slug.replace("-", " ").title()}}
    values: dict[str, Any] = {
        "country": record.get("country", "BE"),
        "latitude": record.get("latitude", 50.0),
        "longitude": record.get("longitude", 4.0),
        "population": record.get("population"),
        "geonames_id": record.get("geonames_id"),
        **{f"name_{code}": record["names"].get(code, record["names"]["en"]) for code in settings.LANGUAGE_CODES},
    }
    return City.objects.create(slug=slug, **(values | fields))


def make_terms() -> None:
    """Every term of the four vocabularies, in seven languages. Making them twice changes nothing."""
    for name, model in VOCABULARIES.items():
        if not model._default_manager.exists():
            model._default_manager.bulk_create(map(copy, unsaved_terms(name)))


@cache
def unsaved_terms(name: str) -> list[Any]:
    """The rows of a vocabulary, made once for all tests; each saves copies."""
    return [
        VOCABULARIES[name](
            slug=term["id"],
            order=order,
            **{f"label_{code}": text for code, text in term["label"].items()},
            **{f"definition_{code}": text for code, text in term["definition"].items()},
        )
        for order, term in enumerate(real_terms()[name])
    ]


def make_reasons() -> None:
    """The library of reasons as the migration writes it, which a test that empties the tables takes away. Making them
    twice changes nothing."""
    import_module("submissions.migrations.0006_reasons").write(apps, None)


# --- Practices --------------------------------------------------------------------------------------------------------


def make_document(**overrides: Any) -> dict[str, Any]:
    """A complete, valid document in English, with its cities and terms in the database.

    A plain string for a translatable field is the text in the original language: `make_document(title="Night bus")`.
    Real cities are made when they are named; one that is made up must be made first, with `make_city`.
    """
    make_terms()
    document = empty_document(language=overrides.get("original_language", "en"))
    language = document["original_language"]
    document |= {
        "provenance": {language: "original"},
        "title": {language: f"Night shelter number {next(numbers)}"},
        "summary": {language: "The city opens beds for one night to anyone who asks, without looking at papers."},
        "lead_city": "ghent",
        "service_areas": ["shelter"],
        "target_groups": ["irregular_migrants"],
        "approaches": ["firewall"],
    }
    for name, value in overrides.items():
        field = FIELDS_BY_NAME.get(name)
        plain = field is not None and field.translatable and isinstance(value, str)
        document[name] = {language: value} if plain else value
    for slug in [document["lead_city"], *document["other_cities"]]:
        if isinstance(slug, str) and slug in real_cities():
            make_city(slug)
    return document


def make_practice(*, by: User | None = None, slug: str = "", **overrides: Any) -> Practice:
    """A published practice; overrides are those of `make_document`."""
    return publish(make_document(**overrides), by=by, slug=slug)


def make_practices(*practices: dict[str, Any]) -> list[Practice]:
    """Many practices in one go, which costs a fraction of as many calls of `make_practice`; each as that takes it."""
    return publish_many([_proposal(**overrides) for overrides in practices], by=None)


def _proposal(*, slug: str = "", **overrides: Any) -> Proposal:
    return Proposal(document=make_document(**overrides), slug=slug)


# --- Submissions ------------------------------------------------------------------------------------------------------


def make_submission(*, by: User | None = None, practice: Practice | None = None, **overrides: Any) -> Submission:
    """A complete draft, written section by section as the form does; overrides are those of `make_document`.

    With `practice` it proposes a change to it, and only the overrides differ from what is live.
    """
    by = by or make_user()
    if practice is None:
        document = make_document(**overrides)
        submission = start(by=by, language=document["original_language"])
    else:
        submission = start(by=by, language=practice.original_language, kind=Kind.UPDATE, practice=practice)
        document = {**submission.content, **overrides}
    for section in Section:
        names = [field.name for field in fields_of(section)]
        submission = save_section(
            submission,
            by=by,
            section=section,
            values={name: document[name] for name in names},
            base=digest_of(submission, section),
        )
    return submission


def make_sent_submission(*, by: User | None = None, practice: Practice | None = None, **overrides: Any) -> Submission:
    """A submission that waits for the moderators."""
    by = by or make_user()
    submission = make_submission(by=by, practice=practice, **overrides)
    return perform(submission, Action.SUBMIT, by=by, version=submission.version)
