"""The eligibility criteria as they are said at a visit: of the method she wishes, or of all of them in a few lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from shidai.advice.druginteractions import interactions
from shidai.advice.eligibility import Advice, Condition, Reason, advise, ask, methods
from shidai.advice.saying import Said, Spoken
from shidai.advice.tables import sources
from shidai.packs.schema.advice import CONDITION
from shidai.words import Text

_WEEKS_6, _WEEKS_4, _DAYS_21, _HALF_YEAR = timedelta(42), timedelta(28), timedelta(21), timedelta(183)
_LEAST_AGE, _MOST_AGE = 8, 70
_GROUPS = {
    1: Text(zh="可以使用：{names}。", en="Can be used: {names}."),
    2: Text(zh="一般可以使用，随访时多留意：{names}。", en="Generally can be used, with care: {names}."),
    3: Text(
        zh="通常不建议，除非没有更合适的方法：{names}。", en="Usually not advised unless nothing else suits: {names}."
    ),
    4: Text(zh="不应使用：{names}。", en="Shouldn't be used: {names}."),
    5: Text(zh="现在不需要：{names}。", en="Not needed now: {names}."),
}
_CATEGORY = {
    True: Text(zh="{n}类", en="category {n}"),
    False: Text(zh="开始{a}类，继续{b}类", en="start {a}, go on {b}"),
}
_CRITERIA = Text(zh="世卫组织《避孕方法选用的医学标准》第5版", en="WHO MEC, 5th edition")
_ASK_FEEDING = Text(
    zh="请问是否在哺乳，有无血栓风险（如既往血栓、剖宫产、产后出血、子痫前期）。",
    en="Ask whether she breastfeeds, and about a risk of thrombosis (an earlier one, caesarean, haemorrhage, "
    "pre-eclampsia).",
)
_ASK_WHICH = Text(zh="请问清：{choices}？", en="Ask which: {choices}?")
_UNJUDGED = Text(
    zh="没有列出、不作判断：{names}；请查说明书或问药师。",
    en="Not listed, so not judged: {names}. Look at the leaflet or ask a pharmacist.",
)


def speak_of_methods(known: Mapping[str, Any], on: date) -> Spoken:
    """What the criteria say of the wished method, or of all methods; nothing of a method that they don't judge."""
    method = known.get("method")
    if method is not None and not _judged(method):
        return Spoken()
    age = known.get("age")
    age = age if age is not None and _LEAST_AGE <= age <= _MOST_AGE else None
    named = list(_held(known, on))
    told = advise(named, age=age, method=method)
    asks = [_which(question.choices) for question in ask(named, age=age)]
    if _is_recent(known, on) and "breastfeeding" not in known:
        asks.append(_ASK_FEEDING)
    return Spoken(tuple(_each(told) if method is not None else _grouped(told)), tuple(asks))


def speak_of_drugs(known: Mapping[str, Any], on: date) -> Spoken:
    """What the medicines that she takes mean for methods; one that isn't listed is never called safe."""
    names = _split(known.get("named", ""))
    if not names:
        return Spoken()
    method = known.get("method")
    told = interactions(names, method=method if method is not None and _judged(method) else None)
    said = list(_grouped(told.methods)) if told.drugs else []
    unjudged = ", ".join(told.unjudged)
    own = sources()["own"]
    if unjudged:
        said.append(Said("drugs.unjudged", _UNJUDGED.filled(names=unjudged), None, own.title, own.check))
    return Spoken(tuple(said))


def _split(text: str) -> list[str]:
    for sign in "，、；;\n/+":
        text = text.replace(sign, ",")
    return [name.strip() for name in text.split(",") if name.strip()]


def _judged(method: str) -> bool:
    return any(method == one.id or method in one.pack for one in methods().values())


def _is_recent(known: Mapping[str, Any], on: date) -> bool:
    last = known.get("last_birth")
    return last is not None and timedelta(0) <= on - last < _HALF_YEAR


