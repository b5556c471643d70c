"""Roles and what each may do: a table, so that it can be read and tested as one.

The rows are documented in docs/reference/roles.md (a test holds the two together).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shidai.words import Text

Capability = Literal[
    "aggregate.read",  # figures, protected by disclosure rules
    "reform.simulate",  # hold a reform against all records; read every report, protected by disclosure rules
    "record.read",  # persons, households and their events
    "record.write",
    "record.import",
    "record.export",
    "duplicate.judge",  # whether two records are one person; merge and un-merge them
    "audit.read",
    "staff.manage",
    "area.manage",
    "job.manage",
    "outlook.run",  # start projections of the city; whoever reads figures reads what comes of them
    "emergency.open",  # break-glass
    "emergency.review",
    "service.invite",  # see who is due for what, ask for consent, note 'not now' and 'never'
    "service.record",  # visits with their results: health data
    "supply.read",  # what is where: sites, stock, requisitions; nobody's name
    "supply.dispense",  # hand out, issue cards
    "supply.keep",  # receive, send, count, lose, ask for more
    "supply.approve",  # requisitions, sites, recalls
    "outreach.read",  # training sessions and how many came; residents' names only with record.read
    "outreach.keep",  # plan sessions, note who came
    "assessment.read",  # pilots of a checklist, their answers and evidence
    "assessment.run",  # answer a checklist for a station and submit it
    "assessment.sign",  # enrol stations of the level below, sign off or return; never what one answered oneself
    "benefit.apply",  # take applications, objections, papers and accounts
    "benefit.village",  # a claim's step at each level
    "benefit.township",
    "benefit.county",
    "benefit.import",  # take over a roster that another system has kept, confirmations and all
    "benefit.rules",  # let a version that has decided go on with mended rules
    "payment.build",
    "payment.release",  # never of a batch that one built oneself
]
Level = Literal["city", "county", "township", "village"]


@dataclass(frozen=True, slots=True)
class Role:
    id: str
    title: Text
    levels: tuple[Level, ...]  # where one may be posted; empty: a program's role, everywhere
    capabilities: frozenset[Capability]


def _role(id: str, zh: str, en: str, levels: tuple[Level, ...], *capabilities: Capability) -> Role:
    return Role(id, Text(zh=zh, en=en), levels, frozenset(capabilities))


ROLES: dict[str, Role] = {
    role.id: role
    for role in (
        _role("village_worker", "村（社区）专干", "Village worker", ("village",),
              "aggregate.read", "record.read", "record.write", "service.invite", "supply.read", "supply.dispense",
              "benefit.apply", "benefit.village", "outreach.read", "outreach.keep"),
        _role("station_nurse", "服务站护士", "Station nurse", ("township", "county"),
              "aggregate.read", "record.read", "record.write", "service.invite", "service.record", "emergency.open",
              "supply.read", "supply.dispense", "supply.keep", "outreach.read", "outreach.keep", "assessment.read",
              "assessment.run"),
        _role("dispenser", "药具发放员", "Dispenser", ("county", "township", "village"),
              "aggregate.read", "supply.read", "supply.dispense", "supply.keep", "outreach.read"),
        _role("supply_manager", "药具管理员", "Supply manager", ("city", "county"),
              "aggregate.read", "supply.read", "supply.keep", "supply.approve", "outreach.read", "assessment.read"),
        _role("township_officer", "镇（街道）干部", "Township officer", ("township",),
              "aggregate.read", "record.read", "record.write", "record.import", "record.export", "emergency.open",
              "duplicate.judge", "supply.read", "benefit.apply", "benefit.township", "outreach.read", "outreach.keep",
              "assessment.read"),
        _role("county_officer", "县（市、区）干部", "County officer", ("county",),
              "aggregate.read", "record.read", "record.write", "record.import", "record.export", "emergency.open",
              "emergency.review", "duplicate.judge", "supply.read", "supply.approve", "benefit.apply",
              "benefit.county", "benefit.import", "payment.build", "payment.release", "reform.simulate",
              "outreach.read", "outreach.keep", "assessment.read", "assessment.sign"),
        _role("city_officer", "市级干部", "City officer", ("city",),
              "aggregate.read", "supply.read", "outreach.read", "outreach.keep", "assessment.read",
              "assessment.sign"),
        _role("city_registrar", "市级人口登记员", "City registrar", ("city",),
              "aggregate.read", "record.read", "duplicate.judge"),
        _role("city_analyst", "市级统计分析员", "City analyst", ("city", "county"),
              "aggregate.read", "supply.read", "reform.simulate", "outlook.run", "outreach.read", "assessment.read"),
        _role("auditor", "审计员", "Auditor", ("city", "county"),
              "aggregate.read", "record.read", "audit.read", "emergency.review", "supply.read",
              "outreach.read", "assessment.read"),
        _role("administrator", "系统管理员", "Administrator", ("city",),
              "aggregate.read", "audit.read", "staff.manage", "area.manage", "job.manage", "emergency.review"),
        _role("operator", "服务器命令行", "Server's command line", (),
              "aggregate.read", "record.read", "record.write", "record.import", "record.export", "duplicate.judge",
              "benefit.import", "benefit.rules", "audit.read", "staff.manage", "area.manage", "job.manage",
              "supply.read", "supply.dispense", "supply.keep", "supply.approve", "outlook.run", "outreach.read",
              "outreach.keep", "assessment.read", "assessment.run", "assessment.sign"),
    )
}  # fmt: skip
