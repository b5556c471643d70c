"""Every read of supply, inside the caller's areas. What is where names nobody; who got what is health data."""

from shidai.supply.queries.plans import BASES, PLAN_COLUMNS, Basis, Plan, Planned, plan_rows, supply_plan, years_planned
from shidai.supply.queries.recalls import Place, RecallPage, TakerLine, recall_page
from shidai.supply.queries.shares import Share, Shortage, shortages
from shidai.supply.queries.sites import (
    SitePage,
    dispensing_sites,
    find_open_site,
    lots_at,
    office_near,
    receiving_sites,
    site_of,
    site_page,
    sites_of,
    sites_that_see,
    stock_table,
)
from shidai.supply.queries.takers import CardLine, PersonSupply, Serving, person_supply, serving
from shidai.supply.queries.waiting import Asked, requisitions, transfers_to

__all__ = [
    "BASES", "PLAN_COLUMNS", "Asked", "Basis", "CardLine", "PersonSupply", "Place", "Plan", "Planned", "RecallPage",
    "Serving", "Share", "Shortage", "SitePage", "TakerLine", "dispensing_sites", "find_open_site", "lots_at",
    "office_near", "person_supply", "plan_rows", "recall_page", "receiving_sites", "requisitions", "serving",
    "shortages", "site_of", "site_page", "sites_of", "sites_that_see", "stock_table", "supply_plan", "transfers_to",
    "years_planned",
]  # fmt: skip
