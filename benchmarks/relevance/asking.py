"""Fills a database that is empty and asks the registry; in a process of its own, questions in, answers out, as JSON."""

import json
import sys
from urllib.parse import urlencode

import django
from django.apps import apps
from django.core.management import call_command
from django.http import QueryDict
from django.utils import translation
from django.utils.module_loading import import_string


def fill(registry: str, records: str | None, expected: int) -> None:
    """Load a registry's files and import others; where all practices are already, only the index is written anew."""
    call_command("migrate", verbosity=0)
    if apps.get_model("practices", "Practice").objects.count() == expected:
        call_command("rebuild_search_index", stdout=sys.stderr)
        return
    call_command("load_registry", registry, stdout=sys.stderr)
    if records:
        call_command("import_practices", records, "--publish", stdout=sys.stderr)


def answers(questions: list[tuple[dict[str, str], str]], size: int) -> list[list[str]]:
    """For each question, parameters and the reader's language, the first slugs that an anonymous visitor gets."""
    # Models can be imported only now that Django is set up.
    catalogue = import_string("practices.catalogue.Catalogue")
    visitor = import_string("django.contrib.auth.models.AnonymousUser")()
    found = []
    for parameters, language in questions:
        with translation.override(language):
            answer = catalogue(QueryDict(urlencode(parameters)), user=visitor, language=language)
            found.append([hit.practice.slug for hit in answer.page(1, size)])
    return found


def main() -> None:
    order = json.load(sys.stdin)
    django.setup()
    fill(order["registry"], order["records"], order["expected"])
    json.dump(answers(order["questions"], order["size"]), sys.stdout)


if __name__ == "__main__":
    main()
