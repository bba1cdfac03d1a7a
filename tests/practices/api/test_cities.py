"""Cities and vocabularies."""

from practices.choices import Firewall, Visibility
from tests.factories import make_city, make_practice, make_terms


def test_cities_are_listed_with_their_public_practices(ask):
    make_practice(lead_city="ghent", other_cities=["utrecht"])
    make_practice(lead_city="ghent", visibility=Visibility.PEERS)
    make_practice(lead_city="ghent", city_withheld=True)
    make_city("athens", mail_domains=["athens.example"])

    answer = ask("cities/")

    assert answer["count"] == 3
    assert {city["slug"]: city["practices"] for city in answer["results"]} == {"athens": 0, "ghent": 1, "utrecht": 1}
    assert answer["results"][0]["name"]["el"] == "Αθήνα"
    assert "athens.example" not in str(answer)


def test_city_record_counts_and_links_its_practices(ask):
    make_practice(lead_city="ghent")
    make_practice(lead_city="utrecht", other_cities=["ghent"])
    make_practice(lead_city="ghent", city_withheld=True)

    city = ask("cities/ghent/")

    assert (city["slug"], city["country"], city["practices"]) == ("ghent", "BE", 2)
    assert city["url"] == "http://testserver/en/cities/ghent/"
    assert ask("practices/", city="ghent")["count"] == city["practices"]
    assert city["practices_url"] == "http://testserver/api/v1/practices/?city=ghent"


def test_city_has_one_name_where_one_language_is_asked_for(ask):
    make_city("ghent")

    assert ask("cities/ghent/", lang="fr")["name"] == {"fr": "Gand"}
    assert ask("cities/", lang="nl")["results"][0]["name"] == {"nl": "Gent"}


def test_vocabularies_have_every_term_in_every_language(ask):
    make_terms()

    answer = ask("vocabularies/")

    assert list(answer) == [
        "areas", "groups", "approaches", "typologies", "statuses", "firewalls", "depths", "evidence_levels",
    ]  # fmt: skip
    for name in ("areas", "groups", "approaches", "typologies"):
        assert answer[name]
        for term in answer[name]:
            assert list(term["label"]) == ["en", "de", "el", "es", "fr", "it", "nl"]
    assert [code["slug"] for code in answer["firewalls"]] == Firewall.values
    assert len(answer["firewalls"][0]["label"]) == 7


def test_vocabularies_in_one_language(ask):
    make_terms()

    answer = ask("vocabularies/", lang="de")

    assert {tuple(term["label"]) for terms in answer.values() for term in terms} == {("de",)}
