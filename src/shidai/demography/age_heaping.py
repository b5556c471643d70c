"""How ages were stated: preference for some last digits, and irregular age and sex ratios.

The digit indices take people by single year of age from 0 on, (…, ages); the ratios take five-year groups,
(…, groups), the last one open. They see statements that are rounded. They don't see ages that are wrong but smooth,
and a real wave of births (a famine, a policy) disturbs the ratios as much as a mistake does.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts
from shidai.demography.sexratio import sex_ratio
from shidai.words import ShidaiError, problem

_DIGITS = 10


def whipple_index(population: npt.ArrayLike, *, first: int = 25, last: int = 60) -> Array:
    """Whipple's index of preference for ages that end in 0 and 5: 100 for none, 500 if no other age is stated.

    population: (…, ages) by single year from 0; first, last: the first and last age ending in 0 or 5 that count, which
    the two years on either side join in the denominator (so 23 to 62 by default). Nobody there gives NaN. A population
    that is a straight line over these ages has exactly 100.
    Source: United Nations (1955) Manual II, Methods of Appraisal of Quality of Basic Data for Population Estimates.
    """
    _multiples("first / last", first, last, 5)
    people = _single_years(population, last + 2)
    stated = people[..., first : last + 1 : 5].sum(-1)
    return divide(500 * stated, people[..., first - 2 : last + 3].sum(-1))


def blended_digits(population: npt.ArrayLike, *, first: int = 10, last: int = 89) -> Array:
    """Myers's blended share of each last digit 0 … 9, in %: (…, 10). Without preference each has 10.

    population: (…, ages) by single year from 0; first: a multiple of 10; last: ends in 9. Each digit's people are
    summed without the last decade and without the first, and blended with the weights 1 … 10 and 9 … 0, so that no
    digit gains because populations shrink with age. A straight line has exactly 10 throughout.
    Errors: negative, missing or infinite cells, ages that stop before `last`, a range that favours a digit.
    Source: Myers, R. J. (1940) Errors and bias in the reporting of ages in census data. Transactions of the Actuarial
    Society of America 41, 395–415; in the form of the US Census Bureau's PAS, SINGAGE.
    """
    _multiples("first / last + 1", first, last + 1, _DIGITS)
    people = _single_years(population, last)[..., first : last + 1]
    decades = people.reshape(*people.shape[:-1], -1, _DIGITS)
    rising = np.arange(1, _DIGITS + 1)
    blended = rising * decades[..., :-1, :].sum(-2) + (_DIGITS - rising) * decades[..., 1:, :].sum(-2)
    return divide(100 * blended, blended.sum(-1, keepdims=True))


def myers_index(population: npt.ArrayLike, *, first: int = 10, last: int = 89) -> Array:
    """Myers's index (…): half the sum of the absolute deviations of `blended_digits` from 10 %.

    It is the least share of people, in %, who would have to state another last digit: 0 for none, 90 if all have one.
    Errors and source: as `blended_digits`.
    """
    shares = blended_digits(population, first=first, last=last)
    return np.asarray(np.abs(shares - 100 / _DIGITS).sum(-1) / 2, dtype=np.float64)


def bachi_index(population: npt.ArrayLike, *, first: int = 30, last: int = 79) -> Array:
    """Bachi's index (…): Whipple's question put to each digit; half the sum of the absolute deviations from 10 %.

    population: (…, ages) by single year from 0; first: a multiple of 10; last: ends in 9. The people at a digit's ages
    are divided by those in the ten-year windows centred on these ages, whose end years count half.
    Errors: negative, missing or infinite cells, ages that stop five years beyond `last`, a range that favours a digit.
    Source: Bachi, R. (1951) Bulletin of the International Statistical Institute 33(4), 195–222, as in Shryock & Siegel
    (1973) The Methods and Materials of Demography, ch. 8.
    """
    _multiples("first / last + 1", first, last + 1, _DIGITS)
    people = _single_years(population, last + 5)
    deviation = np.zeros(people.shape[:-1])
    for digit in range(_DIGITS):
        start, stop = first + digit, last - _DIGITS + 1 + digit
        windows = people[..., start - 4 : stop + 5].sum(-1) + (people[..., start - 5] + people[..., stop + 5]) / 2
        deviation = deviation + np.abs(divide(100 * people[..., start : stop + 1 : _DIGITS].sum(-1), windows) - 10)
    return np.asarray(deviation / 2, dtype=np.float64)


def age_ratios(population: npt.ArrayLike) -> Array:
    """100 × a five-year group / the mean of its neighbours, (…, groups − 3): without the first, last and open group.

    population: (…, groups). Errors: negative, missing or infinite cells, fewer than four groups.
    Source: United Nations (1952) Accuracy tests for census age distributions tabulated in five-year and ten-year
    groups. Population Bulletin 2, 59–79.
    """
    people = _groups("population", population)[..., :-1]
    return divide(200 * people[..., 1:-1], people[..., :-2] + people[..., 2:])


def age_ratio_score(population: npt.ArrayLike) -> Array:
    """Mean absolute deviation of `age_ratios` from 100 (…); a group without neighbours gives NaN.

    population: (…, groups). Errors and source: as `age_ratios`.
    """
    return np.asarray(np.abs(age_ratios(population) - 100).mean(-1), dtype=np.float64)


def sex_ratio_score(males: npt.ArrayLike, females: npt.ArrayLike) -> Array:
    """Mean absolute change of the sex ratio (men per 100 women) from one closed five-year group to the next (…).

    males, females: (…, groups). Errors: negative, missing or infinite cells, fewer than four groups, other shapes.
    Source: as `age_ratios`.
    """
    men, women = _groups("males", males), _groups("females", females)
    match_shapes(males=men, females=women)
    ratios = sex_ratio(men, women)[..., :-1]
    return np.asarray(np.abs(np.diff(ratios, axis=-1)).mean(-1), dtype=np.float64)


def age_sex_accuracy_index(males: npt.ArrayLike, females: npt.ArrayLike) -> Array:
    """The United Nations' joint score (…): 3 × the sex ratio score + both age ratio scores.

    males, females: (…, groups) of five years, the last one open. The UN calls an age structure accurate under 20,
    inaccurate from 20 to 40 and highly inaccurate above. Small populations reach 20 by chance alone, and moves of one
    sex raise it in a right register: read it for a county, not for a village.
    Errors: as `sex_ratio_score`; groups where nobody is give NaN.
    Source: as `age_ratios`; the classes: United Nations (1955) Manual II.
    """
    score = 3 * sex_ratio_score(males, females) + age_ratio_score(males) + age_ratio_score(females)
    return np.asarray(score, dtype=np.float64)


def five_year_groups(population: npt.ArrayLike, *, open_age: int) -> Array:
    """People by single year of age from 0, (…, ages), as five-year groups 0, 5, …, `open_age` and over.

    (…, groups). Errors: negative, missing or infinite cells, ages that stop before `open_age`, an open age that is no
    multiple of 5. A sum: no source.
    """
    _multiples("open_age", open_age, open_age, 5)
    people = _single_years(population, open_age)
    return np.asarray(np.add.reduceat(people, np.arange(0, open_age + 1, 5), axis=-1), dtype=np.float64)


def _single_years(population: npt.ArrayLike, last: int) -> Array:
    people = read_counts("population", population)
    given = people.shape[-1] if people.ndim else 0
    if given <= last:
        raise ShidaiError(
            problem(
                "population",
                zh=f"需要0岁至{last}岁的单岁人口，这里只有{given}格。",
                en=f"people by single year of age from 0 to {last} are needed; here are {given} cells.",
                mend_zh="请给出单岁人口，或缩小年龄范围。",
                mend_en="Give single years of age, or a narrower range.",
            )
        )
    return people


def _groups(name: str, population: npt.ArrayLike) -> Array:
    people = read_counts(name, population)
    if people.ndim == 0 or people.shape[-1] < 4:
        raise ShidaiError(
            problem(
                name,
                zh="至少需要四个五岁年龄组，末组为开放组。",
                en="at least four five-year groups are needed, the last one open.",
                mend_zh="请给出0–4、5–9等组，不足时不能算年龄比。",
                mend_en="Give the groups 0–4, 5–9, …; with fewer there are no ratios.",
            )
        )
    return people


def _multiples(name: str, first: int, last: int, of: int) -> None:
    if first < of or first % of or last % of or last < first:
        raise ShidaiError(
            problem(
                name,
                zh=f"年龄范围必须以{of}的倍数划界、不低于{of}岁，这里是{first}和{last}。",
                en=f"the range must begin and end at multiples of {of}, from {of} on; here it is {first} and {last}.",
                mend_zh="各末位数字必须出现同样多次。",
                mend_en="Every last digit must occur as often as the others.",
            )
        )
