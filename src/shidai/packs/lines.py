"""Which line of a TOML file a value stands on: `tomllib` gives values only, an error must name its place."""

from __future__ import annotations

import re
import tomllib
from typing import Any

Path = tuple[str | int, ...]


class Lines:
    """Line numbers by path such as `("indicator", 2, "case", 0)`, of a text that `tomllib` accepts.

    The text is gone through when a line is first asked for: most packs have nothing wrong with them.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._line: dict[Path, int] = {}
        self._table: Path = ()
        self._counts: dict[Path, int] = {}

    def of(self, path: Path) -> int:
        """The line of the path, or of the nearest thing around it that has one."""
        if not self._line:
            self._read()
        while path not in self._line:
            path = path[:-1]
        return self._line[path]

    def _read(self) -> None:
        self._line[()] = 1
        lines = self._text.split("\n")
        at = 0
        while at < len(lines):
            at = self._read_statement(lines, at)

    def _read_statement(self, lines: list[str], at: int) -> int:
        first = lines[at].strip()
        if not first or first.startswith("#"):
            return at + 1
        if first.startswith("["):
            self._enter_table(first, at + 1)
            return at + 1
        end = at + 1
        while (value := _parsed("\n".join(lines[at:end]))) is None and end < len(lines):
            end += 1
        self._note(self._table, value or {}, at + 1)
        return end

    def _enter_table(self, header: str, line: int) -> None:
        keys = _keys_of(_parsed(header) or {})
        path = self._resolved(keys[:-1])
        if header.startswith("[["):
            plain = (*path, keys[-1])
            number = self._counts.get(plain, -1) + 1
            self._counts[plain] = number
            self._line.setdefault(plain, line)
            self._table = (*plain, number)
        else:
            self._table = self._resolved(keys)
        self._line[self._table] = line

    def _resolved(self, keys: list[str]) -> Path:
        """Keys of a header as a path: an array of tables on the way means its last element."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _note(self, above: Path, value: Any, line: int) -> None:
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in pairs:
            self._line.setdefault((*above, key), line)
            self._note((*above, key), inner, line)


def _parsed(statement: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return None


def _keys_of(header: dict[str, Any]) -> list[str]:
    keys: list[str] = []
    value: Any = header
    while value:
        if isinstance(value, list):
            value = value[0]
            continue
        key = next(iter(value))
        keys.append(key)
        value = value[key]
    return keys


_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


def line_of_syntax_error(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str]:
    """The line that a syntax error names, and its message without the place."""
    message = str(error)
    found = _AT_LINE.search(message)
    line = int(found.group(1)) if found and found.group(1) else text.count("\n") + 1
    return line, _AT_LINE.sub("", message).strip()
