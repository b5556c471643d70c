"""An outlook's measures in words: one table for pages, reports and files."""

from __future__ import annotations

from dataclasses import dataclass

from shidai.words import Text


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """decimals: of the figure as shown; times: what the stored value is multiplied with (100 for a share)."""

    title: Text
    unit: Text
    decimals: int = 0
    times: float = 1.0


PEOPLE = Text(zh="人", en="people")
MEASURE_WORDS: dict[str, MeasureWords] = {
    "population": MeasureWords(Text(zh="年中人口", en="Population at mid-year"), PEOPLE),
    "births": MeasureWords(Text(zh="出生", en="Births"), PEOPLE),
    "deaths": MeasureWords(Text(zh="死亡", en="Deaths"), PEOPLE),
    "migration": MeasureWords(Text(zh="净迁入", en="Net migrants"), PEOPLE),
    "share_65": MeasureWords(Text(zh="65岁及以上人口比重", en="Share aged 65 and over"), Text(zh="%", en="%"), 1, 100),
    "old_age_ratio": MeasureWords(Text(zh="老年抚养比", en="Old-age dependency ratio"), Text(zh="%", en="%"), 1, 100),
    "tfr": MeasureWords(
        Text(zh="总和生育率", en="Total fertility rate"), Text(zh="孩子/妇女", en="children a woman"), 2
    ),
    "e0_m": MeasureWords(Text(zh="男性预期寿命", en="Life expectancy, men"), Text(zh="岁", en="years"), 1),
    "e0_f": MeasureWords(Text(zh="女性预期寿命", en="Life expectancy, women"), Text(zh="岁", en="years"), 1),
}
