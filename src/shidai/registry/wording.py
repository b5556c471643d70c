"""The register's words for pages: sexes, relations, reasons, dates, events."""

from __future__ import annotations

from datetime import date

from shidai.core.language import current_language
from shidai.words import Text, say_day

SEX = {1: Text(zh="男", en="male"), 2: Text(zh="女", en="female"), 9: Text(zh="未说明", en="not stated")}
RELATION = {
    "mother": Text(zh="母亲", en="mother"),
    "father": Text(zh="父亲", en="father"),
    "wife": Text(zh="妻子", en="wife"),
    "husband": Text(zh="丈夫", en="husband"),
    "former_wife": Text(zh="前妻或亡妻", en="former or late wife"),
    "former_husband": Text(zh="前夫或亡夫", en="former or late husband"),
    "sibling": Text(zh="兄弟姐妹", en="brother or sister"),
    "son": Text(zh="儿子", en="son"),
    "daughter": Text(zh="女儿", en="daughter"),
    "child": Text(zh="子女", en="child"),
}
RESIDENCE = {"registered": Text(zh="户籍", en="registered"), "living": Text(zh="居住", en="lives")}
RESIDENCE_KIND = {
    "registered": Text(zh="户籍", en="registered residence"),
    "living": Text(zh="现居住", en="living residence"),
}
WHO = {
    "living": Text(zh="居住在此", en="Living here"),
    "registered": Text(zh="户籍在此", en="Registered here"),
    "left": Text(zh="已迁出", en="Moved away"),
    "dead": Text(zh="已故", en="Dead"),
}
MOVED_AWAY = Text(zh="已迁出：{when}离开{place}", en="Moved away from {place} on {when}")
ELSEWHERE = Text(zh="在其他地区", en="lives in another area")
REASON = {
    "birth": Text(zh="出生", en="birth"),
    "death": Text(zh="死亡", en="death"),
    "move": Text(zh="迁移", en="move"),
    "marriage": Text(zh="婚姻", en="marriage"),
    "work": Text(zh="务工", en="work"),
    "study": Text(zh="学习", en="study"),
    "return": Text(zh="返回", en="return"),
    "correction": Text(zh="更正", en="correction"),
    "boundary": Text(zh="区划调整", en="change of boundaries"),
    "other": Text(zh="其他", en="other"),
}
UNION_END = {
    "divorce": Text(zh="离婚", en="divorce"),
    "widowed": Text(zh="丧偶", en="widowed"),
    "other": Text(zh="其他", en="other"),
}
IDENTIFIER = {
    "resident": Text(zh="公民身份号码", en="resident number"),
    "passport": Text(zh="护照", en="passport"),
    "other": Text(zh="其他证件", en="other document"),
}
REGISTRATION = {"rural": Text(zh="农业", en="rural"), "urban": Text(zh="非农业", en="urban")}
DEED = {
    "person.birth_date": Text(zh="更正出生日期", en="corrected the date of birth"),
    "birth.withdraw": Text(zh="撤销出生登记", en="withdrew a birth"),
    "move.withdraw": Text(zh="撤销迁移", en="withdrew a move"),
    "death.withdraw": Text(zh="撤销死亡登记", en="withdrew the death"),
    "person.read": Text(zh="查看", en="read"),
    "person.register": Text(zh="登记", en="registered"),
    "person.import": Text(zh="导入", en="imported"),
    "birth.record": Text(zh="登记出生", en="recorded the birth"),
    "death.record": Text(zh="登记死亡", en="recorded the death"),
    "move.register": Text(zh="登记迁移", en="registered a move"),
    "union.start": Text(zh="登记结婚", en="registered a marriage"),
    "union.end": Text(zh="登记婚姻终止", en="registered the end of a marriage"),
    "duplicate.read": Text(zh="核对是否重复登记", en="compared with another record"),
    "duplicate.judge": Text(zh="判断是否重复登记", en="judged whether it stands here twice"),
    "duplicate.pass": Text(zh="请市里核对是否重复登记", en="asked the city whether it stands here twice"),
    "person.merge": Text(zh="合并档案", en="merged with another record"),
    "person.unmerge": Text(zh="撤销合并", en="undid a merge"),
}
MODEL = {
    "registry.Spell": Text(zh="居住", en="times of residence"),
    "registry.Union": Text(zh="婚姻", en="marriages"),
    "registry.Birth": Text(zh="出生登记", en="births"),
    "registry.Death": Text(zh="死亡登记", en="deaths"),
    "registry.Parentage": Text(zh="父母与子女", en="links to parents and children"),
    "registry.ContraceptiveUse": Text(zh="避孕", en="uses of contraception"),
    "registry.Household": Text(zh="家庭户（户主）", en="households as their head"),
    "registry.SourceRow": Text(zh="导入来源的编号", en="keys of import sources"),
    "registry.PendingLink": Text(zh="待补的亲属编号", en="relatives still to be imported"),
    "registry.Identifier": Text(zh="证件号码", en="identity numbers"),
    "registry.Name": Text(zh="其他姓名", en="other names"),
    "registry.Person": Text(zh="先前并入的档案", en="records merged before"),
    "registry.DuplicatePair": Text(zh="重复核对", en="comparisons with other records"),
    "registry.Merge": Text(zh="以前的合并", en="former merges"),
    "benefits.Claim": Text(zh="待遇申请", en="claims to benefits"),
}


def say_model(label: str) -> Text:
    """What kind of record a table holds; one of a room that this list doesn't know is called by its own name."""
    own = label.rpartition(".")[2]
    return MODEL.get(label) or Text(zh=f"“{own}”", en=f"'{own}'")


def say_date(day: date | None, precision: str = "day") -> str:
    """A date with as much as is known of it."""
    if day is None or precision == "none":
        return Text(zh="不详", en="unknown").said(current_language())
    english = current_language() == "en"
    if precision == "year":
        return str(day.year) if english else f"{day.year}年"
    if precision == "month":
        return f"{day:%b} {day.year}" if english else f"{day.year}年{day.month}月"
    return say_day(day).said(current_language())


def age_on(birth: date | None, day: date) -> int | None:
    """Completed years."""
    if birth is None:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
