"""Reads XML that somebody else wrote: no document type, no entity, no outside file, and a line for every element."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from shidai.words import ShidaiError, problem

LARGEST, DEEPEST = 128 * 2**20, 64  # bytes; elements inside one another
_DECLARED = re.compile(rb"""\A<\?xml[^>]{0,100}?\sencoding=["']([A-Za-z0-9._-]+)["']""")
_ENCODINGS = {"utf-8": "utf-8", "us-ascii": "ascii", "utf-16": "utf-16"} | dict.fromkeys(
    ("gb18030", "gbk", "gb2312"), "gb18030"
)
_MEND = {
    "mend_zh": "请向银行重新索取原始文件，不要编辑后再上传。",
    "mend_en": "Get the original file from the bank again and upload it unedited.",
}


@dataclass(slots=True, eq=False)
class Node:
    """An element: its name without the namespace, and where it stands in which file."""

    name: str
    file: str
    line: int
    path: str
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line} {self.path}"

    def all(self, path: str) -> list[Node]:
        """The elements at a path such as 'NtryDtls/TxDtls', in their order."""
        found = [self]
        for name in path.split("/"):
            found = [child for node in found for child in node.children if child.name == name]
        return found

    def first(self, *paths: str) -> Node | None:
        """The first element at the first of the paths that has one."""
        return next((node for path in paths for node in self.all(path)), None)

    def said(self, *paths: str) -> str:
        """The text of the first element found, without outer blanks; '' where there is none or it is empty."""
        return next((node.text for path in paths for node in self.all(path) if node.text), "")


def read_xml(data: bytes, file: str) -> tuple[str, Node]:
    """The root's namespace and the root. Raises a `ShidaiError` that names the line. Elements of other namespaces keep
    theirs in their name and are so never taken for the message's own."""
    if len(data) > LARGEST:
        raise ShidaiError(problem(file, zh="文件过大。", en="The file is too large.", **_MEND))
    builder = _Builder(file)
    try:
        builder.parser.Parse(_decoded(data, file).encode(), True)
    except expat.ExpatError as error:
        raise ShidaiError(
            problem(
                f"{file}:{error.lineno}",
                zh="XML 文件不完整或格式有误。",
                en=f"The XML is broken: {expat.errors.messages.get(error.code, 'unknown error')}.",
                **_MEND,
            )
        ) from None
    assert builder.root is not None
    return builder.namespace, builder.root


def _decoded(data: bytes, file: str) -> str:
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    name = (
        "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else (declared[1].decode() if declared else "utf-8").lower()
    )
    if name not in _ENCODINGS:
        raise ShidaiError(
            problem(f"{file}:1", zh=f"不支持编码 {name}。", en=f"The encoding {name} is not read.", **_MEND)
        )
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode(_ENCODINGS[name])
    except UnicodeDecodeError as error:
        raise ShidaiError(
            problem(
                f"{file}:{data.count(10, 0, error.start) + 1}",
                zh=f"文件声明编码为 {name}，但其中的字节不是该编码。",
                en=f"The file says that its encoding is {name}, and its bytes are not.",
                **_MEND,
            )
        ) from None


class _Builder:
    """Grows the tree as the parser reads. A document type is where entities come from, so none is let in."""

    def __init__(self, file: str) -> None:
        self.file, self.namespace = file, ""
        self.root: Node | None = None
        self._open: list[Node] = []
        self._text: list[str] = []
        self.parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, local = tag.rpartition(" ")
        if self.root is None:
            self.namespace = namespace
        name = local if namespace == self.namespace else tag
        above = self._open[-1] if self._open else None
        line = self.parser.CurrentLineNumber
        node = Node(name, self.file, line, f"{above.path if above else ''}/{name}", attributes=attributes)
        if len(self._open) >= DEEPEST:
            raise ShidaiError(
                problem(f"{self.file}:{line}", zh="XML 嵌套过深。", en="The XML is nested too deeply.", **_MEND)
            )
        if above is None:
            self.root = node
        else:
            above.children.append(node)
        self._open.append(node)
        self._text.clear()

    def _end(self, _tag: str) -> None:
        node = self._open.pop()
        if not node.children:
            node.text = "".join(self._text).strip()
        self._text.clear()

    def _refuse_doctype(self, *_: object) -> None:
        raise ShidaiError(
            problem(
                f"{self.file}:{self.parser.CurrentLineNumber}",
                zh="文件含有文档类型定义（DTD），可能引入外部内容，不予读取。",
                en="The file declares a document type, which can bring in outside content: it is not read.",
                **_MEND,
            )
        )
