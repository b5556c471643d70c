"""Templates of reports: they exist, they parse, and they name only figures that the report defines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shidai.packs.files import read_text
from shidai.packs.parts import Part, Parts
from shidai.packs.schema.report import Report
from shidai.words import Problem, problem

ONE_FIGURE = ("figure", "change", "aside", "interval", "recorded")


def check_templates(parts: Parts) -> Iterator[Problem]:
    for part in parts.reports:
        for language, name in (("zh", part.thing.template.zh), ("en", part.thing.template.en)):
            path = parts.folder / "reports" / name
            if not path.is_file():
                yield problem(
                    part.where("template", language),
                    zh=f"没有模板文件 reports/{name}。",
                    en=f"There is no template reports/{name}.",
                    mend_zh="请建立这个文件，或改正文件名。",
                    mend_en="Make the file, or correct its name.",
                )
                continue
            yield from _check_template(path, part)


def _check_template(path: Path, part: Part[Report]) -> Iterator[Problem]:
    problems: list[Problem] = []
    text = read_text(path, problems)
    yield from problems
    if text is None:
        return
    try:
        tree = ImmutableSandboxedEnvironment().parse(text)
    except TemplateSyntaxError as error:
        yield problem(
            f"{path}:{error.lineno}",
            zh=f"模板语法有误：{error.message}。",
            en=f"The template does not parse: {error.message}.",
            mend_zh="请检查这一行的 {{ … }} 与 {% … %}。",
            mend_en="Check {{ … }} and {% … %} on this line.",
        )
        return
    known = {figure.id for figure in part.thing.figure}
    for call in tree.find_all(nodes.Call):
        yield from _check_call(call, path, known)


def _check_call(call: nodes.Call, path: Path, known: set[str]) -> Iterator[Problem]:
    if not (isinstance(call.node, nodes.Name) and call.node.name in ONE_FIGURE):
        return
    name = call.args[0].value if call.args and isinstance(call.args[0], nodes.Const) else None
    if name not in known:
        yield problem(
            f"{path}:{call.lineno}",
            zh=f"模板用了没有定义的数字 {name}。",
            en=f"The template names a figure {name} that the report does not define.",
            mend_zh="请在报告的 [[report.figure]] 中定义它，或改正 id。",
            mend_en="Define it as a [[report.figure]], or correct the id.",
        )
