"""Bad input of every public function: never a traceback, always the cell and the remedy, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from shidai.words import ShidaiError
from tests.spec.demography.calls import CALLS, Call

OTHER_NAMES = {
    "NetRates": {"rates": "net rates"},
    "Flows": {"shares": "flows"},
    "read_bounds_of": {"values": "tfr"},
}
"""What errors call an argument, where it isn't its own name."""
CELL_BY_CELL = {"age_at_remaining", "overdispersed_limits", "sex_ratio_test", "sex_ratio_tests"}
"""Functions of which one argument has no age axis: any shapes that broadcast are right."""


def name_of(one: Call) -> str:
    return f"{one.function.__module__.rsplit('.', 1)[-1]}.{one.function.__name__}"


def is_array(value: Any) -> bool:
    return isinstance(value, float | np.ndarray) and np.asarray(value).dtype.kind in "fi"


def spoil(value: np.ndarray, with_: float, place: int = -1) -> np.ndarray:
    changed = value.astype(np.float64)
    changed[(place,) * changed.ndim] = with_
    return changed


def wrong_cells(one: Call, name: str, value: np.ndarray) -> Iterator[np.ndarray]:
    """Arrays of the right shape with a cell that can't be."""
    if name not in one.signed:
        yield spoil(value, -1.0)
    if name not in one.missing:
        yield spoil(value, np.nan)
    yield spoil(value, np.inf)
    if name in one.limited and not (name == "person_years" or one.function.__name__ == "fit_survival_curve"):
        yield spoil(value, 1.9, 0)
    if name in one.limited:
        yield value * 1000.0


def refuse(one: Call, **changed: Any) -> ShidaiError:
    with pytest.raises(ShidaiError) as error:
        one.function(**{**one.arguments, **changed})
    return error.value


def told_or_done(one: Call, changed: dict[str, Any]) -> bool:
    """The function either gives something or says what is wrong and how to mend it."""
    try:
        one.function(**{**one.arguments, **changed})
    except ShidaiError as error:
        return bool(error.problems[0].mend.en and error.problems[0].mend.zh)
    return True


@pytest.mark.parametrize("one", CALLS, ids=name_of)
def test_right_input_is_taken(one: Call) -> None:
    one.function(**one.arguments)


@pytest.mark.parametrize("one", CALLS, ids=name_of)
def test_a_cell_that_cannot_be_is_named_with_its_remedy(one: Call) -> None:
    """Negative counts, missing cells, infinite ones, and rates, shares and probabilities above 1."""
    for name, value in one.arguments.items():
        if not is_array(value) or (one.function.__name__, name) == ("sum_by_unit", "unit"):
            continue
        array = np.asarray(value, dtype=np.float64)
        for wrong in wrong_cells(one, name, array):
            error = refuse(one, **{name: wrong})
            first = error.problems[0]
            called = OTHER_NAMES.get(one.function.__name__, {}).get(name, name)
            assert called in first.where, (name, first.where)
            known_without = {"age_start", "truth", "years"}
            assert array.ndim == 0 or "[" in first.where or name in known_without, (name, first.where)
            for language in (first.what.en, first.what.zh, first.mend.en, first.mend.zh):
                assert language, (name, first)


@pytest.mark.parametrize("one", CALLS, ids=name_of)
def test_missing_ages_and_texts_are_refused(one: Call) -> None:
    for name, value in one.arguments.items():
        if not isinstance(value, np.ndarray) or (one.function.__name__, name) == ("sum_by_unit", "unit"):
            continue
        refuse(one, **{name: [*value.astype(str).ravel()[:-1], "many"]})
        if name not in one.free:
            assert "shape" in (said := str(refuse(one, **{name: value[..., :-1]}))) or name in said


@pytest.mark.parametrize("one", CALLS, ids=name_of)
def test_nothing_at_all_and_single_numbers_never_end_in_a_traceback(one: Call) -> None:
    for name, value in one.arguments.items():
        if isinstance(value, np.ndarray):
            for other in (value[..., :0], 1.0):
                assert told_or_done(one, {name: other})
    numbers = {name: 1.0 if is_array(value) and name != "age_start" else value for name, value in one.arguments.items()}
    assert told_or_done(one, numbers)


@pytest.mark.parametrize("one", CALLS, ids=name_of)
def test_arrays_of_two_and_of_three_areas_are_refused(one: Call) -> None:
    if one.function.__name__ in CELL_BY_CELL:
        return
    names = [name for name, value in one.arguments.items() if is_array(value) and name not in ("age_start", "width")]
    for a, b in combinations(names, 2):
        two, three = (np.stack([np.asarray(one.arguments[name])] * areas) for name, areas in ((a, 2), (b, 3)))
        error = refuse(one, **{a: two, b: three})
        assert error.problems[0].mend.en
