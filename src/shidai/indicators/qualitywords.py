"""What a finding on data quality says in words: the measure's name, what its value means, and what to do."""

from __future__ import annotations

from shidai.packs.schema.quality import Measure, Quality, Threshold, Verdict
from shidai.words import Text

NAMES: dict[Measure, Text] = {
    "whipple": Text(zh="惠普尔指数", en="Whipple's index"),
    "myers": Text(zh="迈尔斯指数", en="Myers's index"),
    "age_sex_accuracy": Text(zh="年龄性别准确指数", en="Age-sex accuracy"),
    "birthdays": Text(zh="生日偏好", en="Birthdays"),
    "unknown_dates": Text(zh="出生日期不详", en="Unknown dates"),
    "sex_ratio_at_birth": Text(zh="出生性别比", en="Sex ratio at birth"),
    "births_against_children": Text(zh="出生与儿童数之比", en="Births / children"),
    "births_in_time": Text(zh="出生按时登记", en="Births in time"),
    "deaths_in_time": Text(zh="死亡按时登记", en="Deaths in time"),
    "close_births": Text(zh="间隔过近的出生", en="Births too close"),
    "repeated_births": Text(zh="重复的出生", en="Repeated births"),
}
METHODS: dict[Measure, Text] = {
    "whipple": Text(
        zh="23至62岁的人中，年龄以0和5结尾的所占比重：100为没有偏好，500为全是0和5。",
        en="Ages ending in 0 and 5 among those aged 23 to 62: 100 none preferred, 500 no others.",
    ),
    "myers": Text(
        zh="须改报年龄尾数才能均匀的人所占百分比。",
        en="Share of people, in %, who would have to state another last digit of age.",
    ),
    "age_sex_accuracy": Text(
        zh="联合国的指数：五岁组的年龄比和性别比有多不规则。",
        en="The UN's index of irregular age and sex ratios of five-year groups.",
    ),
    "birthdays": Text(
        zh="须移动的生日所占百分比，移动后与日历一样均匀。",
        en="Share of birthdays, in %, that would have to move to be as even over the month as the calendar.",
    ),
    "unknown_dates": Text(
        zh="出生日期没有准确到日的人所占百分比。",
        en="People, in %, whose date of birth is not known to the day.",
    ),
    "sex_ratio_at_birth": Text(zh="当年出生的男婴与每百名女婴之比。", en="Boys per 100 girls born in the year."),
    "births_against_children": Text(
        zh="五年登记的出生，除以现有儿童推算的出生：加上死亡的，除去有记录的迁移。",
        en="Births registered in five years / births that the children there imply: those who died added, recorded "
        "moves taken out.",
    ),
    "births_in_time": Text(
        zh="当年出生中，在期限内录入的百分比；没有录入日期的不计。",
        en="Births of the year, in %, entered within the pack's days; those without a day of entry are left out.",
    ),
    "deaths_in_time": Text(
        zh="当年死亡中，在期限内录入的百分比；没有录入日期的不计。",
        en="Deaths of the year, in %, entered within the pack's days; those without a day of entry are left out.",
    ),
    "close_births": Text(
        zh="距同一母亲上一次分娩不足规定天数的出生所占百分比。",
        en="Births, in %, fewer than the pack's days after the mother's previous delivery.",
    ),
    "repeated_births": Text(
        zh="母亲、日期、性别、孩次与另一条都相同的出生所占百分比。",
        en="Births, in %, equal to another in mother, day, sex and order.",
    ),
}
VERDICTS: dict[Verdict, Text] = {
    "good": Text(zh="良好", en="good"),
    "look": Text(zh="须核对", en="look"),
    "poor": Text(zh="差", en="poor"),
    "unknown": Text(zh="无法评价", en="no verdict"),
}
NO_DATA = Text(zh="记录里没有可供计算的数据。", en="The records have nothing to measure here.")
_GOOD = Text(zh="{name}：{value}，在界限以内。", en="{name}: {value}, within the limits.")
_FEW = Text(
    zh="{name}：{value}，但只有{n}例；少于{least}例不作评价。",
    en="{name}: {value}, but of {n} only; below {least} there is no verdict.",
)
_UNJUDGED = Text(zh="{name}：{value}；本政策包没有规定界限。", en="{name}: {value}; the pack has no limits for it.")
_HIGH: dict[Measure, Text] = {
    "whipple": Text(
        zh="年龄以0和5结尾的人偏多（惠普尔指数{value}，界限{limit}）：有些人的出生日期像是按整岁倒推的，请核对出生日期的来源。",
        en="Too many ages end in 0 and 5 (Whipple's index {value}, limit {limit}): some dates of birth look worked "
        "back from rounded ages. Check where they come from.",
    ),
    "myers": Text(
        zh="年龄尾数不均匀（迈尔斯指数{value}%，界限{limit}%）：请看是哪个尾数偏多；真实的出生高峰和低谷也会有此表现。",
        en="The last digits of ages are uneven (Myers's index {value} %, limit {limit} %): see which digit stands out; "
        "real swings of births show here too.",
    ),
    "age_sex_accuracy": Text(
        zh="各年龄组的人数和性别比起伏大（准确指数{value}，界限{limit}）：请核对年龄登记；出生曾大起大落、流动人口集中的地区可能确实如此。",
        en="Age groups and their sex ratios are irregular (index {value}, limit {limit}): check ages; where births "
        "swung or many migrants live it may be real.",
    ),
    "birthdays": Text(
        zh="生日集中在某些日子（{value}%须移动，界限{limit}%）：常见的是把不详的日子记作1日或15日，请改记为只知年月。",
        en="Birthdays crowd on some days of the month ({value} % would have to move, limit {limit} %): often an "
        "unknown day was entered as the 1st or 15th. Record what is known, not a made-up day.",
    ),
    "unknown_dates": Text(
        zh="{value}%的人出生日期不完整（界限{limit}%）：请在下次走访时补全。",
        en="{value} % of people have an incomplete date of birth (limit {limit} %): complete them at the next visits.",
    ),
    "sex_ratio_at_birth": Text(
        zh="出生性别比{value}，整个置信区间高于{limit}：可能漏登了女婴，也可能确实如此；请先核对登记，数字本身说明不了原因。",
        en="The sex ratio at birth is {value}, its whole interval above {limit}: girls may not have been registered, "
        "or it is real. Check the registration first; the figure doesn't tell the cause.",
    ),
    "births_against_children": Text(
        zh="登记的出生是现有儿童所推算的{value}倍（界限{limit}）：儿童可能漏登，或迁出而没有记录，请核对儿童的户口和迁移。",
        en="Registered births are {value} times what the children there imply (limit {limit}): children may be missing "
        "from the register, or have moved out without a record. Check both.",
    ),
    "close_births": Text(
        zh="有{value}%的出生距同一母亲上一次分娩不足{close}天：可能是一个孩子登记了两次，请用 shidai duplicates 查找；"
        "早产的核对后保留。",
        en="{value} % of births follow the same mother's previous delivery by less than {close} days: perhaps one "
        "child entered twice. Look for them with shidai duplicates; a preterm birth that is right stays.",
    ),
    "repeated_births": Text(
        zh="有{value}%的出生与另一条完全相同：请用 shidai duplicates 查找并合并。",
        en="{value} % of births equal another: look for them with shidai duplicates and merge them.",
    ),
}
_LOW: dict[Measure, Text] = {
    "sex_ratio_at_birth": Text(
        zh="出生性别比{value}，整个置信区间低于{limit}：可能漏登了男婴，也可能确实如此；请先核对登记。",
        en="The sex ratio at birth is {value}, its whole interval below {limit}: boys may not have been registered, "
        "or it is real. Check the registration first.",
    ),
    "births_against_children": Text(
        zh="登记的出生只有现有儿童所推算的{value}倍（界限{limit}）：可能漏登了出生，或有儿童迁入而没有记录，请核对没有出生记录的儿童。",
        en="Registered births are only {value} times what the children there imply (limit {limit}): births may be "
        "missing, or children came without a recorded move. Check the children without a birth record.",
    ),
    "births_in_time": Text(
        zh="只有{value}%的出生在{days}天内登记（界限{limit}%）：请改进医院与社区的报告。",
        en="Only {value} % of births were entered within {days} days (limit {limit} %): mend the reports from "
        "hospitals and communities.",
    ),
    "deaths_in_time": Text(
        zh="只有{value}%的死亡在{days}天内登记（界限{limit}%）：请改进医院、殡葬单位与社区的报告。",
        en="Only {value} % of deaths were entered within {days} days (limit {limit} %): mend the reports from "
        "hospitals, undertakers and communities.",
    ),
}


