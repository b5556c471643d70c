"""What every page's frame shows: the five places, who is here, the pack and the cut-off of the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from shidai.core.access import role_title
from shidai.core.language import current_language
from shidai.core.records import published_manifest
from shidai.core.request import StaffRequest
from shidai.site.figures import current_pack
from shidai.site.views.errors import HTML_LANGUAGES
from shidai.words import Text

LANGUAGE_NAMES = (("zh", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English"))


@dataclass(frozen=True, slots=True)
class FramePlace:
    """One of the five places of the frame."""

    url: str
    icon: str
    title: Text
    here: bool


PLACES = (
    ("/", "home", Text(zh="今天", en="Today"), ("/",)),
    ("/people/", "users", Text(zh="居民", en="People"), ("/people/", "/households/")),
    (
        "/work/",
        "briefcase",
        Text(zh="工作", en="Work"),
        (
            "/work/",
            "/benefits/",
            "/duplicates/",
            "/imports/",
            "/jobs/",
            "/reforms/",
            "/services/",
            "/supply/",
            "/outreach/",
            "/assessment/",
        ),
    ),
    ("/numbers/", "chart-bar", Text(zh="数据", en="Numbers"), ("/numbers/", "/areas/", "/outlook/", "/summary/")),
    ("/more/", "dots", Text(zh="更多", en="More"), ("/more/", "/audit/", "/packs/")),
)


def frame(request: StaffRequest) -> dict[str, Any]:
    """The context processor of the frame."""
    shown: dict[str, Any] = {
        "languages": LANGUAGE_NAMES,
        "html_language": HTML_LANGUAGES[current_language()],
    }
    place = getattr(request, "place", None)
    if place is None:
        return shown
    manifest = published_manifest()
    return shown | {
        "places": [
            FramePlace(url, icon, title, _is_here(request.path, starts))
            for url, icon, title, starts in PLACES
            if url != "/people/" or request.scope.allows("record.read")
        ],
        "may_search": request.scope.allows("record.read"),
        "place_query": place.query,
        "pack": current_pack(),
        "cutoff": manifest.cutoff if manifest else None,
        "my_role": _join(request.scope.roles),
        "is_demonstration": settings.DEMONSTRATION,
    }


def _is_here(path: str, starts: tuple[str, ...]) -> bool:
    return path == "/" if starts == ("/",) else path.startswith(starts)


def _join(roles: tuple[str, ...]) -> Text:
    titles = [role_title(role) for role in roles]
    return Text(zh="、".join(t.zh for t in titles), en=", ".join(t.en for t in titles))
