"""Which contraceptive methods suit a woman's conditions: WHO's categories 1 to 4, for starting and for going on.

Source: WHO (2015) Medical eligibility criteria for contraceptive use, 5th edition, part II, with the update of 2019 on
high risk of HIV. 1: no restriction; 2: the benefits generally outweigh the risks; 3: the risks usually outweigh the
benefits; 4: an unacceptable health risk. Of several conditions the highest category counts. Each row of
`who-mec-2015.csv` stands beside the categories of the US criteria of 2024; where the two differ, WHO's count.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from shidai.advice.tables import read_rows
from shidai.words import ShidaiError, Text, problem

VERSION = "who-mec-2015+2019"
US_COLUMNS = ("chc", "pop", "dmpa", "implant", "cu_iud", "lng_iud")
_BARRIERS = ("condom", "spermicide")
_CATEGORY = re.compile(r"([1-4])(?:-([1-4]))?")
_GROUPS = {
    "personal": Text(zh="个人特征与生育史", en="personal characteristics and reproductive history"),
    "cardiovascular": Text(zh="心血管疾病", en="cardiovascular disease"),
    "neurologic": Text(zh="神经系统疾病", en="neurologic conditions"),
    "reproductive": Text(zh="生殖道感染与疾病", en="reproductive tract infections and disorders"),
    "hiv": Text(zh="艾滋病", en="HIV/AIDS"),
    "infection": Text(zh="其他感染", en="other infections"),
    "endocrine": Text(zh="内分泌疾病", en="endocrine conditions"),
    "gastrointestinal": Text(zh="消化系统疾病", en="gastrointestinal conditions"),
    "anaemia": Text(zh="贫血", en="anaemias"),
    "drug": Text(zh="药物相互作用", en="drug interactions"),
}

_ON_HIV_RISK = Text(
    zh="世卫组织《艾滋病高风险妇女的避孕适用标准》，2019", en="WHO, eligibility for women at high risk of HIV, 2019"
)
_IN_THE_CRITERIA = Text(
    zh="世卫组织《避孕方法选用的医学标准》第5版，第二部分：{g}", en="WHO MEC, 5th edition, part II: {g}"
)


@dataclass(frozen=True, slots=True, order=True)
class Category:
    """A category; `least` is lower where it depends on how severe the condition is ('3-4') or isn't known yet."""

    most: int
    least: int

    def __str__(self) -> str:
        return str(self.most) if self.least == self.most else f"{self.least}-{self.most}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Categories for starting a method and for going on with it; None: the method isn't needed (pregnancy)."""

    initiation: Category | None
    continuation: Category | None


@dataclass(frozen=True, slots=True)
class Method:
    """A method; `pack`: ids of the packs' methods that it belongs to."""

    id: str
    column: str
    pack: tuple[str, ...]
    title: Text


@dataclass(frozen=True, slots=True)
class Condition:
    """A row of the table. `pairs`: by column; a column without one isn't restricted by WHO's table."""

    id: str
    group: str
    title: Text
    ages: tuple[int, int]
    pairs: dict[str, Pair]
    us: dict[str, Pair]
    note: Text

    @property
    def family(self) -> str:
        return self.id.partition(".")[0]

    @property
    def source(self) -> Text:
        """Where WHO's recommendation stands."""
        if self.id == "hiv.risk":
            return _ON_HIV_RISK
        return _IN_THE_CRITERIA.filled(g=_GROUPS[self.group])

    def source_for(self, method: Method) -> Text:
        """Where it stands for one method: the statement of 2019 is silent on barriers."""
        silent = self.id == "hiv.risk" and method.column in _BARRIERS
        return _IN_THE_CRITERIA.filled(g=_GROUPS[self.group]) if silent else self.source

    @property
    def check(self) -> str:
        """How the US criteria of 2024 compare: 'same', 'differs: implant 1, …', or 'none': they have no such row."""
        if not self.us:
            return "none"
        apart = [f"{name} {_shown(us)}" for name, us in self.us.items() if us != self.pairs.get(name)]
        return f"differs: {', '.join(apart)}" if apart else "same"


@dataclass(frozen=True, slots=True)
class Reason:
    """What one condition means for a method. certain: not only one of several that it may be."""

    condition: Condition
    pair: Pair
    certain: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """A method's categories with every condition that speaks on it, the gravest first. None: not needed now."""

    method: Method
    initiation: Category | None
    continuation: Category | None
    reasons: tuple[Reason, ...]

    @property
    def gravest(self) -> Reason | None:
        """The condition that restricts the method most; None where none does."""
        return self.reasons[0] if self.reasons and _weight(self.reasons[0].pair) > (1, 2) else None


@dataclass(frozen=True, slots=True)
class Question:
    """What is still to be asked: which of these it is."""

    family: str
    choices: tuple[Condition, ...]


@lru_cache(maxsize=1)
def methods() -> dict[str, Method]:
    """All methods that the table judges, by id."""
    found = [
        Method(row["id"], row["column"], tuple(row["pack"].split()), Text(zh=row["zh"], en=row["en"]))
        for row in read_rows("methods.csv")
    ]
    return {one.id: one for one in found}


@lru_cache(maxsize=1)
def conditions() -> dict[str, Condition]:
    """All conditions by id, in the order of the table."""
    columns = tuple(dict.fromkeys(method.column for method in methods().values()))
    return {row["id"]: _read(row, columns) for row in read_rows("who-mec-2015.csv")}


