"""Which advice a step of a programme feeds, and with what: the topics, the facts that each takes, and a step's use.

The topics themselves are code of `shidai.advice`, on the floor above; `tests/spec/advice/test_topics.py` holds both to
one list.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from shidai.packs.schema.base import PackModel, wrong
from shidai.packs.schema.scheme import Expression

FactType = Literal["bool", "int", "number", "day", "text"]
Topic = Literal[
    "eligibility", "drugs", "missed-pills", "late-pill", "next-injection", "emergency", "due-date", "pre-eclampsia",
    "glucose", "rhd", "mood",
]  # fmt: skip
TOPIC_IDS: tuple[Topic, ...] = get_args(Topic)
FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+){0,2}$", max_length=60)]
CONDITION = "condition."
"""Before the id of a condition of the eligibility criteria: `condition.headache.migraine_aura`."""
_BODY: dict[str, FactType] = {"height": "number", "weight": "number"}
TOPICS: dict[Topic, dict[str, FactType]] = {
    "eligibility": {
        "method": "text", "age": "int", "children": "int", "last_birth": "day", "breastfeeding": "bool",
    },
    "drugs": {"named": "text", "method": "text"},
    "missed-pills": {"missed": "int", "micrograms": "number", "week": "int", "unprotected": "bool"},
    "late-pill": {"kind": "text", "hours_late": "number", "unprotected": "bool"},
    "next-injection": {"kind": "text", "last": "day", "protected": "bool", "breastfeeding_fully": "bool"},
    "emergency": {"hours": "number", **_BODY, "enzyme_inducer": "bool"},
    "due-date": {"last_period": "day", "cycle": "int", "scan_on": "day", "crown_rump": "number"},
    "pre-eclampsia": {
        "age": "int", **_BODY, "interval": "number", "hypertension_before": "bool", "kidney": "bool",
        "autoimmune": "bool", "diabetes": "bool", "chronic_hypertension": "bool", "first_pregnancy": "bool",
        "family": "bool", "multiple": "bool",
    },
    "glucose": {"fasting": "number", "one_hour": "number", "two_hours": "number"},
    "rhd": {"negative": "bool"},
    "mood": {"total": "int", "last_item": "int"},
}  # fmt: skip
"""Facts of each topic: lengths in cm, weights in kg, glucose in mmol/L, crown-rump length in mm, intervals in years."""


def type_of_fact(topic: Topic, name: str) -> FactType | None:
    """What kind of value a topic's fact is; None where it takes no such fact."""
    if topic == "eligibility" and name.startswith(CONDITION):
        return "bool"
    return TOPICS[topic].get(name)


class AdviceUse(PackModel):
    """A step feeds a topic of advice: each fact is a field of the step, or an expression over its fields and the
    person's facts. A decimal field that stands alone is passed as it was typed. What isn't given and the register
    knows (age, children, the last birth) is taken from there."""

    on: Topic
    when: Expression | None = Field(default=None, description="said only if this holds")
    fact: dict[FactName, Expression] = Field(default={}, description="what the topic is told, by its fact")

    @model_validator(mode="after")
    def _facts_of_the_topic(self) -> Self:
        strange = [name for name in self.fact if type_of_fact(self.on, name) is None]
        if strange:
            known = ", ".join(TOPICS[self.on])
            raise wrong(
                zh=f"建议 {self.on} 没有事实 {'、'.join(strange)}。",
                en=f"The advice {self.on} takes no {', '.join(strange)}.",
                mend_zh=f"可写：{known}" + ("，或 condition.<条件>。" if self.on == "eligibility" else "。"),
                mend_en=f"It takes: {known}" + (", or condition.<id>." if self.on == "eligibility" else "."),
            )
        return self
