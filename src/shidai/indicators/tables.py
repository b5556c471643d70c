"""The record tables: the waist of the hourglass. Rooms fill them, everything that counts reads only them.

Rules that hold for every table:
- No names, numbers, phones or addresses. `*_id` columns are keyed 63-bit pseudonyms that differ by purpose.
- Dates are dates. A half-known date is stored at the middle of what is known (month known: the 15th; year known:
  1 July) with its precision beside it; an unknown date is null with precision 'none'.
- Intervals are half-open: `start_date <= day < end_date`; a null `end_date` is still open. A day's membership is the
  state at the end of that day: a birth on day D starts a spell on D, a death on D ends it on D, a move on D ends one
  spell and starts the next on D. So population at a period's end = population before it + entries - exits, exactly.
- `sex` is 1 male, 2 female, 9 not stated (GB/T 2261.1).
- Area codes are village codes unless the column says otherwise; a code of another city or province (the first two to
  twelve digits of it) may stand in `registered_area` of a migrant; null is unknown.
- `weight` is 1 for a register; survey microdata carry their sampling weight, `cluster` and `stratum` there.
- Partitioned by county: a row lies in the partition of its own area's county ('other' when that is outside or unknown).
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

ID = pa.int64()
DAY = pa.date32()
CODE = pa.string()
PRECISION = pa.string()  # day | month | year | none


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: pa.DataType
    meaning: str
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class RecordTable:
    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the table's Parquet files, column order included."""
        return pa.schema([pa.field(c.name, c.type, nullable=c.nullable) for c in self.columns])


def _must(name: str, type_: pa.DataType, meaning: str) -> Column:
    return Column(name, type_, meaning, nullable=False)


def _may(name: str, type_: pa.DataType, meaning: str) -> Column:
    return Column(name, type_, meaning)


_WEIGHT = _must("weight", pa.float64(), "sampling weight; 1 for a register")
_SUBJECT = (
    _must("sex", pa.int8(), "1 male, 2 female, 9 not stated"),
    _may("birth_date", DAY, "date of birth of the person"),
    _must("birth_precision", PRECISION, "day, month, year or none"),
)
_PLACE = (
    _may(
        "registered_area",
        CODE,
        "village of registration (of the mother, for a birth) on the day of the event",
    ),
    _may("living_area", CODE, "village of residence on the day of the event"),
)

AREA = RecordTable(
    "area",
    "every unit of the area tree with its validity; one unpartitioned file (partition 'all')",
    (
        _must("code", CODE, "the area's code, a path: a child's code begins with its parent's"),
        _may("parent", CODE, "code of the area above; null for the city"),
        _must("level", pa.string(), "city, county, township or village"),
        _must("name_zh", pa.string(), "name in simplified Chinese"),
        _must("name_en", pa.string(), "name in English or pinyin"),
        _must("urban", pa.bool_(), "urban by the pack's classification"),
        _must("position", pa.int32(), "the pack's fixed order among all areas"),
        _must("start_date", DAY, "valid from this day"),
        _may("end_date", DAY, "not valid from this day on"),
        _may("successor", CODE, "the area that took its place, if one did"),
    ),
)

PERSON = RecordTable(
    "person",
    "every person ever on the register",
    (
        _must("person_id", ID, "pseudonym"),
        *_SUBJECT,
        _may("death_date", DAY, "date of death"),
        _may("mother_id", ID, "pseudonym of the mother, if known"),
        _may("father_id", ID, "pseudonym of the father, if known"),
        _may("registration", pa.string(), "kind of registration: rural or urban"),
        _may("cluster", pa.int32(), "primary sampling unit of a survey"),
        _may("stratum", pa.int32(), "sampling stratum of a survey"),
        _WEIGHT,
    ),
)

RESIDENCE = RecordTable(
    "residence",
    "spells of registered and of living residence; sex and birth stand beside them, so that exposure needs no join",
    (
        _must("person_id", ID, "pseudonym"),
        _must("kind", pa.string(), "registered or living"),
        _must("area", CODE, "village of the spell"),
        _must("start_date", DAY, "first day of the spell"),
        _may("end_date", DAY, "day after the last: the day of death or of the move itself"),
        _may("start_reason", pa.string(), "birth, move, marriage, work, study, return, correction, boundary or other"),
        _may("end_reason", pa.string(), "death, move, marriage, work, study, return, correction, boundary or other"),
        _may("household_id", ID, "pseudonym of the household lived in or registered with"),
        _may(
            "registered_area",
            CODE,
            "for living spells: village, or outside code, of registration at the spell's start",
        ),
        _must(
            "migrant",
            pa.bool_(),
            "for living spells: a migrant by the pack's definition; false for registered ones",
        ),
        *_SUBJECT,
        _may("cluster", pa.int32(), "primary sampling unit of a survey"),
        _may("stratum", pa.int32(), "sampling stratum of a survey"),
        _WEIGHT,
    ),
)

