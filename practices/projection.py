"""Where a place on earth stands on the map of Europe, and which dots carry their names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import cos, radians, sin, sqrt

from cities.models import City
from practices.presentation.reader import country_label

WIDTH, HEIGHT = 620, 560
CENTRE_LONGITUDE, CENTRE_LATITUDE = radians(10), radians(52)
SCALE = 945
ORIGIN_X, ORIGIN_Y = 292, 246
# The size of the names on the map, and what a letter of them takes on average.
LETTER_HEIGHT, LETTER_WIDTH = 17, 9.4
NAMED_DOTS = 16
LONGEST_NAME = 14
# The drawing fades out towards its sides; names stay clear of them.
MARGIN = 26


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Lambert's azimuthal equal-area projection of the drawing `img/europe.svg`, in its units."""
    centre, north, east = CENTRE_LATITUDE, radians(latitude), radians(longitude) - CENTRE_LONGITUDE
    k = sqrt(2 / (1 + sin(centre) * sin(north) + cos(centre) * cos(north) * cos(east)))
    x = ORIGIN_X + SCALE * k * cos(north) * sin(east)
    y = ORIGIN_Y - SCALE * k * (cos(centre) * sin(north) - sin(centre) * cos(north) * cos(east))
    return x, y


@dataclass(frozen=True)
class Dot:
    """A city on the map, as `components/map.html` draws it: its area grows with the number of practices."""

    name: str
    country: str
    count: int
    url: str
    x: float
    y: float
    r: float
    named: bool = False
    anchor: str = "middle"
    text_x: float = 0
    text_y: float = 0


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def on_map(self) -> bool:
        return (
            self.left >= MARGIN / 2
            and self.top >= MARGIN
            and self.right <= WIDTH - 2 * MARGIN
            and self.bottom <= HEIGHT - MARGIN
        )


def dots_of(counted: Iterable[tuple[City, int]]) -> list[Dot]:
    """The dots, unnamed first so that names lie on top. The busiest cities that have room get their name written."""
    dots = []
    for city, count in counted:
        x, y = project(city.latitude, city.longitude)
        radius = 3.4 * sqrt(count) + 0.8
        dots.append(
            Dot(
                name=str(city),
                country=country_label(city),
                count=count,
                url=city.get_absolute_url(),
                x=x,
                y=y,
                r=radius,
                text_x=x,
                text_y=y - radius - 5,
            )
        )
    dots.sort(key=lambda dot: (-dot.count, dot.name))
    taken = [Box(dot.x - dot.r, dot.y - dot.r, dot.x + dot.r, dot.y + dot.r) for dot in dots]
    named: list[Dot] = []
    for dot in dots:
        has_room = len(named) < NAMED_DOTS and len(dot.name) <= LONGEST_NAME
        placed = _with_name(dot, taken) if has_room else None
        if placed:
            named.append(placed)
    written = {dot.url for dot in named}
    return [dot for dot in reversed(dots) if dot.url not in written] + named[::-1]


def _with_name(dot: Dot, taken: list[Box]) -> Dot | None:
    """The dot with its name on the first of its sides where nothing else stands; that place is taken then."""
    width = LETTER_WIDTH * len(f"{dot.name} {dot.count}")
    gap = dot.r + 5
    own = Box(dot.x - dot.r, dot.y - dot.r, dot.x + dot.r, dot.y + dot.r)
    above, below, aside = dot.y - gap, dot.y + gap + LETTER_HEIGHT * 0.7, dot.y + 5.5
    for anchor, x, y in (
        ("middle", dot.x, above),
        ("start", dot.x + gap, aside),
        ("end", dot.x - gap, aside),
        ("middle", dot.x, below),
        ("start", dot.x, above),
        ("end", dot.x, above),
        ("end", dot.x, below),
        ("start", dot.x, below),
    ):
        left = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        box = Box(left, y - LETTER_HEIGHT * 0.8, left + width, y + LETTER_HEIGHT * 0.2)
        if box.on_map() and not any(box.overlaps(other) for other in taken if other != own):
            taken.append(box)
            return replace(dot, named=True, anchor=anchor, text_x=x, text_y=y)
    return None
