"""The annual work summary: from the pack's template and the results to HTML, DOCX and PDF."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from shidai.indicators.outlook.stored import KeptRun, latest_run
from shidai.packs import Pack
from shidai.packs.schema.report import Report
from shidai.reports.atomic import write_atomically
from shidai.reports.blocks import make_block
from shidai.reports.document import Document
from shidai.reports.docxfile import docx_bytes
from shidai.reports.figures import Reading, read_figures
from shidai.reports.htmlpage import html_body, html_page
from shidai.reports.matter import Matter, Opens
from shidai.reports.pdffile import pdf_bytes
from shidai.reports.results import open_reading
from shidai.reports.template import Telling, render
from shidai.reports.traditional import in_traditional
from shidai.reports.wording import day_words
from shidai.words import Language, ShidaiError, Text, problem

Format = Literal["html", "docx", "pdf"]
FORMATS: tuple[Format, ...] = ("html", "docx", "pdf")
CLOSED = Opens()
REPORT = "annual"


def write_summary(
    data_dir: Path,
    pack: Pack,
    year: int,
    language: Language = "zh",
    formats: Iterable[Format] = FORMATS,
    *,
    reading: Reading | None = None,
) -> list[Path]:
    """Write `DIR/summary/<year>/summary[.en].<format>`, each whole or not at all; returns the paths.

    Figures come from the results of the data directory unless another reading is given.
    """
    found = reading or open_reading(data_dir, pack, year)
    document = summary_document(found, pack, year, language, outlook=_outlook(data_dir, pack, year))
    folder = data_dir / "summary" / str(year)
    folder.mkdir(parents=True, exist_ok=True)
    makers = {"html": lambda: html_page(document).encode(), "docx": lambda: docx_bytes(document),
              "pdf": lambda: pdf_bytes(document)}  # fmt: skip
    return [write_atomically(folder / summary_name(language, wished), makers[wished]()) for wished in formats]


def summary_name(language: Language, wished: Format) -> str:
    """'summary.html' for Chinese, 'summary.en.pdf' for English, 'summary.zh-hant.docx' for traditional Chinese."""
    return f"summary.{wished}" if language == "zh" else f"summary.{language}.{wished}"


def summary_body(data_dir: Path, pack: Pack, year: int, language: Language, opens: Opens) -> tuple[str, str]:
    """Title and body of the summary for a page of the site: figures link to their indicators' pages."""
    reading = open_reading(data_dir, pack, year)
    document = summary_document(reading, pack, year, language, opens, outlook=_outlook(data_dir, pack, year))
    return document.title, html_body(document)


def _outlook(data_dir: Path, pack: Pack, year: int) -> KeptRun | None:
    head = latest_run(data_dir / "outlook", pack, year)
    return KeptRun.read(data_dir / "outlook" / head.id) if head is not None else None


def summary_document(
    reading: Reading,
    pack: Pack,
    year: int,
    language: Language,
    opens: Opens = CLOSED,
    *,
    outlook: KeptRun | None = None,
) -> Document:
    """The whole summary, before it becomes a file."""
    report = _report_of(pack)
    figures = read_figures(report, pack, reading, area=pack.city, year=year)
    matter = Matter(pack, report, figures, reading, pack.city, year, language, opens, outlook)
    city = _name_of(pack, pack.city, language)
    telling = Telling(figures, language, _values(pack, year, city), lambda name: make_block(name, matter))
    made = datetime.now(UTC).astimezone().date().isoformat()
    document = Document(
        language=language,
        title=report.title.text.filled(city=_both_names(pack, pack.city), year=year).said(language),
        subtitle=_subtitle(reading, language),
        organisation=pack.header.authority.text.said(language),
        notice=_notice(pack, reading, language),
        made=made,
        words=_labels(made, language),
        blocks=tuple(render(_template_of(report, pack, language), telling)),
    )
    return in_traditional(document) if language == "zh-hant" else document


def _labels(made: str, language: Language) -> dict[str, str]:
    """The words that writers need; the day of making is filled in."""
    words = {name: text.said(language) for name, text in LABELS.items()}
    return {**words, "made": words["made"].format(day=day_words(made, language))}


LABELS: dict[str, Text] = {
    "contents": Text(zh="目录", en="Contents"),
    "show_table": Text(zh="查看数据表", en="Show the table"),
    "swipe": Text(zh="左右滑动看全表", en="Swipe sideways for the whole table"),
    "records": Text(zh="记录清单", en="List of records"),
    "definition": Text(zh="指标页", en="Indicator page"),
    "page": Text(zh="第 {n} 页，共 {total} 页", en="Page {n} of {total}"),
    "of_page": Text(zh="／", en=" / "),
    "figure": Text(zh="图 {n}", en="Figure {n}."),
    "table": Text(zh="表 {n}", en="Table {n}."),
    "awaiting": Text(zh="等待登记的数字", en="Figures that await their records"),
    "made": Text(zh="{day}生成", en="made on {day}"),
    "skip": Text(zh="跳到正文", en="Skip to the text"),
    "back": Text(zh="返回正文", en="Back to the text"),
}


def _report_of(pack: Pack) -> Report:
    if REPORT not in pack.reports:
        raise ShidaiError(
            problem(
                str(pack.folder / "reports"),
                zh=f'政策包 {pack.id} 没有年度工作总结（id = "{REPORT}"）。',
                en=f'Pack {pack.id} has no annual summary (id = "{REPORT}").',
                mend_zh="请照 docs/how-to/write-a-pack.md 写 reports/annual.toml 与模板。",
                mend_en="Write reports/annual.toml and its templates as docs/how-to/write-a-pack.md shows.",
            )
        )
    return pack.reports[REPORT]


def _template_of(report: Report, pack: Pack, language: Language) -> Path:
    name = report.template.en if language == "en" else report.template.zh
    return pack.folder / "reports" / name


def _values(pack: Pack, year: int, city: str) -> dict[str, object]:
    levels = {f"{level}_count": f"{len(pack.areas_at(level)):,}" for level in ("county", "township", "village")}
    return {"year": year, "last_year": year - 1, "city": city, **levels}


def _both_names(pack: Pack, code: str) -> Text:
    return Text(zh=_name_of(pack, code, "zh"), en=_name_of(pack, code, "en"))


def _name_of(pack: Pack, code: str, language: Language) -> str:
    area = pack.area(code)
    if area is None:
        return code
    return area.name_en if language == "en" else area.name_zh


STALE = Text(
    zh="注意：文中数字依据较早的一次提取，与现有记录不符；请运行 shidai extract 重新计算。",
    en="Note: these figures rest on an earlier extract, not on the records now in force; run 'shidai extract'.",
)
INVENTED = Text(zh="文中人口为虚构，由模拟生成。", en="The people in it are invented: a simulation made them.")


def _notice(pack: Pack, reading: Reading, language: Language) -> str:
    """What the reader must know first: old figures, a pack for demonstration, invented people."""
    said = [STALE.said(language)] if reading.stale else []
    if pack.header.note:
        said.append(pack.header.note.text.said(language))
    if reading.invented:
        said.append(INVENTED.said(language))
    return (" " if language == "en" else "").join(said)


def _subtitle(reading: Reading, language: Language) -> str:
    if not reading.cutoff:
        return Text(zh="数据为较早的一次提取", en="Records of an earlier extract").said(language)
    text = Text(zh="数据截止{cutoff}", en="Records up to {cutoff}").filled(cutoff=day_words(reading.cutoff, language))
    return text.said(language)
