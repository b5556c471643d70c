"""Rules of the whole pack: who counts as a migrant, which counts are hidden, which methods are modern."""

from __future__ import annotations

from pydantic import Field

from shidai.packs.schema.area import CODE_LENGTH
from shidai.packs.schema.base import Cited, Id, PackModel, Words


class MigrantCase(PackModel):
    registered: str | None = Field(default=None, description="code of the registered residence; absent: unknown")
    living: str = Field(description="code of the living residence")
    days: int = Field(ge=0, description="days lived there so far")
    migrant: bool


class MigrantRule(Cited):
    """Lives for `min_days` or longer outside the registered county; the counties of `one_place` are one."""

    min_days: int = Field(ge=0)
    one_place: tuple[str, ...] = Field(description="codes of counties between which a move makes nobody a migrant")
    note: Words | None = None
    case: tuple[MigrantCase, ...] = Field(min_length=1)

    def is_migrant(self, *, registered: str | None, living: str, days: int) -> bool:
        """The rule for one person. An unknown registered residence makes nobody a migrant."""
        if registered is None or days < self.min_days:
            return False
        home, here = (code[: CODE_LENGTH["county"]] for code in (registered, living))
        return home != here and not (home in self.one_place and here in self.one_place)


class DisclosureCase(PackModel):
    count: int = Field(ge=0)
    shown: bool


class DisclosureRule(Cited):
    """Counts from 1 to `threshold` − 1 are hidden from roles without access to records."""

    threshold: int = Field(ge=1)
    zero_shown: bool = True
    secondary: bool = Field(default=True, description="hide one more cell where a total would give a hidden one away")
    note: Words | None = None
    case: tuple[DisclosureCase, ...] = Field(min_length=1)

    def shows(self, count: int) -> bool:
        return self.zero_shown if count == 0 else count >= self.threshold


class Method(PackModel):
    """A contraceptive method."""

    id: Id
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    modern: bool


class MethodCase(PackModel):
    method: str
    modern: bool


class MethodList(Cited):
    """The methods that the register knows, and which of them count as modern. The whole of methods.toml."""

    note: Words | None = None
    method: tuple[Method, ...] = Field(min_length=1)
    case: tuple[MethodCase, ...] = Field(min_length=1)
