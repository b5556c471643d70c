"""The rural reward assistance in openfisca-core or policyengine-core, timed; run by `bench.rules` with their Python.

    PYTHON rules_peers.py openfisca|policyengine persons.npz SECONDS

Prints one line of JSON: seconds, and what came out. Nothing of Shidai is imported. Each peer gets what it is fastest
with: arrays of the very types that it stores, so that none is converted; a system of persons alone, without households;
one vectorised formula for all conditions. Both keep whole numbers as int32 and money as float32.
"""

import hashlib
import json
import sys
import time
from datetime import date
from importlib.metadata import version
from itertools import cycle
from types import SimpleNamespace

import numpy as np

OLDEST, EARLIEST, FEN = 60, np.datetime64("1933-01-01"), 5000
MONTH = "2006-12"
FACTS = ("registered_here", "registration", "age", "birth_date", "surviving_children", "surviving_daughters")
FACTS += ("dead_children", "alive")


def names_of(library: str) -> SimpleNamespace:
    """What both call the same: they were one library once."""
    if library == "openfisca":
        from openfisca_core import (
            entities,
            indexed_enums,
            parameters,
            periods,
            reforms,
            simulations,
            taxbenefitsystems,
            variables,
        )

        month, enums = periods.DateUnit.MONTH, indexed_enums
    else:
        from policyengine_core import (
            entities,
            enums,
            parameters,
            periods,
            reforms,
            simulations,
            taxbenefitsystems,
            variables,
        )

        month = periods.MONTH
    return SimpleNamespace(
        Entity=entities.Entity,
        Enum=enums.Enum,
        EnumArray=enums.EnumArray,
        code=enums.ENUM_ARRAY_DTYPE,
        month=month,
        ParameterNode=parameters.ParameterNode,
        Reform=reforms.Reform,
        Simulation=simulations.Simulation,
        SimulationBuilder=simulations.SimulationBuilder,
        System=taxbenefitsystems.TaxBenefitSystem,
        Variable=variables.Variable,
    )


def conditions(registration, oldest=OLDEST):
    """The six conditions, first to last; each of persons and a period."""

    def children(persons, period):
        alive = persons("surviving_children", period)
        return (
            (alive == 1)
            | ((alive == 2) & (persons("surviving_daughters", period) == 2))
            | ((alive == 0) & (persons("dead_children", period) > 0))
        )

    return (
        lambda persons, period: persons("registered_here", period),
        lambda persons, period: persons("registration", period) == registration.rural,
        lambda persons, period: persons("age", period) >= oldest,
        lambda persons, period: persons("birth_date", period) >= EARLIEST,
        children,
        lambda persons, period: persons("alive", period),
    )


def rule_set(names, *, reasons: bool = False, movable: bool = False):
    """The tax-benefit system and its kinds of registration. `reasons`: a variable for each condition, and bits;
    `movable`: the oldest age is a parameter, which a reform may change."""
    person = names.Entity("person", "persons", "a person", "")
    registration = names.Enum("Registration", {"rural": "rural", "urban": "urban"})
    each = conditions(registration)
    system = names.System([person])

    def declare(name, value_type, **more):
        body = {"value_type": value_type, "entity": person, "definition_period": names.month, "label": name, **more}
        system.add_variable(type(name, (names.Variable,), body))

    def meets(tests, persons, period):
        met = tests[0](persons, period)
        for one in tests[1:]:
            met = met & one(persons, period)
        return met

    def all_met(persons, period):
        return meets(each, persons, period)

    def all_met_now(persons, period, parameters):
        return meets(conditions(registration, parameters(period).oldest), persons, period)

    def failed(persons, period):
        bits = ~persons("met_0", period) * np.int32(1)
        for at in range(1, len(each)):
            bits |= ~persons(f"met_{at}", period) * np.int32(1 << at)
        return bits

    types = {"registered_here": bool, "alive": bool, "birth_date": date, "registration": names.Enum}
    kinds = {"registration": {"possible_values": registration, "default_value": registration.rural}}
    for name in FACTS:
        declare(name, types.get(name, int), **kinds.get(name, {}))
    if reasons:
        for at, condition in enumerate(each):
            declare(f"met_{at}", bool, formula=condition)
        declare("failed", int, formula=failed)
        declare("eligible", bool, formula=lambda persons, period: persons("failed", period) == 0)
    else:
        declare("eligible", bool, formula=all_met_now if movable else all_met)
    if movable:
        known = {"oldest": {"values": {"2000-01-01": {"value": OLDEST}}}}
        system.parameters = names.ParameterNode("", data=known)
    declare("amount", float, formula=lambda persons, period: persons("eligible", period) * np.float32(FEN))
    return system, registration


def by_builder(names, system, count):
    """As their documentation says."""
    return names.SimulationBuilder().build_default_simulation(system, count)


def by_hand(names, system, count):
    """With less work than OpenFisca's builder, which makes a list of ids; it says this way is for inner use."""
    populations = system.instantiate_entities()
    populations["person"].count, populations["person"].ids = count, np.arange(count)
    return names.Simulation(tax_benefit_system=system, populations=populations)


def determine(names, system, facts, build):
    simulation = build(names, system, len(facts["age"]))
    for name in FACTS:
        simulation.set_input(name, MONTH, facts[name])
    return simulation.calculate("eligible", MONTH), simulation.calculate("amount", MONTH)


def moved(names, system, oldest):
    """The system with another oldest age, as their documentation changes a parameter."""

    def change(parameters):
        parameters.oldest.update(start="2000-01-01", value=oldest)
        return parameters

    return type("Moved", (names.Reform,), {"apply": lambda self: self.modify_parameters(change)})(system)


def best_of(run, seconds: float) -> float:
    """The shortest of at least five runs, and of as many as fit into so many seconds."""
    times: list[float] = []
    while len(times) < 5 or sum(times) < seconds:
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def main(library: str, file: str, seconds: str) -> None:
    with np.load(file) as stored:
        facts = {name: stored[name] for name in FACTS}
    began = time.perf_counter()
    names = names_of(library)
    system, registration = rule_set(names, reasons=False)
    facts["registration"] = names.EnumArray(facts["registration"].astype(names.code), registration)
    eligible, amount = determine(names, system, facts, by_builder)
    cold = time.perf_counter() - began
    explaining, _ = rule_set(names, reasons=True)
    movable, _ = rule_set(names, movable=True)
    assert (determine(names, explaining, facts, by_builder)[0] == eligible).all()
    assert (determine(names, moved(names, movable, OLDEST), facts, by_builder)[0] == eligible).all()
    younger = determine(names, moved(names, movable, OLDEST - 5), facts, by_builder)[0]
    ages = cycle((OLDEST - 5, OLDEST))
    report = {
        "cold": cold,
        "builder": best_of(lambda: determine(names, system, facts, by_builder), float(seconds)),
        "version": version(f"{library}-core"),
        "hand": best_of(lambda: determine(names, system, facts, by_hand), float(seconds)),
        "moved": best_of(
            lambda: determine(names, moved(names, movable, next(ages)), facts, by_builder), float(seconds)
        ),
        "younger": int(younger.sum()),
        "reasons": best_of(lambda: determine(names, explaining, facts, by_builder), float(seconds)),
        "fen": int(amount.sum(dtype=np.float64)),
        "rows": hashlib.sha256(np.packbits(eligible).tobytes()).hexdigest(),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
