"""The summary as HTML: one file that needs nothing from outside, or the body of a page of the site."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shidai.reports.document import Block, Document, Entries

HERE = Path(__file__).parent
HTML_LANGUAGE = {"zh": "zh-Hans", "en": "en", "zh-hant": "zh-Hant"}


def html_page(document: Document) -> str:
    """A whole page with its style inside; light and dark follow the reader's system."""
    styles = (HERE / "pages" / "standalone.css", HERE / "static" / "reports" / "summary.css")
    style = "\n".join(path.read_text(encoding="utf-8") for path in styles)
    return _render("page.html.jinja", document, style=style, body=html_body(document))


def html_body(document: Document) -> str:
    """The article alone; it takes its colours from the page around it."""
    return _render("body.html.jinja", document)


def _render(name: str, document: Document, **values: str) -> str:
    environment = Environment(
        loader=FileSystemLoader(HERE / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    targets = _targets(document)
    return environment.get_template(name).render(
        document=document,
        html_lang=HTML_LANGUAGE[document.language],
        kind_of=_kind_of,
        target=lambda figure: targets.get(figure, f"#figure-{figure}"),
        **values,
    )


def _targets(document: Document) -> dict[str, str]:
    """Where each figure's link leads: its indicator's page on the site, else its entry in the appendix."""
    entries = [entry for block in document.blocks if isinstance(block, Entries) for entry in block.entries]
    return {entry.figure: entry.definition_url for entry in entries if entry.definition_url}


def _kind_of(block: Block) -> str:
    return type(block).__name__
