"""The summary as DOCX: real heading styles, tables with repeated heads, East Asian fonts, vector charts with a picture
behind each for programs that show none."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from shidai.reports.charts import with_ink
from shidai.reports.document import Box, Cell, Chart, Document, Entries, Heading, Highlights, Paragraph, Run, Table
from shidai.reports.pdffile import chart_png

EAST_ASIAN = {"zh": "微软雅黑", "en": "微软雅黑", "zh-hant": "微軟正黑體"}
LATIN = "Calibri"
ACCENT = RGBColor(0x0D, 0x6B, 0x70)
MUTED = RGBColor(0x5B, 0x6B, 0x6E)
WIDTH = Cm(16)
WHOLE_ROWS = 14  # a table of so many rows stands on one page; a longer one breaks, but not after its FIRST_ROWS
FIRST_ROWS = 4
IN_TABLES = "Shidai table"
STYLES: dict[str, tuple[float, RGBColor | None]] = {
    "Normal": (10.5, None),
    "Title": (22, None),
    "Subtitle": (11, ACCENT),
    "Heading 1": (15, ACCENT),
    "Heading 2": (12, None),
    "Heading 3": (11, None),
    "Caption": (10.5, None),
    "Header": (8.5, MUTED),
    "Footer": (8.5, MUTED),
}
_SVG_EXTENSION = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{id}"/></a:ext></a:extLst>'
)


def docx_bytes(document: Document) -> bytes:
    word = docx.Document()
    _set_up(word, document)
    word.add_paragraph(document.organisation, style="Subtitle")
    word.add_paragraph(document.title, style="Title")
    _muted(word, f"{document.subtitle} · {document.words['made']}")
    if document.notice:
        _muted(word, document.notice)
    writer = _Writer(word, document)
    for block in document.blocks:
        writer.write(block)
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


class _Writer:
    """Puts one block after another into the Word document."""

    def __init__(self, word: WordDocument, document: Document) -> None:
        self.word = word
        self.document = document
        self.bookmarks = 0
        self.counted = {"figure": 0, "table": 0}

    def write(self, block: Any) -> None:
        writers: dict[type, Callable[[Any], None]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Table: self._table,
            Chart: self._chart,
            Box: self._box,
            Highlights: self._highlights,
            Entries: self._entries,
        }
        writers[type(block)](block)

    def _heading(self, heading: Heading) -> None:
        self.word.add_heading(heading.text, heading.level)

    def _paragraph(self, block: Paragraph) -> None:
        paragraph = self.word.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if self.document.language != "en":
            _indent_two_characters(paragraph)
        self._runs(paragraph, block.runs)

    def _runs(self, paragraph: Any, runs: tuple[Run, ...]) -> None:
        for run in runs:
            figure = getattr(run, "figure", None)
            if figure is None:
                paragraph.add_run(run.text)
            else:
                _link_inside(paragraph, run.text, f"figure_{figure}", quiet=getattr(run, "quiet", False))

    def _caption(self, kind: str, title: str) -> None:
        """'图1 …', 'Table 2. …', centred over what it names and on the same page."""
        self.counted[kind] += 1
        label = self.document.words[kind].replace("{n}", str(self.counted[kind]))
        paragraph = self.word.add_paragraph(style="Caption")
        paragraph.add_run(f"{label}{self._gap}{title}")

    def _table(self, block: Table) -> None:
        self._caption("table", block.title)
        self._grid(block.heads, block.rows, block.widths)
        if block.note:
            _muted(self.word, block.note).paragraph_format.space_before = Pt(4)

    def _grid(self, heads: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], widths: tuple[int, ...]) -> None:
        table = self.word.add_table(rows=1, cols=len(heads))
        table.style = "Table Grid"
        _plain_borders(table)
        numbers = [cell.number for cell in rows[0]] if rows else [False] * len(heads)
        for cell, head, number in zip(table.rows[0].cells, heads, numbers, strict=True):
            _set_colour(_fill_cell(cell, number=number).add_run(head), MUTED)
        table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {_W}/>"))
        for row in rows:
            for place, cell in zip(table.add_row().cells, row, strict=True):
                self._runs(_fill_cell(place, number=cell.number), cell.runs)
        _rule(table.rows[0], top=8, bottom=6)
        _rule(table.rows[-1], bottom=8)
        _keep_rows_together(table.rows[:-1] if len(rows) <= WHOLE_ROWS else table.rows[:FIRST_ROWS])
        _set_widths(table, widths if len(widths) == len(heads) else (1,) * len(heads))

    def _chart(self, block: Chart) -> None:
        self._caption("figure", block.title)
        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.keep_with_next = bool(block.note)
        shape = paragraph.add_run().add_picture(io.BytesIO(chart_png(block.wide, self.document)), width=WIDTH)
        shape._inline.docPr.set("descr", block.description)
        self._add_vectors(shape, block)
        if block.note:
            _muted(self.word, block.note)

    def _add_vectors(self, shape: Any, block: Chart) -> None:
        """The SVG beside its picture: Word 2016 and later draw the vectors."""
        content = with_ink(block.wide, EAST_ASIAN[self.document.language]).encode()
        name = PackURI(f"/word/media/{block.anchor}.svg")
        part = Part(name, "image/svg+xml", content, self.word.part.package)
        reference = self.word.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
        blip = shape._inline.graphic.graphicData.pic.blipFill.blip
        blip.append(parse_xml(_SVG_EXTENSION.format(id=reference)))

    def _box(self, block: Box) -> None:
        self.word.add_heading(block.title, 3)
        rows = tuple((Cell.of(label), Cell.of(text)) for label, text in block.lines)
        self._pairs(rows)

    def _pairs(self, rows: tuple[tuple[Cell, ...], ...]) -> None:
        table = self.word.add_table(rows=0, cols=2)
        _plain_borders(table)
        for label, text in rows:
            cells = table.add_row().cells
            self._runs(_fill_cell(cells[0], number=False), label.runs)
            self._runs(_fill_cell(cells[1], number=False), text.runs)
        _set_widths(table, (1, 3))

    def _highlights(self, block: Highlights) -> None:
        table = self.word.add_table(rows=1, cols=len(block.items))
        _plain_borders(table)
        for cell, item in zip(table.rows[0].cells, block.items, strict=True):
            paragraph = _fill_cell(cell, number=False)
            _set_colour(paragraph.add_run(item.title), MUTED)
            value = cell.add_paragraph()
            self._runs(value, (item.value,))
            for run in value._p.iter(qn("w:r")):
                run.get_or_add_rPr().append(parse_xml(f'<w:sz {_W} w:val="28"/>'))
            value.paragraph_format.space_after = Pt(2)
            _set_colour(cell.add_paragraph().add_run(item.remark), MUTED)

    def _entries(self, block: Entries) -> None:
        self.word.add_heading(block.title, 3)
        for entry in block.entries:
            paragraph = self.word.add_paragraph()
            paragraph.paragraph_format.keep_with_next = True
            self._bookmark(paragraph, f"figure_{entry.figure}")
            paragraph.add_run(entry.title).bold = True
            paragraph.add_run(f"  {entry.shown}")
            paragraph.paragraph_format.space_after = Pt(1)
            facts = self._semicolon.join(f"{name}{self._colon}{text.rstrip('.。')}" for name, text in entry.facts)
            _muted(self.word, facts).paragraph_format.line_spacing = 1.2

    @property
    def _colon(self) -> str:
        return ": " if self.document.language == "en" else "："

    @property
    def _gap(self) -> str:
        return "  " if self.document.language == "en" else "\u3000"

    @property
    def _semicolon(self) -> str:
        return "; " if self.document.language == "en" else "；"

    def _bookmark(self, paragraph: Any, name: str) -> None:
        self.bookmarks += 1
        start = parse_xml(f'<w:bookmarkStart {_W} w:id="{self.bookmarks}" w:name="{name[:40]}"/>')
        end = parse_xml(f'<w:bookmarkEnd {_W} w:id="{self.bookmarks}"/>')
        paragraph._p.append(start)
        paragraph._p.append(end)


_EAST_LANGUAGE = {"en-GB": "zh-CN"}
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _set_up(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.4)
    east = EAST_ASIAN[document.language]
    spoken = {"en": "en-GB", "zh": "zh-CN", "zh-hant": "zh-TW"}[document.language]
    for name, (size, colour) in STYLES.items():
        _set_style(word.styles[name], size, colour, east, spoken)
    in_tables = word.styles.add_style(IN_TABLES, WD_STYLE_TYPE.PARAGRAPH)
    in_tables.base_style, in_tables.font.size = word.styles["Normal"], Pt(9.5)
    in_tables.paragraph_format.space_after, in_tables.paragraph_format.line_spacing = Pt(2), 1.15
    caption = word.styles["Caption"]
    caption.font.bold = True
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(10), Pt(4)
    caption.paragraph_format.keep_with_next = True
    word.styles["Normal"].paragraph_format.line_spacing = 1.4
    word.core_properties.title = document.title
    word.core_properties.author = document.organisation
    word.core_properties.language = spoken
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = document.title
    for footer in (section.footer, section.first_page_footer):
        _page_numbers(footer.paragraphs[0], document.words["page"])


def _set_style(style: Any, size: float, colour: RGBColor | None, east: str, spoken: str) -> None:
    style.font.name = LATIN
    style.font.italic = False
    style.font.size = Pt(size)
    style.font.color.rgb = colour or RGBColor(0x1D, 0x2B, 0x2E)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for place in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        if fonts.get(qn(place)) is not None:
            del fonts.attrib[qn(place)]
    fonts.set(qn("w:eastAsia"), east)
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:hAnsi"), LATIN)
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:spacing")):
        properties.remove(old)
    # The language decides which form of a Han character and of its punctuation a program draws.
    properties.append(parse_xml(f'<w:lang {_W} w:val="{spoken}" w:eastAsia="{_EAST_LANGUAGE.get(spoken, spoken)}"/>'))


def _page_numbers(paragraph: Any, words: str) -> None:
    """'第 1 页，共 8 页': the words with live numbers."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    fields = {"{n}": "PAGE", "{total}": "NUMPAGES"}
    for piece in re.split(r"(\{n\}|\{total\})", words):
        if piece in fields:
            field = f'<w:fldSimple {_W} w:instr="{fields[piece]}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
            paragraph._p.append(parse_xml(field))
        else:
            paragraph.add_run(piece)


