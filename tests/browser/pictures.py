"""Pictures of pages at the sizes, themes and languages in which they are judged.

Usage: python -m tests.browser.pictures http://127.0.0.1:8000 FOLDER [--as zhou] [--only /people/ …] [--all]
Without --all: 1440 light zh, 1440 dark en, 360 light zh, 360 dark en.
"""

from __future__ import annotations

import argparse
import itertools
import re
import shutil
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from tests.browser.conftest import FLAGS

PAGES = (
    "/login/",
    "/",
    "/people/",
    "/work/",
    "/numbers/",
    "/numbers/natural_growth_rate/",
    "/areas/",
    "/summary/",
    "/jobs/",
    "/more/",
    "/packs/",
    "/audit/",
)
WIDTHS = {1440: 900, 360: 740}
FEW = ((1440, "light", "zh"), (1440, "dark", "en"), (360, "light", "zh"), (360, "dark", "en"))
ALL = tuple(itertools.product(WIDTHS, ("light", "dark"), ("zh", "en")))


def sign_in(context: BrowserContext, site: str, member: str) -> None:
    page = context.new_page()
    page.goto(f"{site}/login/")
    page.click(f"form:has(input[name=demo][value={member}]) button")
    page.wait_for_url(f"{site}/")
    page.close()


def take(site: str, folder: Path, member: str, pages: list[str], forms: tuple[tuple[int, str, str], ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for width, theme, language in forms:
            context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme)
            context.add_cookies([{"name": "shidai_language", "value": language, "url": site}])
            if member:
                sign_in(context, site, member)
            page = context.new_page()
            page.on("pageerror", lambda error: print("script error:", error))
            page.on("console", lambda said: print("console:", said.text) if said.type == "error" else None)
            for address in pages:
                answer = page.goto(site + address)
                page.wait_for_timeout(250)
                wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                name = re.sub(r"\W+", "-", address).strip("-") or "home"
                page.screenshot(path=folder / f"{name}.{width}.{theme}.{language}.png", full_page=True)
                print(answer.status if answer else "?", address, width, theme, language, "TOO WIDE" if wide else "")
            context.close()
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as", dest="member", default="zhou")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    take(given.site, given.folder, given.member, given.only or list(PAGES), ALL if given.all else FEW)


if __name__ == "__main__":
    main()