def _held(known: Mapping[str, Any], on: date) -> Iterator[str]:
    """Ids of the conditions that hold."""
    if "children" in known:
        yield "parity.parous" if known["children"] else "parity.nulliparous"
    yield from (name.removeprefix(CONDITION) for name, value in known.items() if name.startswith(CONDITION) and value)
    if _is_recent(known, on):
        yield from _after_birth(on - known["last_birth"], known.get("breastfeeding"))


def _after_birth(since: timedelta, breastfeeding: bool | None) -> Iterator[str]:
    """The rows of the months after a birth; without an answer on feeding only those of an IUD."""
    if breastfeeding:
        yield "breastfeeding.under_6_weeks" if since < _WEEKS_6 else "breastfeeding.6_weeks_to_6_months"
    elif breastfeeding is False:
        young, middle = since < _DAYS_21, since <= _WEEKS_6
        yield f"postpartum.{'under_21_days' if young else '21_to_42_days' if middle else 'over_42_days'}"
    if since >= timedelta(2):
        yield f"postpartum_iud.{'48_hours_to_4_weeks' if since < _WEEKS_4 else 'over_4_weeks'}"


def _which(choices: Sequence[Condition]) -> Text:
    titles = [one.title for one in choices]
    return _ASK_WHICH.filled(
        choices=Text(zh="，还是".join(one.zh for one in titles), en=", or ".join(one.en for one in titles))
    )


def _each(told: Iterable[Advice]) -> Iterator[Said]:
    """A line for each method of the one that she wishes."""
    for one in told:
        category = _category(one)
        words = Text(zh=f"{one.method.title.zh}：{category.zh}。", en=f"{one.method.title.en}: {category.en}.")
        yield _said(one.method.id, words, [one])


def _grouped(told: Iterable[Advice]) -> Iterator[Said]:
    """A line for each verdict, the freest first."""
    groups: defaultdict[int, list[Advice]] = defaultdict(list)
    for one in told:
        groups[5 if one.initiation is None else one.initiation.most].append(one)
    for verdict in sorted(groups):
        names = [one.method.title for one in groups[verdict]]
        listed = Text(zh="、".join(one.zh for one in names), en=", ".join(one.en for one in names))
        yield _said(str(verdict), _GROUPS[verdict].filled(names=listed), groups[verdict])


def _said(id_: str, words: Text, told: Iterable[Advice]) -> Said:
    """With the conditions that restrict these methods, and where WHO says it. The document itself wasn't at hand."""
    held = list({each.condition.id: each.condition for one in told for each in _weighty(one)}.values())
    sources = list(dict.fromkeys(one.source for one in held))
    source = _joined(sources, "；", "; ") or _CRITERIA
    return Said(f"eligibility.{id_}", words, _joined([_gist(one) for one in held], "；", "; "), source, "memory")


def _gist(one: Condition) -> Text:
    zh, en = one.note.zh.rstrip("。"), one.note.en.rstrip(".")
    return Text(zh=one.title.zh + (f"（{zh}）" if zh else ""), en=one.title.en + (f" ({en})" if en else ""))


def _joined(texts: Sequence[Text], zh: str, en: str) -> Text | None:
    return Text(zh=zh.join(one.zh for one in texts), en=en.join(one.en for one in texts)) if texts else None


def _category(one: Advice) -> Text:
    if one.initiation is None or one.continuation is None:
        return Text(zh="现在不需要", en="not needed now")
    same = one.initiation == one.continuation
    return _CATEGORY[same].filled(n=one.initiation, a=one.initiation, b=one.continuation)


def _weighty(one: Advice) -> list[Reason]:
    """The reasons that restrict a method, or say that it isn't needed."""
    return [
        each for each in one.reasons
        if each.pair.initiation is None or any(
            side is not None and side.most > 1 for side in (each.pair.initiation, each.pair.continuation)
        )
    ]  # fmt: skip
