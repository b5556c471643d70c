"""The same events entered on the site and sent in files: what follows from them must not differ."""

from __future__ import annotations

from pathlib import Path

from shidai.registry import actions
from shidai.registry.importing import FILE_KINDS, Order, import_files
from shidai.registry.models import Person
from shidai.words import ShidaiError
from tests.factories import NANQIAO, OPERATOR, day


class ByHand:
    """Each event through its action. Every verb returns what was refused, or ''."""

    def __init__(self, folder: Path) -> None:
        self.unions: dict[str, object] = {}

    def person(self, name: str, sex: int, born: str, since: str = "", mother: str = "") -> str:
        identity = actions.Identity(name=name, sex=sex, birth=day(born))
        parents = {"mother": find(mother).uuid} if mother else {}
        facts = {"identity": identity, "area": NANQIAO, "since": day(since or born), **parents}
        return refusal(actions.register_person, **facts)

    def marries(self, wife: str, husband: str, on: str) -> str:
        return refusal(actions.start_union, wife=find(wife).uuid, husband=find(husband).uuid, day=day(on))

    def divorces(self, wife: str, husband: str, married: str, on: str) -> str:
        union = find(wife).unions_as_wife.get(husband=find(husband), start_date=day(married).day)
        return refusal(actions.end_union, union=union.uuid, day=day(on))

    def bears(self, mother: str, on: str) -> str:
        return refusal(actions.record_birth, mother=find(mother).uuid, birth=day(on), sex=1)

    def dies(self, name: str, on: str) -> str:
        return refusal(actions.record_death, person=find(name).uuid, death=day(on))

    def moves_away(self, name: str, on: str) -> str:
        return refusal(actions.register_move, person=find(name).uuid, kind="living", day=day(on))


class ByFile:
    """Each event as a row of its file; the key of a record is made of its facts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.since: dict[str, str] = {}

    def person(self, name: str, sex: int, born: str, since: str = "", mother: str = "") -> str:
        self.since[name] = since or born
        said = self.send("person", key=name, name=name, sex=sex, birth_date=born, mother_key=mother)
        return said or self.spell(name, "registered") + self.spell(name, "living")

    def spell(self, name: str, kind: str, **more: object) -> str:
        facts = {"person_key": name, "kind": kind, "area": NANQIAO, "start_date": self.since[name], **more}
        return self.send("spell", key=name + kind, **facts)

    def marries(self, wife: str, husband: str, on: str, **more: object) -> str:
        facts = {"wife_key": wife, "husband_key": husband, "start_date": on, **more}
        return self.send("union", key=wife + husband, **facts)

    def divorces(self, wife: str, husband: str, married: str, on: str) -> str:
        return self.marries(wife, husband, married, end_date=on, end_reason="divorce")

    def bears(self, mother: str, on: str) -> str:
        return self.send("birth", key=mother + on, mother_key=mother, birth_date=on, sex=1)

    def dies(self, name: str, on: str, key: str = "") -> str:
        return self.send("death", key=key or name, person_key=name, death_date=on)

    def moves_away(self, name: str, on: str) -> str:
        return self.spell(name, "living", end_date=on, end_reason="move")

    def send(self, kind: str, /, **cells: object) -> str:
        assert not set(cells) - {column.id for column in FILE_KINDS[kind].columns}
        file = self.folder / f"{kind}.csv"
        file.write_text(",".join(cells) + "\n" + ",".join(map(str, cells.values())) + "\n", encoding="utf-8")
        (outcome,) = import_files(
            [(kind, file)], Order("office", OPERATOR, mode="list", methods=(("iud", "iud"),))
        ).outcomes
        return " ".join(reject.what.en for reject in outcome.rejects)


def find(name: str) -> Person:
    return Person.objects.get(name=name)


def refusal(action: object, **facts: object) -> str:
    try:
        action(by=OPERATOR, **facts)  # type: ignore[operator]
    except ShidaiError as error:
        return " ".join(problem.what.en for problem in error.problems)
    return ""
