"""The map's arithmetic."""

import pytest

from practices.projection import HEIGHT, NAMED_DOTS, WIDTH, dots_of, project
from tests.factories import make_city, real_cities


@pytest.mark.parametrize(
    ("latitude", "longitude", "x", "y"),
    [(37.1, -8.68, 46.7, 460.9), (61.5, 23.76, 400.2, 78.8), (44.43, 26.1, 480.5, 350.8)],
)
def test_known_cities_stand_where_the_drawing_has_them(latitude, longitude, x, y):
    assert project(latitude, longitude) == pytest.approx((x, y), abs=0.6)


@pytest.mark.django_db
def test_every_real_city_is_on_the_map_and_names_do_not_crowd_it():
    cities = [make_city(slug) for slug in real_cities()]

    dots = dots_of((city, number % 11 + 1) for number, city in enumerate(cities))

    assert {dot.name for dot in dots} == {str(city) for city in cities}
    assert all(0 < dot.x < WIDTH and 0 < dot.y < HEIGHT for dot in dots)
    assert 5 <= sum(dot.named for dot in dots) <= NAMED_DOTS
    assert [dot.named for dot in dots] == sorted(dot.named for dot in dots)
