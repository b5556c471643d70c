"""Measures and breakdowns in words."""

from __future__ import annotations

from shidai.packs.schema.indicator import WITH_KIND, Term
from shidai.words import Text

MEASURES = {
    "population": Text(zh="期末人口", en="population at the end"),
    "mean_population": Text(zh="平均人口", en="mean population"),
    "person_years": Text(zh="人年数", en="person-years"),
    "births": Text(zh="出生", en="births"),
    "deaths": Text(zh="死亡", en="deaths"),
    "moves_in": Text(zh="迁入", en="moves in"),
    "moves_out": Text(zh="迁出", en="moves out"),
    "households": Text(zh="家庭户", en="households"),
    "migrants": Text(zh="流动人口", en="migrants"),
    "women_in_union": Text(zh="在婚妇女", en="women in union"),
    "users_any": Text(zh="使用避孕方法者", en="users of any method"),
    "users_modern": Text(zh="使用现代避孕方法者", en="users of a modern method"),
    "union_years": Text(zh="在婚妇女人年数", en="years lived in union"),
    "user_years_any": Text(zh="使用避孕方法的人年数", en="years of use of any method"),
    "user_years_modern": Text(zh="使用现代方法的人年数", en="years of use of a modern method"),
    "benefit_recipients": Text(zh="领取者", en="recipients"),
    "benefit_paid": Text(zh="到账金额（分）", en="money that arrived (fen)"),
    "benefit_claims": Text(zh="申请", en="claims"),
    "programme_offered": Text(zh="应邀对象", en="persons who were offered it"),
    "programme_reached": Text(zh="已接受服务者", en="persons who had the first step"),
    "programme_visits": Text(zh="服务人次", en="visits"),
    "programme_ripe": Text(zh="到期的后续服务", en="follow-up whose time has run out"),
    "programme_in_time": Text(zh="按时完成的后续服务", en="follow-up done in time"),
    "programme_lost": Text(zh="未按时完成的后续服务", en="follow-up not done in time"),
    "programme_sessions": Text(zh="集体活动场次", en="sessions held for groups"),
    "programme_attendances": Text(zh="集体活动参加人次", en="person-times that came to sessions"),
    "handouts": Text(zh="发放次数", en="hand-outs"),
    "takers": Text(zh="领取人数", en="people who were handed something"),
    "units_dispensed": Text(zh="发放数量", en="units handed out"),
    "couple_years": Text(zh="夫妇保护年", en="couple-years of protection"),
    "acceptors": Text(zh="开始使用者", en="women who began the method"),
    "begun_a_year_ago": Text(zh="一年前开始使用者", en="women who began the method a year before"),
    "continuers": Text(zh="满一年仍在使用者", en="women who still use it after a year"),
    "sites": Text(zh="站点", en="sites"),
    "activities": Text(zh="举办场次", en="sessions held"),
    "attendances": Text(zh="到场人次", en="person-times attended"),
    "pilots": Text(zh="试点单位", en="pilot stations"),
    "pilots_signed": Text(zh="通过验收的试点单位", en="pilot stations signed off"),
}
RESIDENCES = {"registered": Text(zh="户籍", en="registered"), "living": Text(zh="现居住", en="living here")}
SEXES = {
    "1": Text(zh="男", en="male"),
    "2": Text(zh="女", en="female"),
    "9": Text(zh="性别不详", en="sex not stated"),
}
OPEN_AGE = 100  # the record tables' last class of age
SIGNS = {1: Text(zh="＋", en="+"), -1: Text(zh="－", en="−")}


def name_term(term: Term) -> Text:
    """'户籍出生，女，15–49岁'."""
    if term.scheme is not None or term.programme is not None or term.measure in WITH_KIND:
        plain = MEASURES[term.measure]
        return plain if term.sign == 1 else Text(zh=f" － {plain.zh}", en=f"− {plain.en}")
    parts = [Text(zh="{r}{m}", en="{m}, {r}").filled(r=RESIDENCES[term.residence], m=MEASURES[term.measure])]
    if term.sex is not None:
        parts.append(SEXES[str(term.sex)])
    if term.age_from is not None or term.age_to is not None:
        parts.append(_ages(term.age_from or 0, term.age_to))
    if term.order is not None:
        parts.append(_order(str(term.order)))
    joined = Text(zh="，".join(p.zh for p in parts), en=", ".join(p.en for p in parts))
    return joined if term.sign == 1 else Text(zh=f" － {joined.zh}", en=f"− {joined.en}")


def _ages(first: int, last: int | None) -> Text:
    if last is None or last >= OPEN_AGE:
        return Text(zh=f"{first}岁及以上", en=f"aged {first} and over")
    return Text(zh=f"{first}–{last}岁", en=f"aged {first}–{last}")


def _order(order: str) -> Text:
    if order == "9":
        return Text(zh="孩次不详", en="order unknown")
    more = order == "5"
    return Text(zh=f"{order}孩{'及以上' if more else ''}", en=f"order {order}{' and over' if more else ''}")


def name_breakdown(breakdown: str) -> Text:
    """'sex=2;age5=20' as '女，20–24岁'."""
    parts = [_name_class(*part.split("=")) for part in breakdown.split(";")]
    return Text(zh="，".join(p.zh for p in parts), en=", ".join(p.en for p in parts))


def name_ages(first: int) -> str:
    """Five years of age as '20–24', the last '100+': what stands beside a chart's bars in either language."""
    return f"{first}+" if first >= OPEN_AGE else f"{first}–{first + 4}"


def _name_class(dimension: str, value: str) -> Text:
    if dimension == "sex":
        return SEXES.get(value, Text(zh=value, en=value))
    if dimension == "order":
        return _order(value)
    if not value.isdigit():
        return Text(zh="年龄不详", en="age unknown")
    first = int(value)
    if dimension == "age5":
        return _ages(first, None if first >= OPEN_AGE else first + 4)
    return Text(zh=f"{first}岁", en=f"aged {first}")
