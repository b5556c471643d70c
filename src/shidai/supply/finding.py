"""Finding what an act names: sites, commodities, lots, and whom a card or number leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from shidai.core import sealing
from shidai.core.access import Scope, require
from shidai.core.queries import children
from shidai.core.roles import Capability
from shidai.packs.schema.commodity import Commodity, check_digit_fits
from shidai.registry.citypack import city_pack
from shidai.registry.queries import has_died, person_with_number
from shidai.supply import refusals
from shidai.supply.models import Card, Lot, Site

CARD_LENGTH = 12  # of a card's number, its check digit included
_TOKEN = "SD1"  # noqa: S105  the kind of a card's QR code, not a secret


def find_site(by: Scope, code: str, capability: Capability, on: date | None = None) -> Site:
    """A site where `by` may do this. Raises ShidaiError; on a day: only one that is open then."""
    site = Site.objects.filter(code=code).first()
    if site is None or (on is not None and not is_open(site, on)):
        require(by, capability)
        raise refusals.no_site(code)
    require(by, capability, site.area)
    return site


def is_open(site: Site, on: date) -> bool:
    return site.opened_on <= on and (site.closed_on is None or on < site.closed_on)


def find_commodity(commodity: str, on: date) -> Commodity:
    """A commodity of the city's pack in force on a day. Raises ShidaiError."""
    found = city_pack().in_force(on).commodities.get(commodity)
    if found is None:
        raise refusals.no_commodity(commodity)
    return found


def lot_number(text: str) -> str:
    """A lot's number in the one spelling under which it is kept: people type ab1 for AB1, and a recall finds both."""
    return text.strip().upper()


def find_lot(commodity: str, number: str) -> Lot:
    lot = Lot.objects.filter(commodity=commodity, number=lot_number(number)).first()
    if lot is None:
        raise refusals.no_lot(number)
    return lot


def lifts_recalls(by: Scope) -> bool:
    """Whether somebody answers for supply in the whole city."""
    return any(by.allows("supply.approve", root.code) for root in children(""))


@dataclass(frozen=True, slots=True)
class Identified:
    """Whom a card or number leads to: a row number, and what is needed to serve her. Never a name."""

    person: int
    uuid: UUID
    areas: tuple[str, ...]  # where she lives and is registered
    sex: int
    birth: date | None
    card: Card | None

    @property
    def mark(self) -> str:
        """A keyed mark of her: the same each time, and nobody without the key tells whose it is."""
        return f"{sealing.blind_index(str(self.uuid), 'supply.identify'):016x}"


class Holder(Protocol):
    """What is read of the record of somebody who is served."""

    pk: Any
    uuid: UUID
    sex: int
    birth_date: date | None
    living_area: str
    registered_area: str


def identified(person: Holder, card: Card | None = None) -> Identified:
    areas = tuple(area for area in (person.living_area, person.registered_area) if area)
    return Identified(person.pk, person.uuid, areas, person.sex, person.birth_date, card)


def of_person(person: Identified, who: str) -> Identified:
    """A person whose page is open, with the card that was read. Raises ShidaiError for a card of somebody else."""
    if not who.strip():
        return person
    read = identify(who)
    if read.person != person.person:
        raise refusals.card_of_another()
    return read


def identify(text: str) -> Identified:
    """Whom a card's number or QR code, or a resident number, leads to. Raises ShidaiError.

    Everybody is served at every place of the city, so no area is asked for; what comes back names nobody. Of somebody
    who died it is only said that the card or number can't be used.
    """
    plain = text.strip().replace(" ", "")
    number = _card_number(plain)
    card = (
        Card.objects.select_related("person", "person__merged_into").filter(number=number).first() if number else None
    )
    if card is not None:
        if hasattr(card, "end"):
            raise refusals.card_ended()
        return _living(card.person.merged_into or card.person, card)
    found = person_with_number(plain) if not number else None
    if found is None:
        raise refusals.card_not_known()
    return _living(found)


def _living(person: Holder, card: Card | None = None) -> Identified:
    if has_died(person.pk):
        raise refusals.cannot_be_used()
    return identified(person, card)


def is_signed_code(text: str) -> bool:
    """Whether this is a card's QR code, which nobody makes up by trying."""
    plain = text.strip().replace(" ", "")
    return plain.startswith(f"{_TOKEN}.") and _card_number(plain) is not None


def card_token(number: str) -> str:
    """What a card's QR code holds: its number with a keyed mark, so that nobody makes up cards by counting."""
    return f"{_TOKEN}.{number}.{_signature(number)}"


def _signature(number: str) -> str:
    return f"{sealing.blind_index(number, 'card'):016x}"


def _card_number(plain: str) -> str | None:
    """The number of a card that was typed or scanned; None for what is none, or whose mark is wrong."""
    if plain.startswith(f"{_TOKEN}."):
        _, _, rest = plain.partition(".")
        number, _, mark = rest.partition(".")
        return number if mark == _signature(number) else None
    fits = len(plain) == CARD_LENGTH and plain.isascii() and plain.isdigit() and check_digit_fits(plain)
    return plain if fits else None
