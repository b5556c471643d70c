"""The cases of reports: a report without any records must still say everything that it has to say, and no number."""

from __future__ import annotations

from shidai.packs import Pack
from shidai.packs.cases import CaseResult
from shidai.packs.schema.report import Report
from shidai.reports.annual import REPORT, summary_document
from shidai.reports.htmlpage import html_body


class NothingRecorded:
    """A reading of an empty register."""

    manifest_id = "—"
    cutoff = "—"
    stale = False
    invented = False

    def result(self, indicator: str, area: str, period: str, breakdown: str = "") -> None:
        return None

    def pyramid(self, area: str, year: int) -> None:
        return None


def run_cases(pack: Pack) -> list[CaseResult]:
    """Render the annual report in each case's language and look for what the case says must be there."""
    report = pack.reports.get(REPORT)
    return [] if report is None else _run(report, pack)


def _run(report: Report, pack: Pack) -> list[CaseResult]:
    results: list[CaseResult] = []
    for at, case in enumerate(report.case, 1):
        page = html_body(summary_document(NothingRecorded(), pack, pack.last_day.year, case.language))
        missing = [words for words in case.contains if words not in page]
        results.append(CaseResult("report", report.id, at, "[]", str(missing)))
    return results
