"""Single years of age from groups."""

from __future__ import annotations

import numpy as np
import pytest

from shidai.demography.graduation import beers, monotone, multipliers, sprague
from shidai.demography.pclm import ungroup
from shidai.words import ShidaiError

FIVES = np.arange(0, 85, 5)
# Males of five-year groups 0–4 … 80+: the example of the sheet BEERSP (Johnson 2016), as in the tests of the R package
# DemoTools, whose single years from 9 on the sheet leaves as Beers's ordinary multipliers make them.
MALES = np.array([
    752124, 582662, 463534, 369976, 286946, 235867, 199561, 172133, 151194, 131502,
    113439, 95614, 78777, 60157, 40960, 21318, 25451,
])  # fmt: skip


def groups_of(single: np.ndarray, starts: np.ndarray) -> np.ndarray:
    return np.add.reduceat(single, starts, axis=-1)


class TestMultipliers:
    def test_beers_of_the_published_example(self) -> None:
        assert np.abs(beers(MALES)[9:13] - [105733, 101088, 96719, 92551]).max() < 1

    @pytest.mark.parametrize("method", ["sprague", "beers", "beers_modified"])
    def test_multipliers_add_up(self, method: str) -> None:
        """Each group is spread over all single years with weights that sum to 1; equal groups give a fifth each."""
        matrix = multipliers(12, method)
        assert matrix.sum(0) == pytest.approx(np.ones(12))
        assert matrix[:-1].sum(1) == pytest.approx(np.full(55, 0.2))

    @pytest.mark.parametrize("graduate", [sprague, beers, lambda n: beers(n, modified=True)])
    def test_a_straight_line_comes_back(self, graduate) -> None:
        line = 5000 - 40.0 * np.arange(81)
        assert np.allclose(graduate(groups_of(line, FIVES))[:-1], line[:-1])

    @pytest.mark.parametrize("graduate", [sprague, beers])
    def test_groups_keep_their_sums_and_the_open_one_itself(self, graduate) -> None:
        single = graduate(MALES)
        assert groups_of(single, FIVES) == pytest.approx(MALES)
        assert single[-1] == MALES[-1]

    def test_beers_modified_keeps_only_the_sum_of_all_and_is_smoother(self) -> None:
        heaped = MALES * np.where(np.arange(17) % 2 == 0, 1.1, 0.9)
        ordinary, modified = beers(heaped), beers(heaped, modified=True)
        assert modified.sum() == pytest.approx(heaped.sum())
        assert np.abs(groups_of(modified, FIVES) / heaped - 1).max() > 0.01
        assert np.abs(np.diff(modified[:80], 2)).sum() < 0.7 * np.abs(np.diff(ordinary[:80], 2)).sum()

    def test_many_areas_at_once_equal_one_by_one(self) -> None:
        areas = np.stack([MALES, MALES[::-1]])
        assert np.allclose(sprague(areas)[1], sprague(MALES[::-1]))

    def test_too_few_groups_are_refused(self) -> None:
        with pytest.raises(ShidaiError, match="five closed five-year groups"):
            sprague([5, 4, 3, 2, 1])


class TestMonotone:
    def test_steep_falls_stay_above_zero_where_sprague_does_not(self) -> None:
        steep = np.array([1000.0, 900, 800, 5, 400, 300, 3, 1, 1])
        assert sprague(steep).min() < 0
        single = monotone(steep, FIVES[:9])
        assert single.min() >= 0
        assert groups_of(single, FIVES[:9]) == pytest.approx(steep)

    def test_groups_of_any_width(self) -> None:
        starts = np.array([0, 1, 5, 15, 60])
        single = monotone([[30.0, 90, 200, 700, 50]], starts)
        assert single.shape == (1, 61)
        assert groups_of(single, starts)[0] == pytest.approx([30, 90, 200, 700, 50])

    def test_a_straight_line_comes_back(self) -> None:
        line = 5000 - 40.0 * np.arange(81)
        assert np.allclose(monotone(groups_of(line, FIVES), FIVES), [*line[:-1].tolist(), line[-1]])

    def test_counts_of_other_ages_are_refused(self) -> None:
        with pytest.raises(ShidaiError, match="for 17 age groups"):
            monotone([1, 2, 3], FIVES)


class TestPenalisedCompositeLink:
    ages = np.arange(105)
    people = 20000 * np.exp(-(((ages - 30) / 35) ** 2))

    def test_a_smooth_population_comes_back_from_its_groups(self) -> None:
        found = ungroup(groups_of(self.people, FIVES), FIVES, 105)
        assert np.abs(found.single[:80] / self.people[:80] - 1).max() < 0.02
        assert groups_of(found.single, FIVES) == pytest.approx(groups_of(self.people, FIVES), rel=0.01)

    def test_the_open_group_is_spread_over_its_ages(self) -> None:
        found = ungroup(groups_of(self.people, FIVES), FIVES, 105)
        assert found.single[80:95] == pytest.approx(self.people[80:95], rel=0.35)
        assert np.all(np.diff(found.single[80:]) < 0)

    def test_chance_is_smoothed_and_the_stated_error_true(self) -> None:
        counts = np.random.default_rng(3).poisson(groups_of(self.people / 20, FIVES), (60, 17))
        found = ungroup(counts, FIVES, 105)
        missed = np.log(found.single / (self.people / 20))[:, 5:75]
        assert 0.90 < (np.abs(missed) < 1.96 * found.error[:, 5:75]).mean() < 0.99

    def test_rates_come_out_where_exposure_is_given(self) -> None:
        rates = 5e-5 * np.exp(0.09 * self.ages)
        deaths = groups_of(rates * self.people * 100, FIVES)
        found = ungroup(deaths, FIVES, 105, exposure=self.people * 100)
        assert found.single[20:95] == pytest.approx(rates[20:95], rel=0.03)

    def test_the_criterion_chooses_the_smoothing(self) -> None:
        """The chosen parameter is the one of least BIC among single ones; AIC never smooths more than BIC."""
        counts = np.random.default_rng(8).poisson(groups_of(self.people / 20, FIVES))
        tries = [ungroup(counts, FIVES, 105, smoothing=[s]) for s in (1e4, 1e2, 1.0)]
        best = ungroup(counts, FIVES, 105, smoothing=[1e4, 1e2, 1.0])
        assert best.criterion == pytest.approx(min(float(t.criterion) for t in tries))
        assert ungroup(counts, FIVES, 105, criterion="aic").smoothing <= ungroup(counts, FIVES, 105).smoothing

    def test_many_areas_at_once_equal_one_by_one(self) -> None:
        counts = np.stack([groups_of(self.people, FIVES), MALES])
        assert np.allclose(ungroup(counts, FIVES, 105).single[1], ungroup(MALES, FIVES, 105).single, rtol=1e-6)

    def test_sparse_counts_keep_their_sum_and_none_stay_none(self) -> None:
        counts = np.zeros((4, 17))
        counts[1, 5], counts[2, 0], counts[3] = 1, 800, np.random.default_rng(1).poisson(0.3, 17)
        found = ungroup(counts, FIVES, 105)
        assert found.single.sum(-1) == pytest.approx(counts.sum(-1))
        assert np.all(np.isinf(found.error[0]) & (found.single[0] == 0))

    def test_groups_that_begin_after_the_end_are_refused(self) -> None:
        with pytest.raises(ShidaiError, match="begin at whole ages before 80"):
            ungroup(MALES, FIVES, 80)
