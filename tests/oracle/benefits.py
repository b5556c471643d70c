"""Claims and payments: random ones full of awkward days, and a count of them one record at a time."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from shidai.packs.schema.indicator import Term

SCHEMES = {
    "rural-reward": "person",
    "public-welfare-fund": "household",
    "holiday-relief": "household",
    "village-grant": "village",
}
CLAIM_OUTCOMES = ("waiting", "notice", "objected", "in_force", "refused", "declined", "stopped")
PAYMENT_OUTCOMES = ("paid", "paid", "paid", "returned", "in_flight", "repaid", "waived")


def add_benefits(
    records: dict[str, list[dict]], rng: Random, year: int, villages: tuple[str, ...], awkward_day
) -> None:
    """Claims under every scheme; some subjects are paid often, and a few under two claims in two villages."""
    for scheme, subject in SCHEMES.items():
        for number in range(1, 25):
            who = rng.randint(1, 12)
            village = rng.choice(villages)
            claim = len(records["entitlement"]) + 1
            about = {
                "person_id": who if subject == "person" else None,
                "household_id": who if subject == "household" else None,
                "area": village, "kind": scheme,
            }  # fmt: skip
            records["entitlement"].append(
                about | {
                    "record_id": claim, "day": awkward_day(rng, range(year - 1, year + 1)), "version": "v",
                    "outcome": rng.choice(CLAIM_OUTCOMES), "fen": 0,
                }
            )  # fmt: skip
            for _ in range(rng.randint(0, 3)):
                _add_payment(records, rng, year, about, claim, number, awkward_day)


def _add_payment(records, rng: Random, year: int, about: dict, claim: int, number: int, awkward_day) -> None:
    day, outcome = awkward_day(rng, range(year - 1, year + 2)), rng.choice(PAYMENT_OUTCOMES)
    payment = len(records["payment"]) + 1
    for line in range(rng.randint(1, 3)):
        records["payment"].append(
            about | {
                "record_id": 1000 * payment + line, "day": day, "payment_id": payment, "entitlement_id": claim,
                "form": "money", "outcome": outcome, "answered_on": None, "period": day - timedelta(days=31 * line),
                "fen": -5000 if outcome in ("repaid", "waived") else 5000 + 10 * number,
            }
        )  # fmt: skip


def counted(records: dict[str, list[dict]], year: int, term: Term, area: str, months: range, classes: dict) -> float:
    """How much of a measure of benefits there is in an area and some months of a year."""
    if term.measure == "benefit_claims":
        outcome = term.outcome or classes.get("outcome")
        return sum(
            row["kind"] == term.scheme and _inside(row, year, months) and row["area"].startswith(area)
            and (outcome is None or row["outcome"] == outcome)
            for row in records["entitlement"]
        )  # fmt: skip
    paid = [
        row for row in records["payment"]
        if row["kind"] == term.scheme and row["outcome"] == "paid" and _inside(row, year, months)
    ]  # fmt: skip
    if term.measure == "benefit_paid":
        return sum(row["fen"] for row in paid if row["area"].startswith(area))
    last: dict[tuple, tuple] = {}
    for row in paid:
        subject = (
            row["person_id"],
            row["household_id"],
            row["area"] if row["person_id"] is row["household_id"] else None,
        )
        last[subject] = max(last.get(subject, (row["day"], row["area"])), (row["day"], row["area"]))
    return sum(where.startswith(area) for _, where in last.values())


def _inside(row: dict, year: int, months: range) -> bool:
    return row["day"].year == year and row["day"].month - 1 in months
