"""Text to checked tree: sqlglot parses, a whitelist decides what may stand in a condition, types are checked.

Nothing else can be written: no subquery, no other function, no other column. Every fault says what may stand instead.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from shidai.rules import expression as tree
from shidai.rules.columns import Columns
from shidai.words import Problem, ShidaiError, problem

Types = Mapping[str, str]  # a parameter's name → its type
_SIGNS: Mapping[type[exp.Expr], tree.Comparison] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_RECKON: Mapping[type[exp.Expr], tree.Arithmetic] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
LONGEST = 1000  # characters
DEEPEST = 16  # levels of the tree; what ships has 4. Deeper ones would cost the compilers more than anybody can read
_ALLOWED = (
    "AND OR NOT = <> < <= > >= BETWEEN IN (…) IS [NOT] NULL starts_with(…) + - * CASE LEAST GREATEST COALESCE DATE '…'"
)


class _Refused(Exception):  # noqa: N818  a fault on its way to `read_expression`
    def __init__(self, zh: str, en: str, mend_zh: str = "", mend_en: str = "") -> None:
        super().__init__(en)
        self.said = (zh, en, mend_zh, mend_en)


def read_expression(
    text: str, columns: Columns, parameters: Types, *, wanted: str = "bool", where: str = ""
) -> tree.Expression:
    """The checked tree of an expression of type `wanted` ('bool' or 'int').

    Raises ShidaiError with one problem at `where`: what can't stand there, and what can.
    """
    found = _read(text, columns, parameters, wanted, where)
    if isinstance(found, Problem):
        raise ShidaiError(found)
    return found


def check_expression(
    text: str, columns: Columns, parameters: Types, *, wanted: str = "bool", where: str = ""
) -> list[Problem]:
    """The problem of an expression, if it has one."""
    found = _read(text, columns, parameters, wanted, where)
    return [found] if isinstance(found, Problem) else []


def _read(text: str, columns: Columns, parameters: Types, wanted: str, where: str) -> tree.Expression | Problem:
    try:
        read = _Reader(columns, parameters).of_type(_parse(text), wanted)
        if tree.depth(read) > DEEPEST:
            raise _too_deep()
        return read
    except SqlglotError as error:
        reason = str(error).split("\n")[0]
        return problem(
            where,
            zh=f"表达式“{_short(text)}”读不懂：{reason}",
            en=f"The expression '{_short(text)}' can't be read: {reason}",
            mend_zh=f"可写：{_ALLOWED}。",
            mend_en=f"What can stand there: {_ALLOWED}.",
        )
    except RecursionError:
        refused = _too_deep()
    except _Refused as error:
        refused = error
    zh, en, mend_zh, mend_en = refused.said
    return problem(where, zh=f"“{_short(text)}”：{zh}", en=f"'{_short(text)}': {en}", mend_zh=mend_zh, mend_en=mend_en)


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"


def _too_deep() -> _Refused:
    return _Refused(
        zh=f"括号或计算嵌套超过 {DEEPEST} 层。",
        en=f"It is nested more than {DEEPEST} levels deep.",
        mend_zh="请拆成几个条件，或写得更平。",
        mend_en="Split it into several conditions, or write it flatter.",
    )


def _parse(text: str) -> exp.Expr:
    if len(text) > LONGEST:
        raise _Refused(
            zh=f"超过 {LONGEST} 个字符。",
            en=f"It is longer than {LONGEST} characters.",
            mend_zh="请拆成几个条件。",
            mend_en="Split it into several conditions.",
        )
    dialect = Dialect.get_or_raise("duckdb")
    parsed = dialect.parser().parse(_with_parameters(dialect.tokenize(text)), text)
    if len(parsed) != 1 or parsed[0] is None:
        raise _Refused(zh="这里只能写一个表达式。", en="One expression stands here, and no more.")
    return parsed[0]


def _with_parameters(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with ':name' as one name, so that a parameter may be called as a word of SQL is (:grant, :case)."""
    found: list[Token] = []
    for token in tokens:
        if found and found[-1].token_type is TokenType.COLON and token.text.isidentifier():
            token.token_type, token.text = TokenType.VAR, f":{token.text}"
            found.pop()
        found.append(token)
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    columns: Columns
    parameters: Types

    def of_type(self, node: exp.Expr, wanted: str) -> tree.Expression:
        read = self.any(node)
        found = type_of(read)
        if found != wanted:
            raise _Refused(
                zh=f"“{_sql(node)}”的类型是 {found}，这里要 {wanted}。",
                en=f"'{_sql(node)}' is of type {found}; {wanted} is needed here.",
                mend_zh="请核对列的类型（docs/reference/schemes.md）。",
                mend_en="Check the column's type (docs/reference/schemes.md).",
            )
        return read

    def any(self, node: exp.Expr) -> tree.Expression:
        """One node; everything that isn't named here is refused."""
        for kinds, read in _READERS:
            if isinstance(node, kinds):
                return read(self, node)
        raise _Refused(
            zh=f"条件中不能写“{_sql(node)}”。",
            en=f"'{_sql(node)}' can't stand in a condition.",
            mend_zh=f"可写：{_ALLOWED}。",
            mend_en=f"What can stand there: {_ALLOWED}.",
        )

    def column(self, node: exp.Expr) -> tree.Expression:
        name = node.name
        if name.startswith(":"):
            return self.parameter(name.removeprefix(":"))
        if name not in self.columns or node.args.get("table"):
            raise _unknown(_sql(node), self.columns, "列", "column")
        fact = self.columns[name]
        return tree.Column(name, fact.type, fact.known)

    def parameter(self, name: str) -> tree.Expression:
        if name not in self.parameters:
            raise _unknown(name, self.parameters, "参数", "parameter")
        return tree.Parameter(name, self.parameters[name])

    def comparison(self, node: exp.Expr) -> tree.Expression:
        left, right = self.any(node.args["this"]), self.any(node.args["expression"])
        self._same_type(node, (left, right))
        self._some_column(node, (left, right))
        sign = _SIGNS[type(node)]
        if sign not in ("=", "<>") and type_of(left) not in ("int", "day"):
            raise _Refused(
                zh=f"“{_sql(node)}”：{type_of(left)} 只能比较相等或不等。",
                en=f"'{_sql(node)}': {type_of(left)} can only be equal or not.",
            )
        return tree.Compare(sign, left, right)

    def both(self, node: exp.Expr) -> tree.Expression:
        return tree.All(tuple(self.of_type(part, "bool") for part in node.flatten()))

    def either(self, node: exp.Expr) -> tree.Expression:
        return tree.Any(tuple(self.of_type(part, "bool") for part in node.flatten()))

    def opposite(self, node: exp.Expr) -> tree.Expression:
        return tree.Not(self.of_type(node.this, "bool"))

    def inner(self, node: exp.Expr) -> tree.Expression:
        return self.any(node.this)

    def between(self, node: exp.Expr) -> tree.Expression:
        part, low, high = (self.any(node.args[name]) for name in ("this", "low", "high"))
        self._same_type(node, (part, low, high))
        return tree.All((tree.Compare(">=", part, low), tree.Compare("<=", part, high)))

    def one_of(self, node: exp.Expr) -> tree.Expression:
        part = self.any(node.this)
        values = [self.any(one) for one in node.expressions]
        if not values or not all(isinstance(one, tree.Value) for one in values):
            raise _Refused(zh="IN 的括号里只能是固定的值。", en="Only fixed values can stand in the list of IN.")
        self._same_type(node, (part, *values))
        self._some_column(node, (part,))
        return tree.OneOf(part, tuple(one.value for one in values if isinstance(one, tree.Value)))

    def unknown(self, node: exp.Expr) -> tree.Expression:
        if not isinstance(node.args["expression"], exp.Null):
            raise _Refused(zh="IS 之后只能写 NULL 或 NOT NULL。", en="Only NULL or NOT NULL can follow IS.")
        return tree.Unknown(self.any(node.this))

    def within(self, node: exp.Expr) -> tree.Expression:
        prefix = self.any(node.expression)
        if not isinstance(prefix, tree.Value) or not isinstance(prefix.value, str):
            raise _Refused(zh="starts_with 的第二项是固定文字。", en="The second part of starts_with is a fixed text.")
        part = self.of_type(node.this, "text")
        self._some_column(node, (part,))
        return tree.Within(part, prefix.value)

    def reckoning(self, node: exp.Expr) -> tree.Expression:
        left, right = self.of_type(node.args["this"], "int"), self.of_type(node.args["expression"], "int")
        return tree.Reckon(_RECKON[type(node)], left, right)

    def negative(self, node: exp.Expr) -> tree.Expression:
        part = self.of_type(node.this, "int")
        return tree.Value(-int(part.value)) if isinstance(part, tree.Value) else tree.Reckon("-", tree.Value(0), part)  # type: ignore[arg-type]

    def choice(self, node: exp.Expr) -> tree.Expression:
        if node.this is not None or node.args.get("default") is None:
            raise _Refused(
                zh="CASE 写成 CASE WHEN 条件 THEN 数 ELSE 数 END。",
                en="Write CASE WHEN condition THEN number ELSE number END.",
            )
        cases = tuple((self.of_type(one.this, "bool"), self.any(one.args["true"])) for one in node.args["ifs"])
        otherwise = self.any(node.args["default"])
        self._same_type(node, (*(then for _, then in cases), otherwise))
        self._no_text(node, otherwise)
        return tree.Choose(cases, otherwise)

    def least(self, node: exp.Expr) -> tree.Expression:
        return tree.Extreme("least", self._ints(node))

    def greatest(self, node: exp.Expr) -> tree.Expression:
        return tree.Extreme("greatest", self._ints(node))

    def instead(self, node: exp.Expr) -> tree.Expression:
        parts = tuple(self.any(one) for one in (node.this, *node.expressions))
        self._same_type(node, parts)
        self._no_text(node, parts[0])
        return tree.Instead(parts)

    def constant(self, node: exp.Expr) -> tree.Expression:
        if isinstance(node, exp.Boolean):
            return tree.Value(bool(node.this))
        if node.is_string:
            if not str(node.this).isprintable():
                raise _Refused(zh="文字中有不可见的字符。", en="A text has characters that nobody can see.")
            return tree.Value(str(node.this))
        if not str(node.this).isdigit():
            raise _Refused(
                zh=f"{node.this} 不是整数；金额以分为单位。", en=f"{node.this} isn't a whole number; money is in fen."
            )
        return tree.Value(int(node.this))

    def day(self, node: exp.Expr) -> tree.Expression:
        if not node.is_type(exp.DataType.Type.DATE) or not node.this.is_string:
            raise _Refused(zh="日期写成 DATE '2006-12-31'。", en="Write a date as DATE '2006-12-31'.")
        try:
            return tree.Value(date.fromisoformat(str(node.this.this)))
        except ValueError:
            raise _Refused(
                zh=f"{node.this.this} 不是存在的日期。", en=f"{node.this.this} is not a day that exists."
            ) from None

    def _ints(self, node: exp.Expr) -> tuple[tree.Expression, ...]:
        return tuple(self.of_type(one, "int") for one in (node.this, *node.expressions))

    def _some_column(self, node: exp.Expr, parts: Iterable[tree.Expression]) -> None:
        """Texts are those of a column: two fixed ones beside each other say nothing."""
        values = list(parts)
        if all(type_of(part) == "text" and isinstance(part, tree.Value) for part in values):
            raise _Refused(zh=f"“{_sql(node)}”中没有列。", en=f"'{_sql(node)}' names no column.")

    def _no_text(self, node: exp.Expr, part: tree.Expression) -> None:
        if type_of(part) == "text":
            raise _Refused(zh=f"“{_sql(node)}”：文字只能比较。", en=f"'{_sql(node)}': texts can only be compared.")

    def _same_type(self, node: exp.Expr, parts: Iterable[tree.Expression]) -> None:
        types = list(dict.fromkeys(type_of(part) for part in parts))
        if len(types) > 1:
            raise _Refused(
                zh=f"“{_sql(node)}”把 {types[0]} 与 {types[1]} 放在一起。",
                en=f"'{_sql(node)}' puts {types[0]} beside {types[1]}.",
                mend_zh="文字加引号，日期写成 DATE '…'。",
                mend_en="Texts stand in quotes, dates as DATE '…'.",
            )


