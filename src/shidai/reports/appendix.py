"""The appendix of definitions: every figure with its source, numerator and denominator, and where it opens."""

from __future__ import annotations

from urllib.parse import urlencode

from shidai.packs.schema.report import Baseline
from shidai.reports.document import Entries, Entry
from shidai.reports.figures import Figure
from shidai.reports.matter import Matter
from shidai.reports.wording import NOT_RECORDED, plain_number, range_words, sentence_case


def definition_entries(matter: Matter) -> Entries:
    entries = tuple(_entry(figure, matter) for figure in matter.figures.values())
    return Entries(matter.say("各项数字的定义", "Definitions of the figures"), entries)


def _entry(figure: Figure, matter: Matter) -> Entry:
    facts = _facts(figure, matter)
    return Entry(
        figure=figure.id,
        title=sentence_case(figure.title(matter.language)),
        shown=figure.briefly(matter.language),
        facts=tuple((name, text) for name, text in facts if text),
        definition_url=definition_url(figure) if figure.area in matter.opens.figures else "",
        records_url=records_url(figure) if figure.area in matter.opens.records else "",
    )


def definition_url(figure: Figure) -> str:
    """The indicator's page for the same area and period; '' when no indicator makes the figure."""
    return "" if figure.indicator is None else f"/numbers/{figure.indicator.id}/?{_query(figure)}"


def records_url(figure: Figure) -> str:
    """The list of records behind the figure, for those with access."""
    return "" if figure.indicator is None else f"/numbers/{figure.indicator.id}/records/?{_query(figure)}"


def _query(figure: Figure) -> str:
    asked = {"area": figure.area, "period": figure.period}
    if figure.definition.breakdown:
        asked["breakdown"] = figure.definition.breakdown
    return urlencode(asked)


def _facts(figure: Figure, matter: Matter) -> list[tuple[str, str]]:
    say = matter.say
    facts = [(say("区间", "Interval"), figure.interval(matter.language))]
    if figure.indicator is None:
        awaits = figure.definition.awaits
        waiting = awaits.text.said(matter.language) if awaits else NOT_RECORDED.said(matter.language)
        return [*facts, (say("等待", "Awaits"), waiting)]
    if figure.value is None:
        facts.append((say("为何没有数", "Why no figure"), figure.why(matter.language)))
    result = figure.result
    if figure.value is not None and result is not None:
        scale = min(figure.indicator.per, 1)  # money is counted in fen and told, like the figure, in yuan
        facts.append((say("分子", "Numerator"), _count(result.numerator, scale)))
        facts.append((say("分母", "Denominator"), _count(result.denominator)))
    indicator = figure.indicator
    facts.append((say("定义", "Definition"), indicator.definition.text.said(matter.language)))
    source = matter.pack.sources.get(indicator.source)
    if source is not None:
        facts.append((say("来源", "Source"), source.title.text.said(matter.language)))
    if figure.definition.baseline is not None:
        facts.append((say("通常范围", "Usual range"), _usual(figure.definition.baseline, matter)))
    checked = f"{indicator.id} · {say('核对于', 'checked on')} {indicator.checked_on}"
    facts.append((say("指标", "Indicator"), checked))
    return facts


def _usual(baseline: Baseline, matter: Matter) -> str:
    source = matter.pack.sources.get(baseline.source)
    said = source.title.text.said(matter.language) if source is not None else baseline.source
    span = range_words(baseline.low, baseline.high, matter.language)
    return matter.say(f"{span}（{said}）", f"{span} ({said})")


def _count(value: float | None, scale: float = 1) -> str:
    if value is None:
        return ""
    value *= scale
    return plain_number(value, 0 if float(value).is_integer() else 1)
