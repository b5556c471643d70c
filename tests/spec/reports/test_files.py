"""The summary's files: whole or not at all, readable on their own, with real structure."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from shidai.reports.annual import write_summary
from shidai.reports.docxfile import docx_bytes
from shidai.reports.matter import Opens
from shidai.reports.pdffile import pdf_bytes
from shidai.words import Language
from tests.spec.reports import madeup


@pytest.fixture(scope="module")
def pdf() -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf_bytes(madeup.document())))


@pytest.fixture(scope="module")
def word() -> bytes:
    return docx_bytes(madeup.document())


def test_six_files_with_these_names(tmp_path: Path) -> None:
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        write_summary(tmp_path, madeup.pack(), 2006, language, reading=madeup.reading())
    assert sorted(path.name for path in (tmp_path / "summary" / "2006").iterdir()) == [
        "summary.docx", "summary.en.docx", "summary.en.html", "summary.en.pdf", "summary.html", "summary.pdf",
    ]  # fmt: skip


def test_a_file_that_fails_leaves_the_former_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_summary(tmp_path, madeup.pack(), 2006, "zh", ["html"], reading=madeup.reading())
    path = tmp_path / "summary" / "2006" / "summary.html"
    before = path.read_bytes()

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_summary(tmp_path, madeup.pack(), 2006, "zh", ["html"], reading=madeup.reading())
    assert path.read_bytes() == before
    assert [other.name for other in path.parent.iterdir()] == ["summary.html"]


def test_the_html_asks_for_nothing_from_outside() -> None:
    text = madeup.page()
    assert not re.search(r"""(?:src|href)=["'](?!#)|@import|url\(""", text)
    assert "<script" not in text


def test_every_figure_in_the_html_leads_to_its_entry() -> None:
    text = madeup.page()
    anchors = set(re.findall(r'id="(figure-[^"]+)"', text))
    wanted = set(re.findall(r'class="opens[^"]*" href="#([^"]+)"', text))
    assert wanted
    assert wanted <= anchors


def test_on_the_site_figures_lead_to_their_indicator_and_its_records() -> None:
    from shidai.reports.htmlpage import html_body

    body = html_body(madeup.document(opens=madeup.everything()))
    assert 'class="opens" href="/numbers/natural_growth_rate/?area=3202&amp;period=2006"' in body
    assert 'href="/numbers/natural_growth_rate/records/?area=3202&amp;period=2006"' in body
    assert 'class="opens unknown" href="#figure-petitions_handled"' in body


def test_a_figure_opens_on_the_site_only_for_those_who_may_open_it() -> None:
    """A village worker reads the city's summary; its figures lead her to their definitions on the same page."""
    from shidai.reports.htmlpage import html_body

    seen = html_body(madeup.document(opens=Opens(figures=frozenset({madeup.CITY}))))
    assert 'href="/numbers/natural_growth_rate/?area=3202&amp;period=2006"' in seen
    assert "/records/" not in seen
    assert 'href="/numbers/natural_growth_rate/?area=320205' not in seen
    hidden = html_body(madeup.document(opens=Opens()))
    assert 'href="/numbers/' not in hidden
    assert 'class="opens" href="#figure-' in hidden


def test_names_from_a_pack_cannot_forge_markup() -> None:
    read = madeup.reading()
    read.manifest_id = "<script>alert(1)</script>"
    assert "<script>" not in madeup.page(read)


def test_the_pdf_is_tagged_archivable_and_embeds_its_font(pdf: pypdf.PdfReader) -> None:
    metadata = pdf.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part>2<", metadata)
    assert re.search(r"pdfaid:conformance>A<", metadata)
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert str(pdf.trailer["/Root"]["/Lang"]).startswith("zh")
    fonts = [font.get_object() for font in pdf.pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
        assert "NotoSansCJK" in str(descriptor["/FontName"])


def test_the_pdf_says_what_the_document_says(pdf: pypdf.PdfReader) -> None:
    text = "".join(page.extract_text() for page in pdf.pages).replace("\n", "").replace(" ", "")
    assert "全市户籍人口457.20万人" in text
    assert "历史数列（只读）" in text
    assert 5 <= len(pdf.pages) <= 12


def test_a_rare_character_has_its_glyph() -> None:
    """湖㳇镇 is a town of the city; 䶮 and 𠮷 stand in names. A missing glyph would fail the PDF/A check of typst."""
    read = madeup.reading()
    read.cutoff = "湖㳇镇䶮𠮷"
    reader = pypdf.PdfReader(io.BytesIO(pdf_bytes(madeup.document(read))))
    assert "湖㳇镇䶮𠮷" in reader.pages[0].extract_text().replace(" ", "")


def test_the_docx_has_headings_tables_and_east_asian_fonts(word: bytes) -> None:
    document = docx.Document(io.BytesIO(word))
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings == ["一、目标完成情况", "二、主要工作进展", "附录"]
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "微软雅黑"
        assert fonts.get(qn("w:eastAsiaTheme")) is None
    heads = document.element.body.findall(f".//{qn('w:tblHeader')}")
    assert len(heads) >= 3


def test_the_docx_has_vectors_with_a_picture_and_words_for_each(word: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        names = archive.namelist()
        body = archive.read("word/document.xml").decode()
        types = archive.read("[Content_Types].xml").decode()
    assert len([name for name in names if name.endswith(".svg")]) == 4
    assert len([name for name in names if name.endswith(".png")]) == 4
    assert "image/svg+xml" in types
    assert body.count("svgBlip") == 4
    assert all(text for text in re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', body))


def test_figures_in_the_docx_lead_to_bookmarks_that_exist(word: bytes) -> None:
    body = zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()
    anchors = set(re.findall(r'w:hyperlink [^>]*w:anchor="([^"]+)"', body))
    assert anchors
    assert anchors <= set(re.findall(r'w:bookmarkStart [^>]*w:name="([^"]+)"', body))


def test_facts_in_the_docx_are_parted_by_one_mark(word: bytes) -> None:
    text = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(word)).paragraphs)
    assert "；来源" in text or "; Source" in text
    assert not re.search(r"[。.][；;]", text)
