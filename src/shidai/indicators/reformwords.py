"""The sentences of a simulation: what its figures rest on, and the names of its groups."""

from __future__ import annotations

from shidai.indicators.reform import Side, Simulation
from shidai.packs.schemewords import say_choice, say_version
from shidai.words import Text

EVERYBODY = Text(zh="全部", en="all")
SEXES = (("1", Text(zh="男", en="male")), ("2", Text(zh="女", en="female")), ("9", Text(zh="未说明", en="not stated")))
HOUSEHOLDS = (
    ("one", Text(zh="户内只有一人符合", en="the only one entitled in the household")),
    ("more", Text(zh="户内有两人或以上符合", en="one of several entitled in the household")),
    ("unknown", Text(zh="住户不详", en="household not known")),
)
BREAKDOWNS = {
    "all": EVERYBODY,
    "year": Text(zh="年份", en="year"),
    "age": Text(zh="年龄", en="age"),
    "sex": Text(zh="性别", en="sex"),
    "household": Text(zh="住户", en="household"),
    "county": Text(zh="县（市、区）", en="county"),
}
CHANGE_WORDS = {
    "gain": Text(zh="增加", en="gain"),
    "lose": Text(zh="减少", en="lose"),
    "same": Text(zh="不变", en="unchanged"),
}
SIDE_WORDS = {
    "a": Text(zh="方案甲", en="A"),
    "b": Text(zh="方案乙", en="B"),
    "difference": Text(zh="乙减甲", en="B − A"),
}


def age_group(first: int, width: int, oldest: int) -> tuple[str, Text]:
    """A group's key and name by its first age; a negative one: not known."""
    if first < 0:
        return "unknown", Text(zh="年龄不详", en="not known")
    label = f"{first}+" if first >= oldest else f"{first}–{first + width - 1}"
    return label, Text(zh=f"{label}岁", en=label)


def notes_of(simulation: Simulation, take_up: float, protected: bool) -> tuple[Text, ...]:
    """What the figures rest on, most important first."""
    share = f"{take_up * 100:g}"
    notes = [
        Text(
            zh=f"申领率假定为 {share}%：符合条件的人各自以此机会申领；应发金额按全部申领计。",
            en=f"Take-up is assumed to be {share}%: each one entitled applies with that chance; 'due' is if all do.",
        ),
        _carried(simulation),
        _intervals(simulation),
        Text(
            zh="点名的版本（包括草案）从第一年起每个应发日都适用；没有点名的，用当日生效的版本。",
            en="A named version, a draft too, holds in all years; without a name the one in force on the due day does.",
        ),
        Text(
            zh="本市户籍的计入户籍所在县（市、区），其余计入居住地；年内迁移的在各县分别计人，金额不重复。",
            en="People registered in the city count in their county of registration, others where they live; who moves "
            "within a year counts in both counties, with no money counted twice.",
        ),
        Text(
            zh="重叠只比较对象相同的方案（如个人与个人），看每年最后一个应发日。",
            en="Overlap is with schemes for the same kind of subject only, on the last due day of each year.",
        ),
    ]
    for side in simulation.sides:
        notes += _of_side(side)
    if protected:
        notes.append(
            Text(
                zh="过小的人数以及能推算出它们的数已隐去（“*”）；乙方案在变动人数过少处也隐去。",
                en="Small counts are hidden (*), others that would give them away too, and B where few gain or lose.",
            )
        )
    return tuple(dict.fromkeys(notes))


def _carried(simulation: Simulation) -> Text:
    cutoff, carried = simulation.cutoff, simulation.carried
    if not carried:
        return Text(zh=f"全部年份都有记录（截至 {cutoff}）。", en=f"All years lie in the records (up to {cutoff}).")
    return Text(
        zh=f"记录截至 {cutoff}；其后（{carried[0]} 至 {carried[-1]} 年）是同一批人逐年变老：无人死亡、出生或迁移，"
        "证明也不变，因此老年人的人数和金额偏高，儿童的偏低。",
        en=f"The records end on {cutoff}; after that ({carried[0]} to {carried[-1]}) the same people grow older: "
        "nobody dies or is born after the records end, nobody moves, and attested facts stay. So figures of old people "
        "are too high and of children too low.",
    )


def _intervals(simulation: Simulation) -> Text:
    events = any(one.version.amount.per == "event" for side in simulation.sides for one in side.versions)
    if events:
        return Text(
            zh="区间（95%）：事件数按泊松分布、以申领率抽稀，金额加权和用 Fay-Feuer 伽马区间；"
            "差额的方差为 p·Σ(乙−甲)²。不含人口推算的误差。",
            en="Intervals (95%): events are Poisson, thinned by the take-up p; gamma interval of Fay and Feuer for "
            "amounts times counts; of the difference, variance p·Σ(b − a)². The error of carrying people forward isn't "
            "in them.",
        )
    return Text(
        zh="区间（95%）：各人是否申领互不相关（二项），方差 p(1−p)·Σ金额²，正态近似；差额用 Σ(乙−甲)²。"
        "不含人口推算的误差。",
        en="Intervals (95%): each applies or not by himself (binomial): variance p(1 − p)·Σ amount², normal; of the "
        "difference Σ(b − a)². The error of carrying people forward isn't in them.",
    )


def chosen(side: Side) -> Text:
    """A side in words: its scheme, and the version and numbers that were chosen."""
    return say_choice(side.scheme, side.choice.version, side.choice.values)


def _of_side(side: Side) -> list[Text]:
    notes = []
    text = chosen(side)
    for rules in side.versions:
        version = rules.version
        if version.amount.per == "event":
            notes.append(
                Text(
                    zh=f"{text.zh}：一次性发放：第一年计入所有已符合条件的人，以后各年只计新符合的人。",
                    en=f"{text.en}: paid once: the first year has all who meet the conditions, "
                    "later years who newly do.",
                )
            )
        if version.amount.granted:
            notes.append(
                Text(
                    zh=f"{text.zh}：金额由审批人核定，这里按最高限额计，是上限。",
                    en=f"{text.en}: the amount is granted case by case; here it is the limit, so costs are the most.",
                )
            )
        if version.note is not None and (version.status == "draft" or not version.confirmed):
            title, said = side.scheme.title.text, say_version(side.scheme, version)
            notes.append(
                Text(
                    zh=f"{title.zh}（{said.zh}）：{version.note.zh}",
                    en=f"{title.en} ({said.en}): {version.note.en}",
                )
            )
    return notes