HIDDEN_REASON = Text(
    zh="{name}：依据的数字过小，数值不公开；有权查阅记录者可见。",
    en="{name}: it rests on a small number; its figures are for those who may read the records.",
)
_LIMITS = (
    ("look_above", Text(zh="高于{limit}须核对", en="above {limit}: look")),
    ("poor_above", Text(zh="高于{limit}为差", en="above {limit}: poor")),
    ("look_below", Text(zh="低于{limit}须核对", en="below {limit}: look")),
    ("poor_below", Text(zh="低于{limit}为差", en="below {limit}: poor")),
)
_NO_LIMITS = Text(zh="没有规定界限，只显示数值。", en="No limits are set: it is shown without a verdict.")


def say_limits(threshold: Threshold | None) -> Text:
    """A measure's limits in a line."""
    if threshold is None:
        return _NO_LIMITS
    given = [(words, getattr(threshold, name)) for name, words in _LIMITS if getattr(threshold, name) is not None]
    said = [words.filled(limit=f"{limit:g}") for words, limit in given]
    if threshold.least:
        said.append(Text(zh="少于{n}例不评", en="no verdict on fewer than {n}").filled(n=f"{threshold.least:,}"))
    return Text(zh="；".join(each.zh for each in said), en="; ".join(each.en for each in said))


def show_value(measure: Measure, value: float) -> str:
    """A value with the digits that it deserves."""
    digits = {"births_against_children": 3, "sex_ratio_at_birth": 1, "whipple": 1, "age_sex_accuracy": 1}.get(
        measure, 2
    )
    return f"{value:.{digits}f}"


def reason_of(
    measure: Measure, verdict: Verdict, value: float, n: int, threshold: Threshold | None, rules: Quality
) -> Text:
    """The verdict's reason, with what to do where something is to be done."""
    shown = {"name": NAMES[measure], "value": show_value(measure, value), "n": f"{n:,}"}
    if threshold is None:
        return _UNJUDGED.filled(**shown)
    if verdict == "unknown":
        return _FEW.filled(**shown, least=f"{threshold.least:,}")
    if verdict == "good":
        return _GOOD.filled(**shown)
    above = threshold.poor_above if verdict == "poor" else threshold.look_above
    below = threshold.poor_below if verdict == "poor" else threshold.look_below
    high = above is not None and value > above
    limit = above if high else below
    texts = _HIGH if high else _LOW
    return texts[measure].filled(
        **shown, limit=f"{limit:g}", days=rules.registration_days, close=rules.close_birth_days
    )