BIRTH = RecordTable(
    "birth",
    "live births; sex and birth date are the child's",
    (
        _must("birth_id", ID, "pseudonym of the event"),
        _may("person_id", ID, "pseudonym of the child"),
        _may("mother_id", ID, "pseudonym of the mother"),
        _may("father_id", ID, "pseudonym of the father"),
        *_SUBJECT,
        _may("birth_order", pa.int16(), "1 for the mother's first live birth; twins have successive orders"),
        _must("plurality", pa.int8(), "1 single, 2 twins, …"),
        *_PLACE,
        _may("mother_birth_date", DAY, "mother's date of birth"),
        _must("mother_birth_precision", PRECISION, "day, month, year or none"),
        _may("recorded_on", DAY, "day on which the birth was entered"),
        _may("cluster", pa.int32(), "primary sampling unit of a survey"),
        _may("stratum", pa.int32(), "sampling stratum of a survey"),
        _WEIGHT,
    ),
)

DEATH = RecordTable(
    "death",
    "deaths; sex and birth date are the person's",
    (
        _must("person_id", ID, "pseudonym"),
        _may("death_date", DAY, "date of death"),
        _must("death_precision", PRECISION, "day, month, year or none"),
        *_SUBJECT,
        *_PLACE,
        _may("cause", pa.string(), "ICD-10 code of the underlying cause"),
        _may("recorded_on", DAY, "day on which the death was entered"),
        _may("cluster", pa.int32(), "primary sampling unit of a survey"),
        _may("stratum", pa.int32(), "sampling stratum of a survey"),
        _WEIGHT,
    ),
)

UNION = RecordTable(
    "union_",
    "unions (marriages and, where a survey asks, living together)",
    (
        _must("union_id", ID, "pseudonym of the union"),
        _may("wife_id", ID, "pseudonym of the wife"),
        _may("husband_id", ID, "pseudonym of the husband"),
        _may("start_date", DAY, "first day"),
        _may("end_date", DAY, "day after the last"),
        _may("end_reason", pa.string(), "divorce, widowed or other"),
        _may("registered_area", CODE, "wife's village of registration at the start"),
        _WEIGHT,
    ),
)

CONTRACEPTION = RecordTable(
    "contraception",
    "spells of use of a contraceptive method, by the woman of the couple",
    (
        _must("person_id", ID, "pseudonym of the woman"),
        _must("method", pa.string(), "method id of the pack"),
        _must("modern", pa.bool_(), "a modern method by the pack's classification"),
        _must("start_date", DAY, "first day"),
        _may("end_date", DAY, "day after the last"),
        _may(
            "end_reason",
            pa.string(),
            "wish for a child, side effects, method change, menopause, death or other",
        ),
        _may("area", CODE, "woman's village of registration at the start"),
    ),
)


def _event(name: str, meaning: str, *columns: Column) -> RecordTable:
    """A table whose records arrive with a later room; its shape is fixed now so that indicators can name it."""
    return RecordTable(
        name,
        meaning,
        (
            _must("record_id", ID, "pseudonym of the record"),
            _may("person_id", ID, "pseudonym of the person, if the record is about one"),
            _may("area", CODE, "village, township or county of the record"),
            _may("day", DAY, "day of the record"),
            *columns,
        ),
    )


_KIND = _must("kind", pa.string(), "what it is, an id of the pack")
_QUANTITY = _may("quantity", pa.int64(), "number of units")
_HOUSEHOLD = _may("household_id", ID, "pseudonym of the household, if it is about one")