def _rule(row: Any, **sides: int) -> None:
    """Heavier lines at a row's sides, in eighths of a point: the three rules of a statistical table."""
    for cell in row.cells:
        drawn = "".join(f'<w:{side} w:val="single" w:sz="{size}" w:color="1D2B2E"/>' for side, size in sides.items())
        cell._tc.get_or_add_tcPr().append(parse_xml(f"<w:tcBorders {_W}>{drawn}</w:tcBorders>"))


def _keep_rows_together(rows: Any) -> None:
    for row in rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _indent_two_characters(paragraph: Any) -> None:
    indent = parse_xml(f'<w:ind {_W} w:firstLineChars="200" w:firstLine="420"/>')
    paragraph._p.get_or_add_pPr().append(indent)


def _link_inside(paragraph: Any, text: str, anchor: str, *, quiet: bool) -> None:
    run = paragraph.add_run(text)
    _set_colour(run, MUTED if quiet else RGBColor(0x0B, 0x51, 0x55))
    link = parse_xml(f'<w:hyperlink {_W} w:anchor="{anchor[:40]}" w:history="1"/>')
    paragraph._p.append(link)
    link.append(run._r)


def _set_colour(run: Any, colour: RGBColor) -> None:
    run.font.color.rgb = colour


def _muted(word: WordDocument, text: str) -> Any:
    paragraph = word.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size = Pt(9)
    _set_colour(run, MUTED)
    return paragraph


def _fill_cell(cell: Any, *, number: bool) -> Any:
    paragraph = cell.paragraphs[0]
    paragraph.style = IN_TABLES
    if number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph


def _set_widths(table: Any, shares: tuple[int, ...]) -> None:
    """Fixed columns in these proportions; rows don't break over pages."""
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = int(WIDTH * share / sum(shares))
        for cell in column.cells:
            cell.width = column.width
    for row in table.rows:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {_W}/>"))


def _plain_borders(table: Any) -> None:
    """Horizontal hairlines only."""
    sides = "".join(
        f'<w:{side} w:val="{"single" if side in ("top", "bottom", "insideH") else "nil"}" w:sz="4" w:color="DFE5E4"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    table._tbl.tblPr.append(parse_xml(f"<w:tblBorders {_W}>{sides}</w:tblBorders>"))
