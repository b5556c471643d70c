"""Advice by topic: from what is known of somebody to what is said, why, by which source, and what is still to be asked.

A programme's step names its topics and the facts that it feeds (`shidai.packs.schema.advice`). A topic whose deciding
fact isn't known says nothing, or asks for it. Nothing here blocks: a number that can't be becomes a question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from shidai.advice import choosing
from shidai.advice.duedate import Scan, date_pregnancy
from shidai.advice.edinburgh import hint_at_mood
from shidai.advice.eligibility import VERSION
from shidai.advice.emergency import body_mass_index, emergency_options
from shidai.advice.latedoses import late_progestogen_pill, missed_combined_pills, next_injection
from shidai.advice.pregnancyrisks import factors, glucose, preeclampsia, rhd
from shidai.advice.saying import Said, Spoken, ask_for, say_tips
from shidai.advice.tables import read_text, sources
from shidai.packs.schema.advice import Topic
from shidai.words import ShidaiError, Text

Known = Mapping[str, Any]
TITLES: dict[Topic, Text] = {
    "eligibility": Text(zh="避孕方法的医学适用", en="Medical eligibility for methods"),
    "drugs": Text(zh="药物与避孕方法", en="Medicines and methods"),
    "missed-pills": Text(zh="漏服复方口服避孕药", en="Combined pills missed"),
    "late-pill": Text(zh="单纯孕激素药晚服", en="Progestogen-only pill late"),
    "next-injection": Text(zh="下一次避孕针", en="The next injection"),
    "emergency": Text(zh="紧急避孕", en="Emergency contraception"),
    "due-date": Text(zh="孕周和预产期", en="Gestation and due date"),
    "pre-eclampsia": Text(zh="子痫前期风险", en="Risk of pre-eclampsia"),
    "glucose": Text(zh="孕期血糖", en="Glucose in pregnancy"),
    "rhd": Text(zh="RhD血型", en="RhD"),
    "mood": Text(zh="爱丁堡产后抑郁量表", en="Edinburgh postnatal depression scale"),
}
_TABLES: dict[Topic, tuple[str, ...]] = {
    "eligibility": ("who-mec-2015.csv", "methods.csv"),
    "drugs": ("who-mec-2015.csv", "methods.csv", "drugs.csv"),
    "pre-eclampsia": ("tips.csv", "thresholds.csv", "sources.csv", "preeclampsia.csv"),
}
_OTHERS = ("tips.csv", "thresholds.csv", "sources.csv")
_DATED = Text(zh="预产期 {due}；{on} 为孕{weeks}周加{days}天。", en="Due {due}; on {on} {weeks} weeks and {days} days.")
_BY = {
    "period": Text(zh="按末次月经第一天推算", en="by the first day of the last period"),
    "scan": Text(zh="按超声头臀长推算", en="by the crown-rump length of the scan"),
}
_APART = Text(zh="，超声与末次月经相差{n}天", en="; scan and period differ by {n} days")
_TOTAL = Text(zh="总分{n}", en="sum {n}")


@dataclass(frozen=True, slots=True)
class Counsel:
    """What one topic says of somebody on a day. `version`: of the tables it rests on; `facts`: those that are known."""

    topic: Topic
    title: Text
    version: str
    facts: dict[str, Any]
    said: tuple[Said, ...]
    asks: tuple[Text, ...]


def consult(topic: Topic, facts: Known, on: date) -> Counsel | None:
    """What a topic says on a day; None where it says and asks nothing. A fact that isn't given or None is unknown.

    Facts and their units: `shidai.packs.schema.advice.TOPICS`.
    """
    known = {name: value for name, value in facts.items() if value is not None}
    try:
        spoken = _SPEAK[topic](known, on)
    except ShidaiError as error:
        spoken = Spoken((), tuple(Text(zh=one.what.zh + one.mend.zh, en=f"{one.what.en} {one.mend.en}".strip())
                                  for one in error.problems))  # fmt: skip
    if not spoken.said and not spoken.asks:
        return None
    return Counsel(topic, TITLES[topic], version_of(topic), known, spoken.said, spoken.asks)


@lru_cache(maxsize=32)
def version_of(topic: Topic) -> str:
    """The version of what a topic rests on: changes with every line of its tables."""
    tables = "".join(read_text(name) for name in _TABLES.get(topic, _OTHERS))
    before = f"{VERSION}." if topic in ("eligibility", "drugs") else "advice."
    return before + sha256(tables.encode()).hexdigest()[:12]


def _missed_pills(known: Known, on: date) -> Spoken:
    if not known.get("missed"):
        return Spoken()
    told = missed_combined_pills(
        known["missed"],
        micrograms=known.get("micrograms"),
        week=known.get("week"),
        unprotected=known.get("unprotected"),
    )
    return say_tips(told)


def _late_pill(known: Known, on: date) -> Spoken:
    if "hours_late" not in known:
        return Spoken()
    if "kind" not in known:
        return ask_for(Text(zh="请问服的是哪一种单纯孕激素药。", en="Ask which progestogen-only pill it is."))
    return say_tips(late_progestogen_pill(known["kind"], known["hours_late"], unprotected=known.get("unprotected")))


def _next_injection(known: Known, on: date) -> Spoken:
    if "kind" not in known:
        return Spoken()
    if "last" not in known:
        return ask_for(Text(zh="请问上一针是哪一天。", en="Ask for the day of the last injection."))
    return say_tips(
        next_injection(
            known["kind"], known["last"], on, protected=known.get("protected"),
            breastfeeding_fully=bool(known.get("breastfeeding_fully")),
        )
    )  # fmt: skip


def _emergency(known: Known, on: date) -> Spoken:
    if "hours" not in known:
        return ask_for(
            Text(zh="请问距同房多少小时：越早越有效。", en="Ask how many hours ago it was: the sooner, the better.")
        )
    told = emergency_options(
        known["hours"], bmi=body_mass_index(known.get("weight"), known.get("height")),
        enzyme_inducer=bool(known.get("enzyme_inducer")),
    )  # fmt: skip
    each = [tip for option in told.options for tip in option.tips]
    spoken = say_tips((*each, *told.tips))
    if "enzyme_inducer" in known or not told.options:
        return spoken
    asked = Text(
        zh="请问现在或最近28天内是否服用抗癫痫药、利福平等药。",
        en="Ask about anticonvulsants, rifampicin and the like, now or in the last 28 days.",
    )
    return Spoken(spoken.said, (*spoken.asks, asked))


def _due_date(known: Known, on: date) -> Spoken:
    scan = Scan(known["scan_on"], known["crown_rump"]) if {"scan_on", "crown_rump"} <= set(known) else None
    if "last_period" not in known and scan is None:
        return ask_for(
            Text(
                zh="请问末次月经的第一天，或看早孕超声的头臀长。",
                en="Ask for the first day of the last period, or look at the first scan's crown-rump length.",
            )
        )
    told = date_pregnancy(on, last_period=known.get("last_period"), cycle=known.get("cycle"), scan=scan)
    weeks, days = told.weeks
    why = _BY[told.by]
    if told.apart:
        apart = _APART.filled(n=told.apart)
        why = Text(zh=why.zh + apart.zh, en=why.en + apart.en)
    source = sources()["loughna" if told.by == "scan" else "acog-700"]
    said = Said("due_date", _DATED.filled(due=told.due, on=on, weeks=weeks, days=days), why, source.title, source.check)
    usual = Text(zh="请问平时的月经周期是几天。", en="Ask for the usual length of the cycle.")
    return Spoken((said,), () if told.by == "scan" or "cycle" in known else (usual,))


def _pre_eclampsia(known: Known, on: date) -> Spoken:
    bmi = body_mass_index(known.get("weight"), known.get("height"))
    named = [name for name in factors() if known.get(name) is True]
    told = preeclampsia(named, age=known.get("age"), bmi=bmi, interval=known.get("interval"))
    spoken = say_tips(told.tips, _listed([one.title for one in told.factors]))
    asks = list(spoken.asks)
    if asks:  # something is unknown that could change it: say what
        unknown = [title for name, title in _MEASURES.items() if not _is_known(name, known, bmi)]
        words = _listed(unknown) or Text(zh="", en="")
        asks = [Text(zh=f"还不知道：{words.zh}。", en=f"Not known yet: {words.en}.")] if unknown else asks
    return Spoken(spoken.said, tuple(asks))


_MEASURES = {
    "age": Text(zh="年龄", en="age"),
    "bmi": Text(zh="身高和体重", en="height and weight"),
    "interval": Text(
        zh="距上次妊娠几年（或是否第一次）", en="years since the last pregnancy, or whether it is the first"
    ),
}


def _is_known(name: str, known: Known, bmi: float | None) -> bool:
    if name == "bmi":
        return bmi is not None
    return name in known or (name == "interval" and known.get("first_pregnancy") is True)


def _glucose(known: Known, on: date) -> Spoken:
    return say_tips(glucose(*(known.get(name) for name in ("fasting", "one_hour", "two_hours")))) if known else Spoken()


def _rhd(known: Known, on: date) -> Spoken:
    return say_tips(rhd(known.get("negative")))


def _mood(known: Known, on: date) -> Spoken:
    if "total" not in known and "last_item" not in known:
        return Spoken()
    told = hint_at_mood(known.get("total"), known.get("last_item"))
    spoken = say_tips(told, _TOTAL.filled(n=known["total"]) if "total" in known else None)
    if "last_item" in known:
        return spoken
    asked = Text(
        zh="请看第10题有没有分：它单独看，不论总分。", en="Look at item 10: it counts by itself, whatever the sum."
    )
    return Spoken(spoken.said, (*spoken.asks, asked))


def _listed(titles: list[Text]) -> Text | None:
    if not titles:
        return None
    return Text(zh="、".join(one.zh for one in titles), en=", ".join(one.en for one in titles))


_SPEAK: dict[Topic, Callable[[Known, date], Spoken]] = {
    "eligibility": choosing.speak_of_methods,
    "drugs": choosing.speak_of_drugs,
    "missed-pills": _missed_pills,
    "late-pill": _late_pill,
    "next-injection": _next_injection,
    "emergency": _emergency,
    "due-date": _due_date,
    "pre-eclampsia": _pre_eclampsia,
    "glucose": _glucose,
    "rhd": _rhd,
    "mood": _mood,
}
