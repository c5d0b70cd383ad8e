"""Shares and their intervals, against published figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.intervals import Share


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17,
    # table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(hits: int, n: int, low: float, high: float) -> None:
    assert Share(hits, n).interval == pytest.approx((low, high), abs=0.00006)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_a_share(drawn: tuple[int, int]) -> None:
    share = Share(*drawn)
    low, high = share.interval
    assert 0 <= low <= share.value + 1e-12
    assert share.value - 1e-12 <= high <= 1


def test_all_and_none_mirror_each_other() -> None:
    low, high = Share(3, 40).interval
    assert Share(37, 40).interval == pytest.approx((1 - high, 1 - low))


def test_a_share_of_nothing_says_nothing() -> None:
    nothing = Share(0, 0)
    assert nothing.interval == (0.0, 1.0)
    assert str(nothing) == "-"


def test_a_share_is_written_with_its_interval() -> None:
    assert str(Share(81, 263)) == ".31 [.26-.37]"
    assert str(Share(20, 20)) == "1.0 [.84-1.0]"
