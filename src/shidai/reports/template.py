"""The pack's template becomes a document: Jinja in a sandbox, then a very small markup (#, ##, blank lines).

Values enter the text as tokens in Unicode's private-use area, so that no template and no name can forge markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shidai.indicators.standing import Standing
from shidai.reports.document import Block, Heading, Link, Paragraph, Run, Words
from shidai.reports.figures import Figure
from shidai.reports.wording import listed
from shidai.words import Language, Problem, ShidaiError, problem

OPEN, CLOSE = "\ue000", "\ue001"
_TOKEN = re.compile(f"{OPEN}(figure|title|block):([^{CLOSE}]*){CLOSE}")
_BLOCK_LINE = re.compile(f"{OPEN}block:([^{CLOSE}]*){CLOSE}")


@dataclass(frozen=True, slots=True)
class Telling:
    """What a template may ask for."""

    figures: Mapping[str, Figure]
    language: Language
    values: Mapping[str, object]  # year, city, county_count, …
    block: Callable[[str], Block]  # 'chart:pyramid', 'table:figures', …


def render(path: Path, telling: Telling) -> list[Block]:
    """The document's blocks. Raises `ShidaiError` with the template's line when it can't be rendered."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    try:
        template = environment.from_string(path.read_text(encoding="utf-8"))
        text = template.render({**telling.values, **_functions(telling)})
    except (TemplateError, KeyError) as error:
        line = getattr(error, "lineno", None) or _line_in_template(error)
        raise ShidaiError(_template_problem(path, line, error)) from error
    return list(_blocks(text, telling))


def _line_in_template(error: BaseException) -> int:
    trace, line = error.__traceback__, 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _template_problem(path: Path, line: int, error: BaseException) -> Problem:
    return problem(
        f"{path}:{line}",
        zh=f"模板无法生成：{error}。",
        en=f"The template can't be rendered: {error}.",
        mend_zh="请检查这一行所用的名称；可用的名称见 docs/how-to/write-a-pack.md。",
        mend_en="Check the names on this line; docs/how-to/write-a-pack.md lists those that exist.",
    )


def _functions(telling: Telling) -> dict[str, Callable[..., object]]:
    figures, language = telling.figures, telling.language

    def parenthesised(text: str) -> str:
        return "" if not text else f" ({text})" if language == "en" else f"（{text}）"

    def after_comma(text: str) -> str:
        return "" if not text else f", {text}" if language == "en" else f"，{text}"

    def after_semicolon(text: str) -> str:
        return "" if not text else f"; {text}" if language == "en" else f"；{text}"

    def says(id_: str, verb: str) -> str:
        """The verb and the figure; a figure that can't be given says so in words that follow its name."""
        if figures[id_].standing is Standing.COMPUTED:
            return f"{verb}{_space(language)}{_token('figure', id_)}"
        return f"{'is ' if language == 'en' else ''}{_token('figure', id_)}"

    def reported(section: str) -> str:
        known = [f for f in _of_section(figures, section) if f.standing.is_recorded]
        joint = "; " if language == "en" else "；"
        return joint.join(f"{_token('title', f.id)}{_space(language)}{_token('figure', f.id)}" for f in known)

    def awaiting(section: str) -> str:
        of_later_rooms = [f for f in _of_section(figures, section) if f.definition.indicator is None]
        unknown = [f for f in of_later_rooms if not f.standing.is_recorded]
        return listed([_token("title", figure.id) for figure in unknown], language)

    return {
        "figure": lambda id_: _token("figure", figures[id_].id),
        "says": says,
        "known": lambda id_: figures[id_].standing is Standing.COMPUTED,
        "recorded": lambda id_: figures[id_].standing.is_recorded,
        "interval": lambda id_: parenthesised(figures[id_].interval(language)),
        "change": lambda id_: after_comma(figures[id_].change(language)),
        "baseline": lambda id_: after_semicolon(figures[id_].beside_baseline(language)),
        "aside": lambda id_: parenthesised(figures[id_].change(language)),
        "reported": reported,
        "awaiting": awaiting,
        "chart": lambda id_: _token("block", f"chart:{id_}"),
        "table": lambda id_: _token("block", f"table:{id_}"),
        "box": lambda id_: _token("block", f"box:{id_}"),
        "highlights": lambda *ids: _token("block", f"highlights:{','.join(ids)}"),
        "definitions": lambda: _token("block", "definitions"),
    }


def _of_section(figures: Mapping[str, Figure], section: str) -> list[Figure]:
    return [figure for figure in figures.values() if figure.definition.section == section]


def _space(language: Language) -> str:
    return " " if language == "en" else ""


def _token(kind: str, name: str) -> str:
    return f"{OPEN}{kind}:{name}{CLOSE}"


def _blocks(text: str, telling: Telling) -> Iterator[Block]:
    """A heading is a line that begins with #; a blank line, a heading or a block ends a paragraph."""
    headings = 0
    words: list[str] = []
    for line in [*(line.strip() for line in text.split("\n")), ""]:
        asked = _BLOCK_LINE.fullmatch(line)
        if line and asked is None and not line.startswith("#"):
            words.append(line)
            continue
        if words:
            yield _paragraph(words, telling)
            words = []
        if asked is not None:
            yield telling.block(asked.group(1))
        elif line:
            headings += 1
            level = 2 if line.startswith("##") else 1
            yield Heading(level, line.lstrip("# "), f"section-{headings}")


def _paragraph(lines: list[str], telling: Telling) -> Paragraph:
    joint = " " if telling.language == "en" else ""
    return Paragraph(tuple(_runs(joint.join(lines), telling)))


def _runs(text: str, telling: Telling) -> Iterator[Run]:
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            yield Words(text[at : found.start()])
        figure = telling.figures[found.group(2)]
        unknown = figure.value is None
        named = found.group(1) == "title"
        shown = figure.title(telling.language) if named else figure.shown(telling.language)
        yield Link(shown, figure.id, quiet=unknown)
        at = found.end()
    if at < len(text):
        yield Words(text[at:])
