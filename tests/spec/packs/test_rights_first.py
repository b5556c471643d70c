"""What the law has abolished stays history: never a target, never computed, always with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.packs import load_pack
from tests.spec.packs.packfolder import SERIES, TARGET, problems_of

ARCHIVE = SERIES.replace('"published"', '"archive"') + (
    'abolished_by = "law"\nnote = { zh = "已废止", en = "abolished" }\n'
)


def test_an_archive_figure_cannot_be_a_target(tmp_path: Path) -> None:
    assert problems_of(tmp_path, series__all_toml=ARCHIVE) == [
        (
            "targets/2006.toml:4: published.visits is the history of an abolished policy and cannot be a target. "
            "Remove the target; service coverage or satisfaction can be aimed at instead."
        )
    ]


def test_an_archive_figure_says_why_it_is_read_only(tmp_path: Path) -> None:
    silent = SERIES.replace('"published"', '"archive"')
    assert problems_of(tmp_path, series__all_toml=silent, targets__2006_toml=None) == [
        (
            "series/all.toml:1: Archive series published.visits needs a note and abolished_by. "
            "Say why it is read-only and name the source that ended the policy."
        )
    ]


def test_the_shipped_pack_computes_and_targets_no_archive_figure() -> None:
    pack = load_pack("wuxi-2006")
    archive = {id_ for id_, series in pack.series.items() if series.kind == "archive"}
    assert len(archive) == 7
    assert archive.isdisjoint(pack.indicators)
    assert archive.isdisjoint(target.figure for target in pack.targets.values())
    assert archive.isdisjoint(figure.indicator for figure in pack.reports["annual"].figure)
    assert set(pack.reports["annual"].history) == archive


def test_an_indicator_may_not_bring_an_archive_figure_back(tmp_path: Path) -> None:
    archive = ARCHIVE.replace("published.visits", "visits")
    indicator = """\
[[indicator]]
id = "visits"
title = { zh = "走访", en = "visits" }
definition = { zh = "走访", en = "visits" }
unit = { zh = "次", en = "visits" }
formula = "count"
numerator = [{ measure = "births" }]
interval = "none"
source = "law"
checked_on = 2026-01-01
effective_from = 2006-01-01
case = [{ note = "one", cell = [{ measure = "births", n = 1 }], expected = { value = 1 } }]
"""
    found = problems_of(tmp_path, series__all_toml=archive, indicators__all_toml=indicator, targets__2006_toml=None)
    assert found == [
        (
            "indicators/all.toml:2: visits is the history of an abolished policy: nothing may compute it anew. "
            "Remove the indicator; the history stays as a published series."
        )
    ]


@pytest.mark.parametrize("comparison", [">=", "<="])
def test_a_target_is_met_on_its_own_side(tmp_path: Path, comparison: str) -> None:
    target = TARGET.replace(">=", comparison)
    assert problems_of(tmp_path, targets__2006_toml=target) == []
