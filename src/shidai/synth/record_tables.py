"""The city as record tables, written directly: a short cut past the registry and its importer, for large cities."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shidai.indicators.records import Manifest, RecordWriter
from shidai.packs import Pack
from shidai.synth.benefits.plan import plan_of_year
from shidai.synth.benefits.tables import benefit_parts
from shidai.synth.causes import draw_causes
from shidai.synth.city import City
from shidai.synth.outreach.sessions import sessions_of_year
from shidai.synth.outreach.tables import outreach_parts
from shidai.synth.programmes.tables import visit_parts
from shidai.synth.programmes.visits import visits_of_year
from shidai.synth.register_tables import area_table, last_areas, last_day, register_parts
from shidai.synth.supply.book import book_of_year
from shidai.synth.supply.tables import supply_parts

__all__ = ["last_areas", "write_records"]


def write_records(city: City, pack: Pack, records_dir: Path) -> Manifest:
    """Write the register's tables, benefits (attested, entitlement, payment), visits (service, observation), supply
    (dispensing, stock, site), training sessions (activity) and pilots.

    By county; returns the manifest. A person lies in the county of the last registered residence, or of the last living
    one for migrants; the other tables as their own area says (a birth or death: of registration in the city, else of
    living; a claim and its payments: of the office; a visit: where she
    lives).
    """
    if pack.demonstration is None:
        raise ValueError("a city grows only from a pack with demonstration parameters")
    city.tables["deaths"]["cause"] = draw_causes(city, pack.demonstration.cause)
    with RecordWriter(records_dir, cutoff=last_day(city), source="synth") as writer:
        writer.write("area", "all", area_table(pack))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda one: writer.write(one[0], one[1], one[2](city, pack, one[3])), register_parts(city)))
        if pack.demonstration.benefits is not None:
            plan = plan_of_year(city, pack)
            for table, county, rows in benefit_parts(city, pack, plan):
                writer.write(table, county, rows)
        for table, county, rows in visit_parts(city, pack, visits_of_year(city, pack)):
            writer.write(table, county, rows)
        for table, county, rows in supply_parts(city, pack, book_of_year(city, pack)):
            writer.write(table, county, rows)
        for table, county, rows in outreach_parts(pack, sessions_of_year(city, pack)):
            writer.write(table, county, rows)
        return writer.commit()
