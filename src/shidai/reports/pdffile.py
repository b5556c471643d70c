"""The summary as PDF/A: typst sets it with the full Han font of a locked package, so that every name has its glyph."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst
from noto_cjk_sans_otc import FONT_PATH

from shidai.reports.charts import with_ink
from shidai.reports.document import Block, Chart, Document

TEMPLATE = Path(__file__).parent / "pages" / "summary.typ"
FONTS = {"zh": "Noto Sans CJK SC", "en": "Noto Sans CJK SC", "zh-hant": "Noto Sans CJK TC"}
STANDARD: Literal["a-2a"] = "a-2a"


def pdf_bytes(document: Document) -> bytes:
    """A tagged PDF/A-2a with embedded fonts and vector charts."""
    compiled = _compiler(document).compile(
        format="pdf", pdf_standards=STANDARD, timestamp=datetime.fromisoformat(document.made).replace(tzinfo=UTC)
    )
    assert isinstance(compiled, bytes)
    return compiled


def chart_png(svg: str, document: Document, *, width_points: float = 480) -> bytes:
    """One chart as a picture, for programs that show no vectors."""
    font = FONTS[document.language]
    source = (
        f"#set page(width: {width_points}pt, height: auto, margin: 0pt, fill: white)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    compiler = typst.Compiler(
        source.encode(),
        font_paths=_fonts(),
        sys_inputs={"svg": with_ink(svg, font)},
    )
    picture = compiler.compile(format="png", ppi=200)
    return picture[0] if isinstance(picture, list) else picture or b""


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The packaged font only: the same document on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[Path(str(FONT_PATH)).parent])


def _compiler(document: Document) -> typst.Compiler:
    return typst.Compiler(
        TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        sys_inputs={"document": json.dumps(_as_json(document), ensure_ascii=False)},
    )


def _as_json(document: Document) -> dict[str, Any]:
    font = FONTS[document.language]
    head = {
        name: getattr(document, name)
        for name in ("language", "title", "subtitle", "organisation", "notice", "made", "words")
    }
    return {**head, "font": font, "blocks": [_block_as_json(block, font) for block in document.blocks]}


def _block_as_json(block: Block, font: str) -> dict[str, Any]:
    if isinstance(block, Chart):
        drawn = with_ink(block.wide, font)
        return {
            "kind": "Chart",
            "title": block.title,
            "description": f"{block.title} {block.description}",
            "note": block.note,
            "svg": drawn,
        }
    return {"kind": type(block).__name__, **_with_figures(asdict(block))}


def _with_figures(value: Any) -> Any:
    """Runs as typst reads them: every run has `figure` and `quiet`."""
    if isinstance(value, dict):
        inner = {name: _with_figures(item) for name, item in value.items()}
        return {"figure": None, "quiet": False, **inner} if set(inner) == {"text"} else inner
    if isinstance(value, list | tuple):
        return [_with_figures(item) for item in value]
    return value
