"""Cities and vocabularies of the registry's files: what a record must be, and how it is written."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models.functions import Coalesce
from django_countries import countries

from cities.choices import CmiseRole
from cities.models import City, Term, Typology
from practices.loading.practices import slug_problem
from practices.loading.records import Check, Fault, Record, check_fields, read_lines
from practices.models import Approach, ServiceArea, TargetGroup
from practices.search import index

CITIES_FILE = "cities.jsonl"
TAXONOMY_FILE = "taxonomy.json"
# The file's name of each vocabulary.
VOCABULARIES: dict[str, type[Term]] = {
    "service_areas": ServiceArea,
    "target_groups": TargetGroup,
    "approach": Approach,
    "typologies": Typology,
}


def names_problem(value: Any) -> str | None:
    """A text in each of the seven languages, and nothing else."""
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        return "this must be an object of language to text"
    missing = [code for code in settings.LANGUAGE_CODES if not value.get(code, "").strip()]
    if missing:
        return f"no text in {', '.join(missing)}"
    unknown = sorted(set(value) - set(settings.LANGUAGE_CODES))
    return f"{', '.join(unknown)} is none of the seven languages" if unknown else None


def text_problem(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "this must be a text"


def optional_text_problem(value: Any) -> str | None:
    return None if value is None or isinstance(value, str) else "this must be a text or null"


def synonyms_problem(value: Any) -> str | None:
    ok = isinstance(value, Mapping) and all(
        code in settings.LANGUAGE_CODES and isinstance(words, list) and all(isinstance(word, str) for word in words)
        for code, words in value.items()
    )
    return None if ok else "this must be an object of language to a list of words"


def country_problem(value: Any) -> str | None:
    return None if isinstance(value, str) and value in countries else "this must be an ISO 3166-1 code of two letters"


def within(limit: int) -> Check:
    def check(value: Any) -> str | None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return None if number and -limit <= value <= limit else f"this must be a number from -{limit} to {limit}"

    return check


def count_problem(value: Any) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
    return None if value is None or whole else "this must be a whole number or null"


def role_problem(value: Any) -> str | None:
    known = ", ".join(CmiseRole.values)
    return None if value is None or value in CmiseRole.values else f"this must be null or one of {known}"


def source_problem(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict) else "this must be an object or null"


def sources_problem(value: Any) -> str | None:
    ok = isinstance(value, list) and all(isinstance(source, dict) for source in value)
    return None if ok else "this must be a list of objects"


def one_of(known: Iterable[str]) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, list) or not all(isinstance(slug, str) for slug in value):
            return "this must be a list of ids"
        unknown = [slug for slug in value if slug not in known]
        return f"“{unknown[0]}” is not known" if unknown else None

    return check


class VocabularyReader:
    """Reads the two files and collects their faults; writes nothing."""

    def __init__(self, directory: Path):
        self.faults: list[Fault] = []
        self.terms: dict[str, list[Record]] = {name: [] for name in VOCABULARIES}
        self._read_terms(directory / TAXONOMY_FILE)
        self.cities: list[Record] = list(self._read_cities(directory / CITIES_FILE))

    def slugs(self, vocabulary: str) -> set[str]:
        return {term["id"] for term in self.terms[vocabulary]}

    def _read_terms(self, path: Path) -> None:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            self.faults.append(Fault(path.name, 0, "", f"the file cannot be read: {error.strerror}"))
            return
        except json.JSONDecodeError as error:
            self.faults.append(Fault(path.name, error.lineno, "", f"the file is not JSON: {error.msg}"))
            return
        except ValueError:
            self.faults.append(Fault(path.name, 0, "", "the file is not UTF-8"))
            return
        for name in VOCABULARIES:
            terms = content.get(name) if isinstance(content, dict) else None
            if not isinstance(terms, list) or not all(isinstance(term, dict) for term in terms):
                self.faults.append(Fault(path.name, 0, name, "this must be a list of objects"))
                continue
            checks = {
                "id": slug_problem,
                "label": names_problem,
                "definition": names_problem,
                "synonyms": synonyms_problem,
            }
            for position, term in enumerate(terms):
                found = check_fields(path.name, 0, term, checks, optional=["synonyms"])
                faults = [Fault(path.name, 0, f"{name}.{position}.{fault.field}", fault.message) for fault in found]
                if not faults and term["id"] in self.slugs(name):
                    faults = [Fault(path.name, 0, f"{name}.{position}.id", f"“{term['id']}” is there twice")]
                self.faults += faults
                if not faults:
                    self.terms[name].append(term)

    def _read_cities(self, path: Path) -> Iterator[Record]:
        checks: dict[str, Check] = {
            "slug": slug_problem,
            "name": text_problem,
            "names": names_problem,
            "country": country_problem,
            "latitude": within(90),
            "longitude": within(180),
            "population": count_problem,
            "geonames_id": count_problem,
            "cmise_role": role_problem,
            "cmise_role_source": source_problem,
            "typologies": one_of(self.slugs("typologies")),
            "typologies_source": source_problem,
            "note": optional_text_problem,
            "sources": sources_problem,
        }
        lines: dict[tuple[str, Any], int] = {}
        for line, record in read_lines(path):
            if isinstance(record, Fault):
                self.faults.append(record)
                continue
            faults = list(check_fields(path.name, line, record, checks))
            for name in ("slug", "geonames_id") if not faults else ():
                first = lines.setdefault((name, record[name]), line)
                if record[name] is not None and first != line:
                    faults.append(Fault(path.name, line, name, f"{record[name]} stands in line {first} already"))
            self.faults += faults
            if not faults:
                yield record


def write_terms(terms: Mapping[str, list[Record]]) -> None:
    """Bring the vocabularies to what the files say; terms that stand in no file stay."""
    for name, model in VOCABULARIES.items():
        for order, term in enumerate(terms[name]):
            values: dict[str, Any] = {"order": order}
            for code in settings.LANGUAGE_CODES:
                values[f"label_{code}"] = term["label"][code]
                values[f"definition_{code}"] = term["definition"][code]
                # A file without synonyms leaves those that moderators wrote.
                if "synonyms" in term:
                    values[f"synonyms_{code}"] = "\n".join(term["synonyms"].get(code, []))
            _write(model, term["id"], values)


def write_cities(cities: Iterable[Record]) -> None:
    """Bring the cities to what the file says; what only the site knows, and cities in no file, stay."""
    typologies = dict(Typology.objects.values_list("slug", Coalesce("merged_into", "pk")))
    for record in cities:
        city = _write(
            City,
            record["slug"],
            {
                **{f"name_{code}": record["names"][code] for code in settings.LANGUAGE_CODES},
                "country": record["country"],
                "latitude": record["latitude"],
                "longitude": record["longitude"],
                "population": record["population"],
                "geonames_id": record["geonames_id"],
                "cmise_role": record["cmise_role"] or "",
                "cmise_role_source": record["cmise_role_source"] or {},
                "typologies_source": record["typologies_source"] or {},
                "note": record["note"] or "",
                "sources": record["sources"],
            },
        )
        city.typologies.set([typologies[slug] for slug in record["typologies"]])


def _write(model: type[City] | type[Term], slug: str, values: dict[str, Any]) -> Any:
    """The row with these values; what the search knows of it follows if it was there and differed."""
    row = model._default_manager.filter(slug=slug).first()
    if row is None:
        return model._default_manager.create(slug=slug, **values)
    if any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        index.update_for(row)
    return row