_STEP = _must("step", pa.string(), "id of the programme's step")
SERVICE = _event(
    "service",
    "visits of programmes, and answers to an offer: what was done at a step on a day, and what came of it",
    _KIND,
    _STEP,
    _must("course_id", ID, "pseudonym of the course that began with the first step; later steps have the same"),
    _must(
        "outcome",
        pa.string(),
        "id of the step's result; not_now, never or withdrawn: no visit, and final; "
        "attended or not_attended: whether the partner came, no visit either",
    ),
    _may(
        "until",
        DAY,
        "of a refusal: it holds until this day (not_now for its time, any until a later consent); empty: for good",
    ),
    _may("site", pa.string(), "code of the site"),
)
SESSION = _event(
    "session",
    "sessions of programmes that were held for a group (`kind`: the programme; `area`: the site's; `quantity`: how "
    "many came, each of the named with a row of `service` too)",
    _KIND,
    _STEP,
    _QUANTITY,
    _must("unnamed", pa.int64(), "how many of them came without being named: only counted"),
    _must("site", pa.string(), "code of the site"),
)
OBSERVATION = _event(
    "observation",
    "what was answered or measured at a visit, or of a session as a whole (nobody's), one row a field",
    _KIND,
    _STEP,
    _must("service_id", ID, "`record_id` of the visit, or of the session"),
    _must("field", pa.string(), "id of the field; of several choices `<field>_<option>`"),
    _may("number", pa.int64(), "a whole number, a decimal in units of its last place, 1 and 0 for true and false"),
    _may("text", pa.string(), "a text, an option's id, or a day as YYYY-MM-DD"),
)
DISPENSING = _event(
    "dispensing",
    "commodities handed out and not taken back, one row a lot (`kind`: the commodity; `area`: the site's)",
    _KIND,
    _QUANTITY,
    _may("method", pa.string(), "method id of the pack that it serves"),
    _must("couple_years", pa.float64(), "couple-years of protection that the units come to, by the pack's factor"),
    _must("site", pa.string(), "code of the site"),
    _must("channel", pa.string(), "desk, machine or visit"),
)
STOCK = _event(
    "stock",
    "movements of stock, each from one account to another (`kind`: the commodity)",
    _KIND,
    _QUANTITY,
    _must("deed", pa.string(), "receipt, transfer, arrival, handout, loss, expiry, count or reversal"),
    _must("source", pa.string(), "site:<code>, transit:<code>, supplier, people, lost, expired or counted"),
    _must("target", pa.string(), "the same"),
    _must("lot", pa.string(), "the maker's lot number"),
    _must("expires_on", DAY, "last day on which the lot may be used"),
)
SITE = RecordTable(
    "site",
    "places that keep stock, hand out or see people",
    (
        _must("record_id", ID, "pseudonym"),
        _must("code", pa.string(), "code of the site"),
        _must("area", CODE, "village, township, county or city"),
        _must("kind", pa.string(), "store, station, room (where migrants live, work and trade) or machine"),
        _must("start_date", DAY, "first day"),
        _may("end_date", DAY, "day after the last"),
    ),
)
ATTESTED = _event(
    "attested",
    "facts that no register holds, each attested for one subject on paper",
    _HOUSEHOLD,
    _must("fact", pa.string(), "id of the pack's attested fact"),
    _may("number", pa.int64(), "a whole number; 1 and 0 for true and false; days since 1970-01-01 for a day"),
    _may("text", pa.string(), "a text"),
    _must("start_date", DAY, "holds from this day"),
    _may("end_date", DAY, "holds no more from this day on"),
)
ENTITLEMENT = _event(
    "entitlement",
    "claims to benefits (`record_id` is the claim, `day` the day of application) and where they stood at the end",
    _HOUSEHOLD,
    _KIND,
    _must("version", pa.string(), "id of the version of the scheme under whose steps the claim goes"),
    _must("outcome", pa.string(), "waiting, notice, objected, in_force, refused, declined or stopped"),
    _may("start_date", DAY, "in force from this day; null: never"),
    _may("end_date", DAY, "not in force from this day on"),
    _must("fen", pa.int64(), "earned in all, in fen"),
)
PAYMENT = _event(
    "payment",
    "money, goods and grants handed over, one row for each period that a payment pays (`day`: of the payment), and "
    "what was given back",
    _HOUSEHOLD,
    _must("payment_id", ID, "pseudonym of the payment; a payment of several periods has several rows"),
    _must("entitlement_id", ID, "`record_id` of the claim"),
    _KIND,
    _must("form", pa.string(), "money, goods or grant"),
    _must("outcome", pa.string(), "paid, returned, in_flight; repaid or waived: of what had been paid too much"),
    _may("answered_on", DAY, "day on which it was paid or came back, as the bank says"),
    _must("period", DAY, "day of determination of the period"),
    _must("fen", pa.int64(), "money in fen, goods at their purchase price; negative if repaid or waived"),
)
CASE = _event("case_", "petitions and provider cases", _KIND, _may("outcome", pa.string(), "state"))
ACTIVITY = _event(
    "activity",
    "what was done for many at once: training sessions that were held (`kind`: training; `quantity`: how many came)",
    _KIND,
    _QUANTITY,
    _must("topic", pa.string(), "what it was about, an id of the pack"),
    _must("minutes", pa.int32(), "how long it lasted"),
)
PILOT = RecordTable(
    "pilot",
    "stations that work through a checklist of the pack",
    (
        _must("record_id", ID, "pseudonym"),
        _must("site", pa.string(), "code of the site"),
        _must("area", CODE, "village, township, county or city of the site"),
        _must("kind", pa.string(), "id of the checklist"),
        _must("start_date", DAY, "enrolled on this day"),
        _may("signed_on", DAY, "signed off on this day by the level above; null: not yet, or taken back since"),
        _may("end_date", DAY, "no pilot any more from this day on"),
    ),
)
SURVEY_RESPONSE = _event("survey_response", "answers", _KIND, _may("outcome", pa.string(), "answer"))
TARGET = _event("target", "targets set by the pack", _KIND, _may("value", pa.float64(), "value aimed at"))

TABLES: dict[str, RecordTable] = {
    table.name: table
    for table in (
        AREA,
        PERSON,
        RESIDENCE,
        BIRTH,
        DEATH,
        UNION,
        CONTRACEPTION,
        SERVICE,
        SESSION,
        OBSERVATION,
        DISPENSING,
        STOCK,
        SITE,
        ATTESTED,
        ENTITLEMENT,
        PAYMENT,
        CASE,
        ACTIVITY,
        PILOT,
        SURVEY_RESPONSE,
        TARGET,
    )
}
