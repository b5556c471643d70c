"""Rules that have decided are kept whole: a decision is made again by them, and a version that was changed is noticed.

A version's words, sources and end may be mended; what decides, prices or leads a claim may not. New rules are a new
version from a day on; an error in the pack is mended with a reason (`actions.rules.accept_rules`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.utils import timezone
from pydantic import ValidationError

from shidai.benefits.models import RulesUsed
from shidai.core.access import Scope
from shidai.packs.schema.scheme import Scheme, SchemeVersion
from shidai.packs.schemewords import say_version
from shidai.words import ShidaiError, Text, problem, say_day

_WORDS = frozenset({"title", "clause", "text", "note", "objection", "source", "checked_on", "confirmed", "evidence"})
_OF_THE_OFFICE = frozenset({"effective_to", "second_signature_over", "petty_cash_up_to"})
"""When a version ends (`actions.accruing` takes nothing back for it), and how what was decided is paid out."""
_MOST_NAMED = 3
_PLACE = re.compile(r"(?P<kind>\w+)\[(?P<id>[^\]]+)\]")


def rules_kept(scheme: str, version: str) -> RulesUsed | None:
    """What decided last under a version's name; None where nothing did."""
    return RulesUsed.objects.filter(scheme=scheme, version=version).order_by("number").last()


def all_rules_kept(scheme: str) -> dict[str, RulesUsed]:
    """What decided last under each version of a scheme that has decided, by the version's name."""
    return {one.version: one for one in RulesUsed.objects.filter(scheme=scheme).order_by("number")}


def require_unchanged(scheme: Scheme, version: SchemeVersion) -> RulesUsed | None:
    """The kept rules of a version, None before its first decision. Raises ShidaiError when the pack's differ now."""
    kept = rules_kept(scheme.id, version.id)
    if kept is not None:
        refuse_change(scheme, version, kept)
    return kept


def refuse_change(scheme: Scheme, version: SchemeVersion, kept: RulesUsed) -> None:
    """Raise ShidaiError where a version's rules differ from those that were kept."""
    if changed := differences(kept, version):
        raise _changed(scheme, version, kept, changed)


def keep_rules(scheme: Scheme, version: SchemeVersion, by: Scope) -> RulesUsed:
    """Keep a version's rules with its first decision. Raises ShidaiError when others decided at that moment."""
    first = {"by": by.username, "rules": version.model_dump_json()}
    made, _ = RulesUsed.objects.get_or_create(scheme=scheme.id, version=version.id, number=1, defaults=first)
    return require_unchanged(scheme, version) or made


def differences(kept: RulesUsed, version: SchemeVersion) -> dict[str, tuple[str, str]]:
    """What decides otherwise now: place in the version → before, now; empty texts where there was or is nothing."""
    return _differences(kept.rules, version)


@lru_cache(maxsize=256)
def version_used(rules: str) -> SchemeVersion:
    """The version as it decided, with its words then. Raises ShidaiError where this program can't read it."""
    try:
        return SchemeVersion.model_validate_json(rules)
    except ValidationError as error:
        raise ShidaiError(
            problem(
                "rules",
                zh="本程序读不懂当时据以作出决定的规则：它们由另一版本的程序保存。",
                en="This program can't read the rules that decided then: another version of Shidai kept them.",
                mend_zh="请用保存它们的版本查看；更正后的规则可用 shidai scheme accept 确认。",
                mend_en="Look at it with the version that kept them; rules as they are now stand after "
                "shidai scheme accept.",
            )
        ) from error


@lru_cache(maxsize=256)
def _differences(rules: str, version: SchemeVersion) -> dict[str, tuple[str, str]]:
    try:
        before = dict(_flat("", version_used(rules).model_dump(mode="json")))
    except ShidaiError:
        before = {}
    now = dict(_flat("", version.model_dump(mode="json")))
    places = dict.fromkeys([*before, *now])
    return {at: (before.get(at, ""), now.get(at, "")) for at in places if before.get(at) != now.get(at)}


def _flat(place: str, value: Any) -> list[tuple[str, str]]:
    """Every number, day and expression that decides, by its place: `condition[age].when`."""
    if isinstance(value, dict):
        inside = ((f"{place}.{name}" if place else name, one) for name, one in value.items() if _decides(name))
    elif isinstance(value, list):
        named = ((one.get("id", at) if isinstance(one, dict) else at, one) for at, one in enumerate(value))
        inside = ((f"{place}[{name}]", one) for name, one in named)
    else:
        return [(place, "" if value is None else str(value))]
    return [found for at, one in inside for found in _flat(at, one)]


def _decides(field: str) -> bool:
    return field not in _WORDS | _OF_THE_OFFICE


def _changed(
    scheme: Scheme, version: SchemeVersion, kept: RulesUsed, changed: dict[str, tuple[str, str]]
) -> ShidaiError:
    named, day = list(changed.items())[:_MOST_NAMED], say_day(timezone.localdate(kept.at))
    places = {at: _say_place(version, at) for at, _ in named}
    more, said = len(changed) - len(named), say_version(scheme, version)
    zh = "；".join(f"{places[at].zh}：“{before}”→“{now}”" for at, (before, now) in named)
    en = "; ".join(f"{places[at].en}: '{before}' → '{now}'" for at, (before, now) in named)
    zh, en = zh + (f"；另有{more}处" if more else ""), en + (f"; {more} more" if more else "")
    again = f"shidai scheme accept {scheme.id} {version.id} --reason …"
    return ShidaiError(
        problem(
            "",
            zh=f"“{scheme.title.zh}”（{said.zh}，{version.id}）自{day.zh}起已据以作出决定，规则却被改动：{zh}。"
            "什么都没有写入。",
            en=f"'{scheme.title.en}' ({said.en}, {version.id}) has decided since {day.en}, and its rules were changed: "
            f"{en}. Nothing was written.",
            mend_zh=f"请告知系统管理员：恢复原规则，新规定写成新的版本（effective_from）；"
            f"如是更正政策包的差错，运行 {again}。",
            mend_en="Tell the administrator: restore the rules, and write new ones as a new version (effective_from); "
            f"if it mends an error of the pack, run {again}",
        )
    )


def _say_place(version: SchemeVersion, at: str) -> Text:
    """A place in a version by the title that people know, with the place itself for who mends it."""
    found = _PLACE.match(at)
    things: Any = {"parameter": version.parameter, "condition": version.condition}.get(found["kind"]) if found else ()
    titles = [one.title.text for one in things or () if found and one.id == found["id"]]
    if not titles:
        return Text(zh=at, en=at)
    return Text(zh=f"{titles[0].zh}（{at}）", en=f"{titles[0].en} ({at})")
