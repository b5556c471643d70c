"""Reading a pack: all problems of all files at once, or the pack."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from shidai.packs.crosscheck import crosscheck
from shidai.packs.explain import explain
from shidai.packs.files import CsvRow, Placed, TomlFile, read_csv, read_toml
from shidai.packs.parts import Part, Parts
from shidai.packs.scenariochecks import check_scenarios
from shidai.packs.schema.area import PackArea
from shidai.packs.schema.checklist import Checklist
from shidai.packs.schema.commodity import Commodity
from shidai.packs.schema.demonstration import Demonstration
from shidai.packs.schema.equipment import EquipmentKind
from shidai.packs.schema.holidays import HolidayYear
from shidai.packs.schema.indicator import Indicator
from shidai.packs.schema.pack import Pack, PackHeader
from shidai.packs.schema.programme import Programme
from shidai.packs.schema.report import Report
from shidai.packs.schema.rule import MethodList
from shidai.packs.schema.scenario import Consequence, Scenario
from shidai.packs.schema.scheme import AttestedFact, Scheme
from shidai.packs.schema.series import Series
from shidai.packs.schema.source import Source
from shidai.packs.schema.target import Target
from shidai.packs.schema.training import Training
from shidai.packs.schema.whatif import WhatIf
from shidai.words import Problem, ShidaiError, problem

SHIPPED = Path(__file__).parent / "shipped"
AREA_COLUMNS = tuple(PackArea.model_fields)
FOLDERS: dict[str, type[BaseModel]] = {
    "indicators": Indicator,
    "series": Series,
    "targets": Target,
    "reports": Report,
    "schemes": Scheme,
    "programmes": Programme,
    "commodities": Commodity,
    "trainings": Training,
    "checklists": Checklist,
    "scenarios": Scenario,
    "consequences": Consequence,
    "whatifs": WhatIf,
}
NOUNS = {
    "indicators": "indicator", "series": "series", "targets": "target", "reports": "report", "schemes": "scheme",
    "programmes": "programme", "commodities": "commodity", "trainings": "training", "checklists": "checklist",
    "scenarios": "scenario", "consequences": "consequence", "whatifs": "what_if",
}  # fmt: skip
ONE_TABLE_FILES = ("pack.toml", "methods.toml", "demonstration.toml")

Model = TypeVar("Model", bound=BaseModel)


@dataclass
class _Reading(Generic[Model]):
    """One go through a pack's folder; problems gather here."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def one(self, name: str, model: type[Model], *, needed: bool = True) -> Part[Model] | None:
        """A file that is one table."""
        path = self.folder / name
        if not needed and not path.exists():
            return None
        file = read_toml(path, self.problems)
        return None if file is None else self._part(file.values, model, Placed(file))

    def many(self, path: Path, noun: str, model: type[Model], *, needed: bool = True) -> list[Part[Model]]:
        """A file that is an array of tables `[[noun]]` and nothing else."""
        if not needed and not path.exists():
            return []
        file = read_toml(path, self.problems)
        if file is None:
            self.unread.add(noun)
            return []
        self._refuse_others(file, noun)
        found = file.values.get(noun, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self.problems.append(_not_an_array(file.where(noun), noun))
            return []
        parts = (self._part(item, model, Placed(file, (noun, at))) for at, item in enumerate(found))
        return [part for part in parts if part is not None]

    def rows(self, name: str, model: type[Model], columns: tuple[str, ...]) -> list[Part[Model]]:
        rows: list[CsvRow] = read_csv(self.folder / name, columns, self.problems)
        if not rows:
            self.unread.add("area")
        parts = (self._part({"parent": None, **row.values}, model, Placed(row)) for row in rows)
        return [part for part in parts if part is not None]

    def _part(self, values: dict[str, Any], model: type[Model], placed: Placed) -> Part[Model] | None:
        try:
            return Part(model.model_validate(values), placed)
        except ValidationError as error:
            self.problems += explain(error, placed, model)
            self.unread |= {str(values[name]) for name in ("id", "code") if name in values}
            return None

    def _refuse_others(self, file: TomlFile, noun: str) -> None:
        for key in file.values:
            if key != noun:
                self.problems.append(
                    problem(
                        file.where(key),
                        zh=f"这个文件里不该有 {key}。",
                        en=f"{key} does not belong in this file.",
                        mend_zh=f"这里只写 [[{noun}]]；字段要写在某个 [[{noun}]] 之下。",
                        mend_en=f"Only [[{noun}]] stands here; fields go below one of them.",
                    )
                )


def _not_an_array(where: str, noun: str) -> Problem:
    return problem(
        where,
        zh=f"{noun} 应是表数组。",
        en=f"{noun} must be an array of tables.",
        mend_zh=f"请写成 [[{noun}]]（两层方括号）。",
        mend_en=f"Write [[{noun}]] with two brackets.",
    )


def _folder_parts(reading: _Reading[Any], folder: str) -> list[Part[Any]]:
    files = sorted((reading.folder / folder).glob("*.toml"))
    return [part for file in files for part in reading.many(file, NOUNS[folder], FOLDERS[folder])]


def _refuse_strays(reading: _Reading[Any]) -> None:
    """A TOML file that nobody reads is a typing error in its name, and would be silently out of force."""
    known = {*ONE_TABLE_FILES, "sources.toml", "equipment.toml", "facts.toml", "holidays.toml"}
    for path in sorted(reading.folder.rglob("*.toml")):
        place = path.relative_to(reading.folder)
        if str(place) in known or (len(place.parts) == 2 and place.parts[0] in FOLDERS):
            continue
        reading.problems.append(
            problem(
                str(path),
                zh="政策包里没有读取这个文件的地方。",
                en="Nothing in a pack reads this file.",
                mend_zh=f"文件应是 {'、'.join(sorted(known))}，或放在 {'、'.join(FOLDERS)} 之一。",
                mend_en=f"It should be {', '.join(sorted(known))}, or lie in {', '.join(FOLDERS)}.",
            )
        )


def read_parts(folder: Path) -> tuple[Parts, list[Problem]]:
    """Everything readable in a folder, each part with its place, and every problem found on the way."""
    reading: _Reading[Any] = _Reading(folder)
    read: dict[str, Any] = {
        "header": reading.one("pack.toml", PackHeader),
        "areas": reading.rows("areas.csv", PackArea, AREA_COLUMNS),
        "sources": reading.many(folder / "sources.toml", "source", Source),
        "methods": reading.one("methods.toml", MethodList, needed=False),
        "indicators": _folder_parts(reading, "indicators"),
        "series": _folder_parts(reading, "series"),
        "targets": _folder_parts(reading, "targets"),
        "reports": _folder_parts(reading, "reports"),
        "schemes": _folder_parts(reading, "schemes"),
        "programmes": _folder_parts(reading, "programmes"),
        "commodities": _folder_parts(reading, "commodities"),
        "trainings": _folder_parts(reading, "trainings"),
        "checklists": _folder_parts(reading, "checklists"),
        "scenarios": _folder_parts(reading, "scenarios"),
        "consequences": _folder_parts(reading, "consequences"),
        "whatifs": _folder_parts(reading, "whatifs"),
        "equipment": reading.many(folder / "equipment.toml", "equipment", EquipmentKind, needed=False),
        "facts": reading.many(folder / "facts.toml", "fact", AttestedFact, needed=False),
        "holidays": reading.many(folder / "holidays.toml", "year", HolidayYear, needed=False),
        "demonstration": reading.one("demonstration.toml", Demonstration, needed=False),
    }
    _refuse_strays(reading)
    return Parts(folder=folder, unread=frozenset(reading.unread), **read), reading.problems


def check_scenario_file(path: Path, pack_folder: Path) -> tuple[tuple[Scenario, ...], list[Problem]]:
    """The scenarios of a file outside the pack's folder, and what is wrong in them beside that pack."""
    return _check_file(path, pack_folder, "scenarios", {"consequences": [], "whatifs": []})


def check_whatif_file(path: Path, pack_folder: Path) -> tuple[tuple[WhatIf, ...], list[Problem]]:
    """The what-ifs of a file outside the pack's folder, and what is wrong in them beside that pack."""
    return _check_file(path, pack_folder, "whatifs", {"consequences": []})


def _check_file(path: Path, pack_folder: Path, folder: str, without: dict[str, Any]) -> tuple[Any, list[Problem]]:
    parts, _ = read_parts(pack_folder)
    reading: _Reading[Any] = _Reading(path.parent)
    found = reading.many(path, NOUNS[folder], FOLDERS[folder])
    if not found and not reading.problems:
        reading.problems.append(_not_an_array(str(path), NOUNS[folder]))
    beside = replace(parts, **{**without, folder: found})
    return tuple(part.thing for part in found), [*reading.problems, *check_scenarios(beside)]


def check_pack(folder: Path | str) -> list[Problem]:
    """All problems of a pack by file and line; empty when it is sound."""
    return _read(folder_of(folder))[1]


def load_pack(pack: Path | str) -> Pack:
    """The shipped pack of that id, or the pack in that folder. Raises `ShidaiError` with all problems."""
    folder = folder_of(pack)
    return _load(folder, _stamp(folder))


def _stamp(folder: Path) -> int:
    """Changes when a file of the pack changes."""
    stats = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return hash(tuple((stat.st_mtime_ns, stat.st_size) for stat in stats))


@lru_cache(maxsize=8)
def _load(folder: Path, _stamp: int) -> Pack:
    loaded, problems = _read(folder)
    if loaded is None or problems:
        raise ShidaiError(problems)
    return loaded


def _read(folder: Path) -> tuple[Pack | None, list[Problem]]:
    parts, problems = read_parts(folder)
    problems = sorted([*problems, *crosscheck(parts)], key=_place)
    if parts.header is None:
        return None, problems
    header = parts.header.thing
    loaded = Pack.model_construct(
        header=header,
        folder=folder,
        on=header.last_day,
        areas=tuple(part.thing for part in parts.areas),
        sources={part.thing.id: part.thing for part in parts.sources},
        method_list=parts.methods.thing if parts.methods else None,
        all_indicators=(
            *(part.thing for part in parts.indicators),
            *(indicator for part in parts.programmes for indicator in part.thing.indicator),
        ),
        all_series=tuple(part.thing for part in parts.series),
        all_targets=tuple(part.thing for part in parts.targets),
        all_reports=tuple(part.thing for part in parts.reports),
        all_schemes=tuple(part.thing for part in parts.schemes),
        all_programmes=tuple(part.thing for part in parts.programmes),
        all_commodities=tuple(part.thing for part in parts.commodities),
        all_trainings=tuple(part.thing for part in parts.trainings),
        all_checklists=tuple(part.thing for part in parts.checklists),
        all_scenarios=tuple(part.thing for part in parts.scenarios),
        all_consequences=tuple(part.thing for part in parts.consequences),
        all_whatifs=tuple(part.thing for part in parts.whatifs),
        all_equipment=tuple(part.thing for part in parts.equipment),
        attested={part.thing.id: part.thing for part in parts.facts},
        holidays=tuple(part.thing for part in parts.holidays),
        demonstration=parts.demonstration.thing if parts.demonstration else None,
    )
    return loaded, problems


def _place(found: Problem) -> tuple[str, int]:
    file, _, line = found.where.rpartition(":")
    return (file, int(line)) if line.isdigit() else (found.where, 0)


def shipped_packs() -> list[Path]:
    """Folders of the packs that come with Shidai."""
    return sorted(path.parent for path in SHIPPED.glob("*/pack.toml"))


def folder_of(pack: Path | str) -> Path:
    """The folder of a shipped pack's id, or the folder itself. Raises ShidaiError."""
    folder = Path(pack)
    if folder.is_dir():
        return folder
    if (SHIPPED / str(pack) / "pack.toml").exists():
        return SHIPPED / str(pack)
    names = "、".join(path.name for path in shipped_packs())
    raise ShidaiError(
        problem(
            str(pack),
            zh="没有这个政策包，也没有这个目录。",
            en="There is no such pack and no such folder.",
            mend_zh=f"随附的政策包：{names}；或写出含 pack.toml 的目录。",
            mend_en=f"Packs that come with Shidai: {names}; or name a folder with a pack.toml.",
        )
    )