_Read = Callable[[_Reader, exp.Expr], tree.Expression]
_READERS: tuple[tuple[type[exp.Expr] | tuple[type[exp.Expr], ...], _Read], ...] = (
    (exp.Column, _Reader.column),
    (tuple(_SIGNS), _Reader.comparison),
    (exp.And, _Reader.both),
    (exp.Or, _Reader.either),
    (exp.Not, _Reader.opposite),
    (exp.Paren, _Reader.inner),
    (exp.Between, _Reader.between),
    (exp.In, _Reader.one_of),
    (exp.Is, _Reader.unknown),
    (exp.StartsWith, _Reader.within),
    (tuple(_RECKON), _Reader.reckoning),
    (exp.Neg, _Reader.negative),
    (exp.Case, _Reader.choice),
    (exp.Least, _Reader.least),
    (exp.Greatest, _Reader.greatest),
    (exp.Coalesce, _Reader.instead),
    ((exp.Literal, exp.Boolean), _Reader.constant),
    (exp.Cast, _Reader.day),
)


def type_of(read: tree.Expression) -> str:
    """bool, int, day or text."""
    match read:
        case tree.Column(_, kind, _) | tree.Parameter(_, kind):
            return kind
        case tree.Value(value):
            return type_of_value(value)
        case tree.Reckon() | tree.Extreme():
            return "int"
        case tree.Choose(_, otherwise):
            return type_of(otherwise)
        case tree.Instead(parts):
            return type_of(parts[0])
        case _:
            return "bool"


def type_of_value(value: tree.Constant) -> str:
    if isinstance(value, bool):
        return "bool"
    return "int" if isinstance(value, int) else "day" if isinstance(value, date) else "text"


def _sql(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb")


def _unknown(name: str, known: Iterable[str], noun_zh: str, noun_en: str) -> _Refused:
    close = difflib.get_close_matches(name, list(known), n=1)
    return _Refused(
        zh=f"没有{noun_zh} {name}。",
        en=f"There is no {noun_en} {name}.",
        mend_zh=f"是不是想写 {close[0]}？" if close else f"可用的{noun_zh}：{'、'.join(known) or '无'}。",
        mend_en=f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known) or 'none'}.",
    )
