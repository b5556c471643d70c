"""What every page has to be: within the screen's width, and without a fault that axe finds by WCAG 2.2 A and AA."""

from __future__ import annotations

from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
ALL_HERE = "() => document.querySelector('.htmx-request') === null"  # parts that a page asks for once it is there
AXE = Axe()


def look_at(page: Page, addresses: Iterable[str]) -> None:
    """Open each page and fail with all that is wrong with any of them."""
    found = [fault for address in addresses for fault in faults_of(page, address)]
    assert not found, "\n".join(found)


def faults_of(page: Page, address: str) -> list[str]:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    page.wait_for_function(ALL_HERE)
    violations = AXE.run(page, options=RULES).response["violations"]
    found = [f"{address} {one['id']} {[node['target'] for node in one['nodes']][:3]}" for one in violations]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{address} is wider than the screen")
    return found
