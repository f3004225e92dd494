"""Tastes: what is learned, users computed from their events, reasons, fading, variety, and how it is measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from findalike.errors import InvalidInput
from findalike.models.ratings import atomic
from findalike.taste.diversity import diverse
from findalike.taste.evaluation import evaluate, item_knn, measures, popularity, split
from findalike.taste.learning import from_contents, learn
from findalike.taste.model import Learning, Lessons, Tastes, faded, unpacked
from findalike.taste.reasons import reasons

DAY = 86400.0
FEW = Learning(factors=4)


def lessons(users: int = 30, each: int = 6) -> Lessons:
    """Two kinds of users and items; an item's content says its kind. Item 20 has no events."""
    random = np.random.default_rng(0)
    kinds = np.arange(21) % 2
    user = np.repeat(np.arange(users), each)
    item = np.concatenate([2 * random.choice(10, each, replace=False) + one % 2 for one in range(users)])
    at = 1e9 + DAY * np.arange(users * each)
    order = random.permutation(users * each)
    return Lessons(
        [f"{number:064x}" for number in range(21)],
        np.arange(100, 121),
        np.eye(2, dtype=np.float32)[kinds] + random.normal(0, 0.01, (21, 2)).astype(np.float32),
        "card",
        user[order],
        item[order],
        random.integers(1, 6, users * each).astype(np.float64),
        at,
    )


@pytest.fixture(scope="module")
def tastes() -> Tastes:
    return learn(lessons(), FEW, 1)


