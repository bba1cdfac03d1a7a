"""Orders that follow changes are those that would be made anew."""

from random import Random

import pytest
from pyroaring import BitMap

from practices.search.orders import FEW, Order, by_figure, by_texts
from practices.search.texts import Texts

# Few keys, so that many are equal; numbers with wide gaps.
WORDS = ["", "a", "ab", "b", "εφτά", "z"]


def titled(keys: dict[int, str]) -> Order:
    texts = Texts()
    [order] = by_texts({number: [texts.add(key)] for number, key in keys.items()}, texts, 1)
    return order


@pytest.mark.parametrize("changed", [FEW // 2, 2 * FEW])
@pytest.mark.parametrize(("make", "keys"), [(titled, WORDS), (by_figure, [0.0, 1.5, 1.5, -2.0])])
def test_order_that_followed_changes_is_the_one_made_anew(make, keys, changed):
    chance = Random("orders")
    held = {chance.randrange(30_000_000): chance.choice(keys) for _ in range(200)}
    order = make(held)
    for _change in range(50):
        gone = chance.sample(sorted(held), changed)
        new = [chance.randrange(30_000_000) for _ in range(2)]
        come = {number: chance.choice(keys) for number in [*gone[2:], *new]}
        before = list(order)

        following = order.after([*gone, *come], come)

        assert list(order) == before
        held = {number: key for number, key in held.items() if number not in gone} | come
        assert list(following) == list(make(held)) == sorted(held, key=lambda number: (held[number], number))
        few = BitMap(chance.sample(sorted(held), 3))
        # Of another one: to be asked for a few, an order notes where all stand, which the next one is to do without.
        assert order.after([*gone, *come], come).first(few, 20) == [number for number in following if number in few]
        order = following


@pytest.mark.parametrize("wanted", [3, 150])
def test_first_ones_are_the_same_however_few_are_wanted(wanted):
    chance = Random("first")
    order = titled({number: chance.choice(WORDS) for number in chance.sample(range(30_000_000), 200)})
    among = BitMap(chance.sample(list(order), wanted))

    assert order.first(among, 20) == order.first(among)[:20] == [number for number in order if number in among][:20]


def test_orders_without_practices_are_empty():
    assert [list(order) for order in by_texts({}, Texts(), 7)] == [[]] * 7
