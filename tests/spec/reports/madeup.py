"""A made-up city's results for the tests: Wuxi's pack, figures stated here, nothing computed."""

from __future__ import annotations

from shidai.packs import Pack, load_pack
from shidai.reports.annual import CLOSED, summary_document
from shidai.reports.document import Document, Link, Paragraph
from shidai.reports.htmlpage import html_page
from shidai.reports.matter import Opens
from shidai.words import Language
from tests.spec.reports.standin import StandInReading

CITY = "3202"


def pack() -> Pack:
    return load_pack("wuxi-2006")


def everything() -> Opens:
    """A reader who may open all figures and records of the city and its counties."""
    areas = frozenset({CITY, *(county.code for county in pack().areas_at("county"))})
    return Opens(figures=areas, records=areas)


def reading() -> StandInReading:
    """Registered population, births, deaths and their rates for 1997 to 2006; a few figures for 2005 and 2006."""
    read = StandInReading()
    for year in range(1997, 2007):
        people = 4_320_000 + 28_000 * (year - 1997)
        birth, death = 7.0 + 0.01 * (year - 1997), 5.9
        read.put("population_registered", CITY, str(year), people)
        read.put("births", CITY, str(year), round(people * birth / 1000))
        read.put("deaths", CITY, str(year), round(people * death / 1000))
        for id_, value in (
            ("crude_birth_rate", birth),
            ("crude_death_rate", death),
            ("natural_growth_rate", birth - death),
        ):
            read.put(id_, CITY, str(year), value, low=value - 0.1, high=value + 0.1, denominator=people - 14_000)
    for county in pack().areas_at("county"):
        read.put("natural_growth_rate", county.code, "2006", 1.0, low=0.5, high=1.5)
    read.ages = (["0–4", "5–9", "85+"], [90, 80, 10], [85, 78, 16])
    return read


def document(read: StandInReading | None = None, language: Language = "zh", *, opens: Opens = CLOSED) -> Document:
    return summary_document(read or reading(), pack(), 2006, language, opens)


def prose(read: StandInReading | None = None, language: Language = "zh") -> str:
    """The text's paragraphs, one a line."""
    paragraphs = [block for block in document(read, language).blocks if isinstance(block, Paragraph)]
    return "\n".join("".join(run.text for run in block.runs) for block in paragraphs)


def links(read: StandInReading | None = None, language: Language = "zh") -> dict[str, str]:
    """What each linked figure says in the paragraphs."""
    paragraphs = [block for block in document(read, language).blocks if isinstance(block, Paragraph)]
    return {run.figure: run.text for block in paragraphs for run in block.runs if isinstance(run, Link)}


def page(read: StandInReading | None = None, language: Language = "zh") -> str:
    return html_page(document(read, language))
