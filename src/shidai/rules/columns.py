"""The facts that conditions may use: what the register knows of a subject on a day, and what somebody attested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from shidai.packs.schema.scheme import AttestedFact, Subject
from shidai.words import Text

Type = Literal["bool", "int", "day", "text"]


@dataclass(frozen=True, slots=True)
class FactColumn:
    """One fact: its type, and its meaning in both languages. `known`: it is never unknown."""

    id: str
    type: Type
    title: Text
    meaning: Text
    known: bool = False
    attested: bool = False


Columns = Mapping[str, FactColumn]


def _fact(
    id_: str, type_: Type, titles: tuple[str, str], meanings: tuple[str, str], *, known: bool = False
) -> FactColumn:
    return FactColumn(id_, type_, Text(zh=titles[0], en=titles[1]), Text(zh=meanings[0], en=meanings[1]), known)


_PERSON = (
    _fact(
        "birth_date",
        "day",
        ("出生日期", "date of birth"),
        (
            "只知年月或只知年的，按可能的最早、最晚日期比较",
            "half-known dates are compared by the first and the last day they may be",
        ),
    ),
    _fact(
        "age",
        "int",
        ("周岁", "age"),
        (
            "当日已满的周岁；2 月 29 日出生的，平年 3 月 1 日满岁；出生日期不全而周岁不能确定的为不详",
            "completed years on the day; those born on 29 February: on 1 March; unknown if the birth leaves it open",
        ),
    ),
    _fact(
        "months_old",
        "int",
        ("出生后的历月数", "calendar months since birth"),
        (
            "当月与出生月相差的月数：出生当月为 0；只知出生年的不详",
            "months between the month of birth and the day's month, 0 in the former; unknown if only a year is known",
        ),
    ),
    _fact(
        "sex",
        "int",
        ("性别", "sex"),
        ("1 男，2 女，9 未说明（GB/T 2261.1）", "1 male, 2 female, 9 not stated (GB/T 2261.1)"),
        known=True,
    ),
    _fact("alive", "bool", ("健在", "alive"), ("当日未登记死亡", "no death recorded up to the day"), known=True),
    _fact(
        "registration",
        "text",
        ("户口性质", "kind of registration"),
        ("rural 农业，urban 非农业；城乡统一登记后不详", "rural or urban; unknown after registration was unified"),
    ),
    _fact(
        "registered_area",
        "text",
        ("户籍地", "registered area"),
        (
            "当日户籍所在村（社区）的代码；外来人员为其原籍代码",
            "code of the village of registration on the day; of a migrant the code outside the city",
        ),
    ),
    _fact(
        "living_area",
        "text",
        ("现居住地", "area lived in"),
        ("当日现居住村（社区）的代码", "code of the village lived in on the day"),
    ),
    _fact(
        "registered_here",
        "bool",
        ("本市户籍", "registered in the city"),
        ("当日户籍在本市", "registered in the city on the day"),
        known=True,
    ),
    _fact(
        "lives_here",
        "bool",
        ("在本市居住", "lives in the city"),
        ("当日居住在本市", "lives in the city on the day"),
        known=True,
    ),
    _fact(
        "children_ever",
        "int",
        ("生育子女数", "children ever"),
        ("登记册上本人的子女，含已故的", "the person's own children on the register, the dead among them"),
        known=True,
    ),
    _fact(
        "surviving_children",
        "int",
        ("现有子女数", "surviving children"),
        ("当日健在的子女", "children alive on the day"),
        known=True,
    ),
    _fact(
        "surviving_sons",
        "int",
        ("现有儿子数", "surviving sons"),
        ("当日健在的儿子", "sons alive on the day"),
        known=True,
    ),
    _fact(
        "surviving_daughters",
        "int",
        ("现有女儿数", "surviving daughters"),
        ("当日健在的女儿", "daughters alive on the day"),
        known=True,
    ),
    _fact(
        "dead_children",
        "int",
        ("已故子女数", "children who died"),
        ("当日已故的子女", "children dead on the day"),
        known=True,
    ),
    _fact(
        "youngest_months",
        "int",
        ("最小子女的月龄", "months of the youngest child"),
        (
            "最小健在子女出生后的历月数；没有时不详",
            "calendar months since the birth of the youngest surviving child; unknown without one",
        ),
    ),
    _fact("in_union", "bool", ("在婚", "in union"), ("当日有配偶", "in a union on the day"), known=True),
    _fact(
        "spouse_age",
        "int",
        ("配偶周岁", "spouse's age"),
        ("配偶当日已满的周岁；无配偶时不详", "the spouse's completed years on the day; unknown without one"),
    ),
    _fact(
        "spouse_registration",
        "text",
        ("配偶户口性质", "spouse's registration"),
        ("配偶的户口性质；无配偶时不详", "the spouse's kind of registration; unknown without one"),
    ),
    _fact(
        "birth_order",
        "int",
        ("孩次", "birth order"),
        ("本人是母亲的第几个孩子；不详时为空", "the person's own order among the mother's births, where recorded"),
    ),
)
_HOUSEHOLD = (
    _fact("area", "text", ("所在村", "area"), ("该户所在村（社区）的代码", "code of the household's village")),
    _fact(
        "members",
        "int",
        ("现有人口", "members"),
        ("当日居住在该户的人数", "people who live in the household on the day"),
        known=True,
    ),
    _fact(
        "members_under_18",
        "int",
        ("未成年人", "members under 18"),
        ("其中未满 18 周岁的", "of them, younger than 18"),
        known=True,
    ),
    _fact(
        "members_60_or_older",
        "int",
        ("老年人", "members aged 60 or more"),
        ("其中年满 60 周岁的", "of them, aged 60 or more"),
        known=True,
    ),
)
_VILLAGE = (
    _fact("area", "text", ("代码", "code"), ("村（社区）的代码", "the village's code"), known=True),
    _fact(
        "residents",
        "int",
        ("常住人口", "residents"),
        ("当日居住的人数", "people who live there on the day"),
        known=True,
    ),
    _fact(
        "urban", "bool", ("城镇", "urban"), ("按政策包的分类属城镇", "urban by the pack's classification"), known=True
    ),
)
COLUMNS: Mapping[Subject, Columns] = {
    "person": {one.id: one for one in _PERSON},
    "household": {one.id: one for one in _HOUSEHOLD},
    "village": {one.id: one for one in _VILLAGE},
}


def columns_for(subject: Subject, attested: Iterable[AttestedFact] = ()) -> Columns:
    """The columns that a scheme for such subjects may use: the register's and the pack's attested ones."""
    own = (fact for fact in attested if fact.subject == subject)
    more = {one.id: FactColumn(one.id, one.type, one.title.text, one.meaning.text, attested=True) for one in own}
    return {**COLUMNS[subject], **more}