def solved(
    tastes: Tastes, *items: int, values: list[float] | None = None
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    rows = np.stack([tastes.vector(100 + item, None, None) for item in items])
    given = np.array(values or [3.0] * len(items))
    return tastes.solve(rows, given, np.full(len(items), 2e9)).user


def test_users_get_the_kind_they_like_and_not_what_they_dislike(tastes: Tastes) -> None:
    even, odd = tastes.items[::2], tastes.items[1::2]
    user = solved(tastes, 0, 2)
    assert (even @ user).min() > (odd @ user).max()
    both = solved(tastes, 0, 2, 1, values=[3, 3, 3])
    against = solved(tastes, 0, 2, 1, values=[3, 3, -9])
    assert odd[0] @ against < odd[0] @ both / 2
    # What is like the disliked sinks below what nobody asked about.
    assert (odd @ against).max() < min(0.0, (odd @ user).min())


def test_a_user_is_what_learning_would_have_made_of_the_events() -> None:
    taught = lessons()
    # Once learning has settled, its own last step and ours are the same.
    made = learn(taught, replace_learning(iterations=60), 1)
    again = learn(taught, replace_learning(iterations=61), 1)
    own = taught.user == 3
    rows = np.stack([made.vector(100 + item, None, None) for item in taught.item[own]])
    before = made.solve(rows, taught.value[own], taught.at[own]).user
    rows = np.stack([again.vector(100 + item, None, None) for item in taught.item[own]])
    after = again.solve(rows, taught.value[own], taught.at[own]).user
    assert np.allclose(made.items @ before, again.items @ after, atol=0.02)


def replace_learning(**changes: int) -> Learning:
    return FEW.model_copy(update=changes)


def test_the_reasons_add_up_to_the_score(tastes: Tastes) -> None:
    rows = tastes.items[:5]
    solution = tastes.solve(rows, np.array([5.0, 4.0, -2.0, 0.0, 1.0]), np.full(5, 1e9))
    assert np.allclose(tastes.items @ solution.shares.sum(axis=0), tastes.items @ solution.user, atol=1e-5)
    assert not solution.shares[3].any()
    assert tastes.items[2] @ solution.shares[2] < 0


def test_what_is_named_speaks_for_this_item_more_than_for_the_others() -> None:
    added = np.array([[6.0, 4.0, 0.0, -5.0], [6.0, 3.5, 0.5, 0.0], [6.0, 0.5, 3.5, 0.0], [9.0, 1.0, 0.0, 0.0]])
    assert reasons(added) == [
        [(1, 0.4), (0, 0.6)],
        [(1, 0.35), (0, 0.6)],
        [(2, 0.35), (0, 0.6)],
        # What adds little is not named before what adds most; after it only if it is worth saying.
        [(0, 0.9)],
    ]
    assert reasons(np.array([[2.0], [1.0], [-1.0]])) == [[(0, 1.0)], [(0, 1.0)], []]


def test_what_is_not_known_is_made_from_its_content(tastes: Tastes) -> None:
    content = np.array([1.0, 0.0], np.float32)
    made = tastes.vector(999, content, "card")
    user = solved(tastes, 0, 2, 4)
    assert made @ user > (tastes.items[1::2] @ user).max()
    assert not tastes.vector(999, content, "another").any()
    assert not tastes.vector(999, None, "card").any()
    # Item 20 was there, and had no events.
    assert tastes.item(f"{20:064x}") is None
    assert tastes.item(f"{19:064x}") is not None


def test_the_map_from_contents_finds_a_linear_one() -> None:
    random = np.random.default_rng(0)
    contents = random.normal(size=(5000, 6)).astype(np.float32)
    wanted = random.normal(size=(6, 3))
    found = from_contents(contents, (contents @ wanted + 2).astype(np.float32), np.full(5000, 100))
    assert np.allclose(found[:-1], wanted, atol=0.02)
    assert np.allclose(found[-1], 2, atol=0.02)


def test_it_is_the_same_after_being_kept(tastes: Tastes) -> None:
    again = unpacked(tastes.packed())
    assert again.learning == tastes.learning
    assert again.item_ids == tastes.item_ids
    assert np.array_equal(solved(again, 0, 3), solved(tastes, 0, 3))
    assert (again.events, again.users, again.content_model) == (180, 30, "card")


def test_events_fade_by_newer_ones_and_not_by_days() -> None:
    clock = np.array([0.0, 1, 2, 3, 4, 5, 6, 1000 * DAY])
    learning = Learning(half_life=0.25)
    weights = faded(np.array([4.0, 4, 4, -4]), np.array([1000 * DAY, 5.0, 3.0, 2000 * DAY]), clock, learning)
    assert weights.tolist() == [4, 2, 1, -4]


def test_variety_puts_what_is_unlike_before_more_of_the_same() -> None:
    vectors = np.array([[1, 0], [1, 0.01], [0, 1]], np.float32)
    scores = np.array([3.0, 2.9, 2.0])
    assert diverse(scores, vectors, 0.0, 3) == [0, 1, 2]
    assert diverse(scores, vectors, 0.7, 3) == [0, 2, 1]
    assert diverse(scores, vectors, 0.7, 1) == [0]
    assert diverse(np.ones(2), np.zeros((2, 3), np.float32), 1.0, 5) == [0, 1]


def test_measures_by_hand() -> None:
    taught = lessons(2, 2)
    taught = replace(
        taught,
        user=np.array([0, 1, 1, 2, 0, 1, 2, 3]),
        item=np.array([0, 0, 1, 2, 1, 2, 3, 4]),
        value=np.ones(8),
        at=np.arange(8.0),
    )
    parts = split(taught, 0.5)
    assert parts.users.tolist() == [0, 1, 2]
    assert [one.tolist() for one in parts.wanted] == [[1], [2], [3]]
    # Popularity: 0 (twice), 1, 2. User 0 is shown 1 first; 1 is shown 2 first; 2 is shown 0, 1, and then 3 of the rest.
    found = measures(parts, popularity(parts), 4)
    assert found["ndcg_at_10"] == pytest.approx((1 + 1 + 1 / np.log2(4)) / 3, abs=1e-4)
    assert found["recall_at_10"] == 1.0
    # User 0 has item 0, whose users also have item 1; nobody shares anything with user 2.
    scores = item_knn(parts)(parts.users)
    assert scores[0, 1] == pytest.approx(1 / np.sqrt(2))
    assert not scores[2].any()


def test_an_evaluation_beats_popularity_where_there_are_kinds() -> None:
    told: list[float] = []
    found = evaluate(lessons(60, 8), FEW, 1, told.append)
    methods = found["methods"]
    assert methods["tastes"]["ndcg_at_10"] > methods["popularity"]["ndcg_at_10"]
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert found["events_before"] + found["events_after"] == 480
    alone = replace(lessons(2, 2), user=np.arange(4))
    with pytest.raises(InvalidInput, match="No user has events"):
        split(alone)


def test_ratings_of_recbole_become_tables() -> None:
    items = b"item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n" + (
        b'1\tToy "Story"\t1995\tAnimation Children\'s\n267\tunkonwn\tunkonwn\tunknown\n'
    )
    name, content = atomic("ml/ml-100k.item", items)
    assert name == "ml-100k-items.csv"
    assert content.decode().splitlines() == [
        "id,title,year,categories",
        '1,"Toy ""Story""",1995,Animation|Children\'s',
    ]
    ratings = b"user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n"
    name, content = atomic("ml/ml-100k.inter", ratings)
    assert (name, content.decode().splitlines()) == (
        "ml-100k-ratings.csv",
        ["user,item,value,time", "196,242,3,881250949"],
    )
