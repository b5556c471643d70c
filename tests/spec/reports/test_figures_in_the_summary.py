"""Every figure in the text is computed from records or says that it isn't; none is taken from a publication."""

from __future__ import annotations

import re

from shidai.reports.document import Chart, Entries, Heading, Table
from tests.spec.reports import madeup
from tests.spec.reports.standin import StandInReading

SECTIONS = ["（一）", "（二）", "（三）", "（四）", "（五）", "（六）", "（七）", "（八）"]


def test_it_follows_the_eight_sections_of_the_reference() -> None:
    headings = [block.text for block in madeup.document().blocks if isinstance(block, Heading)]
    assert headings[:2] == ["一、目标完成情况", "二、主要工作进展"]
    assert [heading[:3] for heading in headings[2:10]] == SECTIONS


def test_computed_figures_stand_in_sentences_with_interval_and_change() -> None:
    text = madeup.prose()
    assert "2006年末，全市户籍人口457.20万人，比上年增加28,000人。" in text
    assert "人口自然增长率为1.19‰（95%区间1.09‰～1.29‰），比上年上升0.01个千分点，在随机波动范围内。" in text


def test_the_same_in_english() -> None:
    text = madeup.prose(language="en")
    assert "At the end of 2006 Wuxi had 4,572,000 persons on its register, 28,000 more than the year before." in text
    assert "The rate of natural increase was 1.19 per 1,000 (95% interval 1.09 to 1.29)" in text


def test_traditional_chinese_is_derived_from_the_simplified() -> None:
    assert "全市戶籍人口457.20萬人" in madeup.prose(language="zh-hant")


def test_without_records_a_figure_is_not_yet_recorded_and_never_a_number() -> None:
    text = madeup.prose(StandInReading())
    assert "全市户籍人口尚未记录。全年出生人数尚未记录，死亡人数尚未记录" in text
    assert "农村奖励扶助人数尚未记录，奖励扶助金总额尚未记录。公益金扶助家庭尚未记录，发放额尚未记录。" in text
    year_and_ages = {"2006", "1997—2006", "9", "80", "1,308", "0—14", "65"}  # the pack's own numbers
    assert set(re.findall(r"[0-9][0-9,.—]*", text)) <= year_and_ages


def test_without_records_it_says_so_in_english() -> None:
    text = madeup.prose(StandInReading(), "en")
    assert text.startswith("The registered population at the end of 2006 is not yet recorded.")
    assert "The number of migrants is not yet recorded." in text


def test_published_values_never_enter_the_text() -> None:
    """19,002 screenings, 12,702 recipients, 99.81 % satisfied …: stated in 2006, not computed here."""
    pack = madeup.pack()
    published = {
        f"{series.value('2006'):,.{series.decimals}f}"
        for series in pack.series.values()
        if (series.value("2006") or 0) > 100 or series.decimals
    }
    text = madeup.prose() + madeup.prose(StandInReading())
    assert [value for value in published if value in text] == []


def test_published_values_stand_in_a_table_that_says_where_they_are_from() -> None:
    tables = [block for block in madeup.document().blocks if isinstance(block, Table)]
    beside = next(table for table in tables if table.title == "与当年公布数字的对照")
    assert "引自《无锡市人口和计划生育委员会年度工作总结（2006年）》，不是本系统算出的" in beside.note
    rows = {row[0].runs[0].text: [cell.runs[0].text for cell in row[1:]] for row in beside.rows}
    assert rows["人口自然增长率（‰）"] == ["1.21", "1.19"]
    assert rows["农村奖励扶助人数（人）"] == ["12,702", "尚未记录"]


def test_archive_figures_are_history_apart_from_the_text() -> None:
    tables = [block for block in madeup.document().blocks if isinstance(block, Table)]
    history = next(table for table in tables if table.title == "历史数列（只读）")
    assert len(history.rows) == 7
    assert "没有任何功能再产生它们，也不作为目标" in history.note
    assert not re.search("社会抚养费|计划生育率|有奖举报|违法生育", madeup.prose())


def test_counts_too_small_to_show_are_withheld() -> None:
    read = madeup.reading()
    read.put("births", "3202", "2006", None, suppressed=True)
    assert madeup.links(read)["births"] == "因人数少不公布"


def test_too_few_people_is_not_the_same_as_no_records() -> None:
    read = madeup.reading()
    read.put("life_expectancy", "3202", "2006", None, numerator=1, denominator=60)
    assert madeup.links(read)["life_expectancy"] == "因人数太少无法计算"
    assert "Life expectancy at birth is not computable for so few people" in madeup.prose(read, "en")
    entries = next(block for block in madeup.document(read).blocks if isinstance(block, Entries)).entries
    facts = {entry.figure: dict(entry.facts) for entry in entries}
    assert facts["life_expectancy"]["为何没有数"].startswith("人数太少，编不成寿命表")
    assert facts["migrants"]["为何没有数"] == "相应的登记尚未启用。"
    assert "为何没有数" not in facts["births"]


def test_nothing_to_divide_by_is_said_so() -> None:
    read = madeup.reading()
    read.put("sex_ratio_at_birth", "3202", "2006", None, numerator=3, denominator=0)
    assert madeup.links(read)["sex_ratio_at_birth"] == "因分母为零无法计算"


def test_a_change_is_not_given_when_last_year_was_withheld() -> None:
    read = madeup.reading()
    read.put("births", "3202", "2005", 3, suppressed=True)
    assert re.search(r"全年出生[\d.]+万?人|全年出生[\d,]+人，死亡|全年出生[\d,]+人（?", madeup.prose(read))
    assert "全年出生32,415人，死亡" in madeup.prose(read)


def test_every_figure_has_its_entry_with_definition_numerator_and_denominator() -> None:
    entries = next(block for block in madeup.document().blocks if isinstance(block, Entries)).entries
    assert {entry.figure for entry in entries} == {figure.id for figure in madeup.pack().reports["annual"].figure}
    growth = next(entry for entry in entries if entry.figure == "natural_growth_rate")
    facts = dict(growth.facts)
    assert facts["分母"] == "4,558,000"
    assert "年" in facts["定义"] or "期" in facts["定义"]
    assert facts["指标"].startswith("natural_growth_rate")


def test_charts_have_their_tables_behind_them() -> None:
    charts = {block.anchor: block for block in madeup.document().blocks if isinstance(block, Chart)}
    assert set(charts) == {"ten-years", "targets", "counties", "pyramid"}
    assert all(chart.table is not None and chart.table.rows for chart in charts.values())
    years = charts["ten-years"].table
    assert years is not None
    assert [row[0].runs[0].text for row in years.rows] == [str(year) for year in range(1997, 2007)]


def test_without_records_a_chart_becomes_a_sentence() -> None:
    document = madeup.document(StandInReading())
    assert [block.anchor for block in document.blocks if isinstance(block, Chart)] == ["targets"]
    assert "（{year}年末户籍人口年龄性别结构：尚未记录。）".replace("{year}", "2006") in madeup.prose(StandInReading())
