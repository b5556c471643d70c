"""pydantic's errors as problems: in both languages, with file and line, and how to mend each."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shidai.packs.files import Placed
from shidai.words import Problem, problem

Sentences = tuple[str, str, str, str]  # zh, en, mend_zh, mend_en

_KINDS = {
    "string": ("文字（加引号）", "text in quotes"),
    "int": ("整数", "a whole number"),
    "float": ("数", "a number"),
    "bool": ("true 或 false", "true or false"),
    "date": ("日期（如 2006-01-01，不加引号）", "a date such as 2006-01-01, without quotes"),
    "tuple": ("数组 […]", "an array […]"),
    "list": ("数组 […]", "an array […]"),
    "dict": ("表 {…}", "a table {…}"),
    "model": ("表 {…}", "a table {…}"),
}


def explain(error: ValidationError, placed: Placed, model: type[BaseModel]) -> list[Problem]:
    """Every error of one validation, each at its own line."""
    details = error.errors(include_url=False)
    broken = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    # an array whose items are broken is reported as too short besides: that is no second mistake
    real = [detail for detail in details if not (detail["type"] == "too_short" and detail["loc"] in broken)]
    return [_explain_one(detail, placed, model) for detail in real]


def _explain_one(detail: ErrorDetails, placed: Placed, model: type[BaseModel]) -> Problem:
    path = detail["loc"]
    where = placed.where(*path)
    context: dict[str, Any] = detail.get("ctx", {})
    if detail["type"] == "shidai":
        zh, en, mend_zh, mend_en = (str(context[key]) for key in ("zh", "en", "mend_zh", "mend_en"))
    else:
        zh, en, mend_zh, mend_en = _sentences(detail, context, model)
    return problem(where, zh=zh, en=en, mend_zh=mend_zh, mend_en=mend_en)


def _sentences(detail: ErrorDetails, context: dict[str, Any], model: type[BaseModel]) -> Sentences:
    name = ".".join(str(part) for part in detail["loc"])
    shown = _shortened(detail["input"])
    explained = _KNOWN.get(detail["type"])
    if explained is not None:
        return explained(name, shown, context)
    if detail["type"] == "extra_forbidden":
        return _extra(detail, name, model)
    kind = _KINDS.get(detail["type"].split("_")[0])
    if kind is not None:
        return (
            f"{name} 写成了 {shown}。",
            f"{name} is {shown}.",
            f"这里要写{kind[0]}。",
            f"Give {kind[1]} here.",
        )
    message = detail["msg"]
    return f"{name} 写成了 {shown}：{message}。", f"{name} is {shown}: {message}.", "请改正。", "Correct it."


def _missing(name: str, _shown: str, _context: dict[str, Any]) -> Sentences:
    return (
        f"缺少 {name}。",
        f"{name} is missing.",
        f"请在这里补写 {name.rsplit('.', 1)[-1]} = …",
        f"Add {name.rsplit('.', 1)[-1]} = … here.",
    )


def _literal(name: str, shown: str, context: dict[str, Any]) -> Sentences:
    expected = str(context.get("expected", "")).replace(" or ", ", ")
    return (
        f"{name} 写成了 {shown}。",
        f"{name} is {shown}.",
        f"只能是：{expected}。",
        f"It must be one of: {expected}.",
    )


def _pattern(name: str, shown: str, context: dict[str, Any]) -> Sentences:
    form = context.get("pattern", "")
    return (
        f"{name} 写成了 {shown}，形式不对。",
        f"{name} is {shown}, which has the wrong form.",
        f"应符合 {form}。",
        f"It must match {form}.",
    )


def _empty(name: str, _shown: str, _context: dict[str, Any]) -> Sentences:
    if name.rsplit(".", 1)[-1] == "case":
        return (
            "这个定义没有案例。",
            "This definition has no case.",
            "请至少写一个案例（输入 → 应得结果）。",
            "Give at least one case: input and expected result.",
        )
    return f"{name} 是空的。", f"{name} is empty.", "至少要有一项。", "Give at least one."


def _bound(name: str, shown: str, context: dict[str, Any]) -> Sentences:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    limits = "，".join(f"{sign} {context[key]}" for key, sign in signs.items() if key in context)
    return f"{name} 写成了 {shown}。", f"{name} is {shown}.", f"应 {limits}。", f"It must be {limits}."


_KNOWN: dict[str, Callable[[str, str, dict[str, Any]], Sentences]] = {
    "missing": _missing,
    "literal_error": _literal,
    "string_pattern_mismatch": _pattern,
    "too_short": _empty,
    "string_too_short": _empty,
    "greater_than": _bound,
    "greater_than_equal": _bound,
    "less_than": _bound,
    "less_than_equal": _bound,
}


def _extra(detail: ErrorDetails, name: str, model: type[BaseModel]) -> Sentences:
    around = _model_at(model, detail["loc"][:-1])
    fields = sorted(around.model_fields) if around is not None else []
    near = difflib.get_close_matches(str(detail["loc"][-1]), fields, n=1)
    mend_zh = f"是不是想写 {near[0]}？" if near else f"请删去；可用的字段：{'、'.join(fields)}。"
    mend_en = f"Did you mean {near[0]}?" if near else f"Remove it; the fields are: {', '.join(fields)}."
    return f"没有 {name} 这个字段。", f"There is no field {name}.", mend_zh, mend_en


def _model_at(model: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The model whose fields stand at a path of another model; None where it can't be told."""
    current: type[BaseModel] | None = model
    for part in path:
        if isinstance(part, int):
            continue
        field = current.model_fields.get(part) if current is not None else None
        current = _model_in(field.annotation) if field is not None else None
    return current


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(inner) for inner in get_args(annotation))
    return next((inner for inner in found if inner is not None), None)


def _shortened(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
