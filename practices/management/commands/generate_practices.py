"""Fills a registry for load tests."""

from django.core.management.base import BaseCommand

from cities.models import City
from practices.loading.progress import Progress
from practices.loading.publishing import publish_entries
from practices.loading.synthetic import NOTE, Synthesiser
from practices.loading.vocabulary import write_cities, write_terms
from practices.vocabularies import Vocabularies


class Command(BaseCommand):
    help = (
        "Publish N synthetic practices, each in some of the seven languages, made of the registry's own words and of "
        "words like them. The same seed makes the same practices; running it again adds only those that are missing. "
        "For load tests, not for a public registry."
    )

    def add_arguments(self, parser):
        parser.add_argument("count", metavar="N", type=int)
        parser.add_argument("--seed", metavar="S", type=int, default=1)

    def handle(self, *args, count, seed, **options):
        synthesiser = Synthesiser(seed=seed)
        if not City.objects.exists():
            write_terms(synthesiser.vocabulary.terms)
            write_cities(synthesiser.vocabulary.cities)
        outcome = publish_entries(
            synthesiser.entries(count),
            by=None,
            note=NOTE,
            vocabularies=Vocabularies(),
            progress=Progress(self.stdout, total=count, noun="practices"),
        )
        self.stdout.write(f"{outcome.published} published, {outcome.changed} changed, {outcome.unchanged} were there.")
