"""The supply plan of a year, as a page and as a file."""

from __future__ import annotations

import csv
import re
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from shidai.core import audit
from shidai.core.request import StaffRequest
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.supply.queries import BASES, PLAN_COLUMNS, Basis, Plan, Planned, plan_rows, supply_plan, years_planned
from shidai.supply.wording import BASES as TITLES
from shidai.supply.wording import SHORT_BASES as SHORT
from shidai.supply.wording import say_units
from shidai.words import in_yuan


def plan(request: StaffRequest) -> HttpResponse:
    """What the area needs in a year, by three forecasts, and what the chosen one comes to."""
    made = _make(request)
    return render(request, "supply/plan.html", {
        "plan": made, "day": made.day, "total": in_yuan(made.fen), "years": sorted(set(years_planned(made.day))),
        "rows": [_row(one, made.basis) for one in made.lines],
        "bases": [
            {"id": one, "title": TITLES[one], "short": SHORT[one], "here": one == made.basis} for one in BASES
        ],
        "known": any(one.months for one in made.lines),
        "unknown": sum(not one.months for one in made.lines), "assumed": any(one.assumed for one in made.lines),
        "users_on": say_date(made.users_on) if made.users_on else None,
    })  # fmt: skip


def _make(request: StaffRequest) -> Plan:
    day = records_day()
    asked, basis = request.GET.get("year", ""), request.GET.get("basis", "")
    year = int(asked) if re.fullmatch(r"[0-9]{4}", asked) else years_planned(day)[-1]
    chosen: Basis = basis if basis in BASES else BASES[0]
    return supply_plan(request.scope, request.place.area.code, day, year, chosen)


def _row(one: Planned, basis: Basis) -> dict[str, Any]:
    commodity = one.commodity
    return {
        "title": commodity.title, "known": bool(one.months), "assumed": one.assumed,
        "monthly": [{"title": TITLES[each], "units": one.monthly.get(each), "here": each == basis} for each in BASES],
        "unit": commodity.unit.text, "usable": one.usable, "year": one.forecast, "from_stock": one.from_stock,
        "to_buy": one.to_buy, "buys": say_units(commodity, one.to_buy),
        "packs": one.packs, "pack_size": commodity.pack_size,
        "price": in_yuan(commodity.price.fen), "cost": in_yuan(one.fen),
        "months": [
            {"month": say_date(each.first, "month"), "forecast": each.forecast, "from_stock": each.from_stock,
             "expires": each.expires, "to_buy": each.to_buy, "packs": each.packs, "cost": in_yuan(each.fen),
             "at_end": each.at_end} for each in one.months
        ],
    }  # fmt: skip


def plan_csv(request: StaffRequest) -> HttpResponse:
    """The plan month by month as a file; the export is logged."""
    made = _make(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="supply-plan-{made.area}-{made.year}-{made.basis}.csv"'
    answer.write("\ufeff")
    out = csv.DictWriter(answer, PLAN_COLUMNS)
    out.writeheader()
    out.writerows(plan_rows(made))
    audit.record(request.scope, "supply.export", f"area:{made.area}", area=made.area)
    return answer
