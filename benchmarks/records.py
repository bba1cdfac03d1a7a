"""The public practices as plain rows: what the programs that the registry is compared with are given."""

from django.conf import settings

# Facet to a statement for the numbers of public practices and their values; both databases understand it. A withheld
# city is nobody's: such a practice is in no facet that says where.
PUBLIC = "practice.publication = 'published' AND practice.visibility = 'public'"
PLACES = f"""
    SELECT practice.number, practice.lead_city_id AS city_id FROM practices_practice AS practice
    WHERE {PUBLIC} AND NOT practice.city_withheld
    UNION
    SELECT practice.number, joined.city_id FROM practices_practice AS practice
    JOIN practices_practice_other_cities AS joined ON joined.practice_id = practice.id
    WHERE {PUBLIC} AND NOT practice.city_withheld
"""


def _terms(relation: str, model: str) -> str:
    return f"""
        SELECT practice.number AS number, term.slug AS value FROM practices_practice AS practice
        JOIN practices_practice_{relation} AS link ON link.practice_id = practice.id
        JOIN practices_{model} AS term ON term.id = link.{model}_id WHERE {PUBLIC}
    """


def _coded(column: str) -> str:
    rows = f"SELECT practice.number AS number, practice.{column} AS value FROM practices_practice AS practice"
    return f"{rows} WHERE {PUBLIC}"


SINGLE = {name: _coded(column) for name, column in (
    ("status", "operation_status"), ("firewall", "firewall"), ("evidence", "evidence_level"), ("depth", "depth"),
)}  # fmt: skip
MANY = {
    "area": _terms("service_areas", "servicearea"),
    "group": _terms("target_groups", "targetgroup"),
    "approach": _terms("approaches", "approach"),
    "country": f"""
        SELECT DISTINCT place.number AS number, city.country AS value FROM ({PLACES}) AS place
        JOIN cities_city AS city ON city.id = place.city_id
    """,
    "city": f"""
        SELECT place.number AS number, city.slug AS value FROM ({PLACES}) AS place
        JOIN cities_city AS city ON city.id = place.city_id
    """,
    "typology": f"""
        SELECT DISTINCT place.number AS number, typology.slug AS value FROM ({PLACES}) AS place
        JOIN cities_city_typologies AS link ON link.city_id = place.city_id
        JOIN cities_typology AS typology ON typology.id = link.typology_id
    """,
    "language": " UNION ALL ".join(
        f"SELECT practice.number AS number, '{code}' AS value FROM practices_practice AS practice"
        f" WHERE {PUBLIC} AND practice.title_{code} <> ''"
        for code in settings.LANGUAGE_CODES
    ),
}
FACETS = {**MANY, **SINGLE}