def advise(named: Iterable[str], *, age: int | None = None, method: str | None = None) -> tuple[Advice, ...]:
    """Each method's categories for somebody with these conditions. `age`: completed years, adds the rows of age.

    A family without its part ('hypertension') stands for all its parts: the category is a range until `ask` is
    answered. method: one of `methods()`, or a method id of the packs. Raises ShidaiError for an unknown id.
    """
    held = _find(named, age)
    wanted = methods().values() if method is None else _methods_named(method)
    return tuple(_advise(one, held) for one in wanted)


def ask(named: Iterable[str], *, age: int | None = None) -> tuple[Question, ...]:
    """What is unknown of these conditions and changes a category."""
    questions = [Question(parts[0].family, parts) for parts in _find(named, age) if len(parts) > 1]
    if age is None:
        questions.append(Question("age", tuple(one for one in conditions().values() if one.family == "age")))
    return tuple(questions)


def _find(named: Iterable[str], age: int | None) -> list[tuple[Condition, ...]]:
    """For each condition the rows that it may be; several where only its family is named."""
    table, wanted = conditions(), list(dict.fromkeys(name.strip() for name in named if name.strip()))
    if age is not None:
        if not 8 <= age <= 70:
            raise ShidaiError(
                problem(
                    "age",
                    zh=f"年龄{age}岁不在这些标准的范围内。",
                    en=f"The criteria say nothing on the age of {age}.",
                    mend_zh="请填写8至70之间的周岁。",
                    mend_en="Give completed years from 8 to 70.",
                )
            )
        wanted.append("age")
    found = []
    for name in wanted:
        rows = [table[name]] if name in table else [one for one in table.values() if one.family == name]
        if not rows:
            raise _unknown("conditions", name, [*table, *dict.fromkeys(one.family for one in table.values())])
        fitting = tuple(one for one in rows if age is None or one.ages[0] <= age <= one.ages[1])
        found.append(fitting or tuple(rows))
    return found


def _advise(method: Method, held: list[tuple[Condition, ...]]) -> Advice:
    reasons, parts = [], []
    for rows in held:
        told = [Reason(row, row.pairs[method.column], len(rows) == 1) for row in rows if method.column in row.pairs]
        if not told:
            continue
        reasons += told
        if len(told) < len(rows):  # a part on which the table is silent restricts nothing
            parts.append([*(one.pair for one in told), Pair(Category(1, 1), Category(1, 1))])
        else:
            parts.append([one.pair for one in told])
    needless = any(len(pairs) == 1 and pairs[0].initiation is None for pairs in parts)
    grave = sorted(reasons, key=lambda one: (*_weight(one.pair), one.certain), reverse=True)
    if needless:
        return Advice(method, None, None, tuple(grave))
    start, stay = (_highest([[_side(pair, side) for pair in pairs] for pairs in parts]) for side in (0, 1))
    return Advice(method, start, stay, tuple(grave))


def _side(pair: Pair, side: int) -> Category:
    """A part in which the method isn't needed restricts nothing."""
    return (pair.initiation, pair.continuation)[side] or Category(1, 1)


def _highest(parts: list[list[Category]]) -> Category:
    """Of several conditions the highest; of what a condition may be, the range."""
    most = max((max(one.most for one in part) for part in parts), default=1)
    least = max((min(one.least for one in part) for part in parts), default=1)
    return Category(most, least)


def _weight(pair: Pair) -> tuple[int, int]:
    """The graver side first, then both together."""
    if pair.initiation is None or pair.continuation is None:
        return 5, 5
    return max(pair.initiation.most, pair.continuation.most), pair.initiation.most + pair.continuation.most


def _methods_named(name: str) -> list[Method]:
    found = [one for one in methods().values() if name == one.id or name in one.pack]
    if not found:
        packs = [id_ for one in methods().values() for id_ in one.pack]
        raise _unknown("method", name, [*methods(), *dict.fromkeys(packs)])
    return found


def _unknown(where: str, name: str, known: list[str]) -> ShidaiError:
    near = difflib.get_close_matches(name, known, n=3) or known[:5]
    return ShidaiError(
        problem(
            where,
            zh=f"没有“{name}”。",
            en=f"There is no '{name}'.",
            mend_zh=f"是不是想写：{'、'.join(near)}？用 --list 查看全部。",
            mend_en=f"Did you mean {', '.join(near)}? --list shows all.",
        )
    )


def _read(row: dict[str, str], columns: tuple[str, ...]) -> Condition:
    first, _, last = row["ages"].partition("-")
    us = row["us_mec_2024"].split() if row["us_mec_2024"] != "-" else []
    compared = dict(zip(US_COLUMNS, us, strict=True)) if us else {}
    return Condition(
        row["id"],
        row["group"],
        Text(zh=row["zh"], en=row["en"]),
        (int(first), int(last)) if first else (0, 200),
        {column: _pair(row[column]) for column in columns if row[column]},
        {column: _pair(text) for column, text in compared.items() if text != "-"},
        Text(zh=row["note_zh"], en=row["note_en"]),
    )


def _pair(text: str) -> Pair:
    """'2', '2/3' (starting / going on), '3-4' (by severity), 'n' (not needed)."""
    if text == "n":
        return Pair(None, None)
    start, _, stay = text.partition("/")
    return Pair(_category(start), _category(stay or start))


def _category(text: str) -> Category:
    found = _CATEGORY.fullmatch(text)
    if found is None:
        raise ValueError(f"not a category: {text!r}")
    return Category(int(found[2] or found[1]), int(found[1]))


def _shown(pair: Pair) -> str:
    if pair.initiation is None:
        return "n"
    return str(pair.initiation) if pair.initiation == pair.continuation else f"{pair.initiation}/{pair.continuation}"
