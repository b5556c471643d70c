"""The queries behind the record tables, and in which county's partition a row lies.

`{cutoff}` is a parameter's place: what happened after it isn't in the records, an end after it is still open.
`PLACES` names the row's own area: the first column if it lies in the city, else the second.
A record that was merged into another one isn't counted, nor anything that stayed with it.
"""

from __future__ import annotations

_MERGED = "(SELECT id FROM registry_person WHERE merged_into_id IS NOT NULL)"  # few: an index holds them
QUERIES: dict[str, str] = {
    "person": """
        SELECT p.id, p.sex, p.birth_date, p.birth_precision,
               CASE WHEN d.date <= {cutoff} THEN d.date END, g.mother_id, g.father_id, p.registration,
               p.registered_area, p.living_area
        FROM registry_person p
        LEFT JOIN registry_death d ON d.person_id = p.id
        LEFT JOIN registry_parentage g ON g.child_id = p.id
        WHERE (p.birth_date IS NULL OR p.birth_date <= {cutoff}) AND p.merged_into_id IS NULL AND {place}""",
    "residence": """
        SELECT s.person_id, s.kind, s.area, s.start_date,
               CASE WHEN s.end_date <= {cutoff} THEN s.end_date END, s.start_reason,
               CASE WHEN s.end_date <= {cutoff} THEN s.end_reason END, s.household_id,
               CASE WHEN s.kind = 'living' THEN COALESCE((
                    SELECT r.area FROM registry_spell r
                    WHERE r.person_id = s.person_id AND r.kind = 'registered' AND r.start_date <= s.start_date
                      AND (r.end_date IS NULL OR r.end_date > s.start_date)
                    ORDER BY r.start_date DESC LIMIT 1), s.registered_area) END,
               p.sex, p.birth_date, p.birth_precision
        FROM registry_spell s JOIN registry_person p ON p.id = s.person_id
        WHERE s.start_date <= {cutoff} AND p.merged_into_id IS NULL AND {place}""",
    "birth": """
        SELECT b.id, b.child_id, g.mother_id, g.father_id, c.sex, c.birth_date, c.birth_precision, b.birth_order,
               b.plurality, b.registered_area, b.living_area, m.birth_date, COALESCE(m.birth_precision, 'none'),
               b.recorded_on
        FROM registry_birth b JOIN registry_person c ON c.id = b.child_id
        LEFT JOIN registry_parentage g ON g.child_id = b.child_id
        LEFT JOIN registry_person m ON m.id = g.mother_id
        WHERE (c.birth_date IS NULL OR c.birth_date <= {cutoff}) AND c.merged_into_id IS NULL AND {place}""",
    "death": """
        SELECT d.person_id, d.date, d.precision, p.sex, p.birth_date, p.birth_precision, d.registered_area,
               d.living_area, d.cause, d.recorded_on
        FROM registry_death d JOIN registry_person p ON p.id = d.person_id
        WHERE (d.date IS NULL OR d.date <= {cutoff}) AND p.merged_into_id IS NULL AND {place}""",
    "union_": """
        SELECT u.id, u.wife_id, u.husband_id, u.start_date, CASE WHEN u.end_date <= {cutoff} THEN u.end_date END,
               CASE WHEN u.end_date <= {cutoff} THEN u.end_reason END, u.registered_area
        FROM registry_union u
        WHERE (u.start_date IS NULL OR u.start_date <= {cutoff}) AND {place}"""
    + "".join(f" AND COALESCE(u.{side}, 0) NOT IN {_MERGED}" for side in ("wife_id", "husband_id")),
    "contraception": """
        SELECT c.person_id, c.method, c.start_date, CASE WHEN c.end_date <= {cutoff} THEN c.end_date END,
               CASE WHEN c.end_date <= {cutoff} THEN c.end_reason END, c.registered_area
        FROM registry_contraceptiveuse c
        WHERE c.start_date <= {cutoff} AND {place}"""
    f" AND c.person_id NOT IN {_MERGED}",
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "person": (
        "person_id", "sex", "birth_date", "birth_precision", "death_date", "mother_id", "father_id", "registration",
        "registered_area", "living_area",
    ),
    "residence": (
        "person_id", "kind", "area", "start_date", "end_date", "start_reason", "end_reason", "household_id",
        "registered_area", "sex", "birth_date", "birth_precision",
    ),
    "birth": (
        "birth_id", "person_id", "mother_id", "father_id", "sex", "birth_date", "birth_precision", "birth_order",
        "plurality", "registered_area", "living_area", "mother_birth_date", "mother_birth_precision", "recorded_on",
    ),
    "death": (
        "person_id", "death_date", "death_precision", "sex", "birth_date", "birth_precision", "registered_area",
        "living_area", "cause", "recorded_on",
    ),
    "union_": ("union_id", "wife_id", "husband_id", "start_date", "end_date", "end_reason", "registered_area"),
    "contraception": ("person_id", "method", "start_date", "end_date", "end_reason", "area"),
}  # fmt: skip
PLACES: dict[str, tuple[str, ...]] = {
    "person": ("p.registered_area", "p.living_area"),
    "residence": ("s.area",),
    "birth": ("b.registered_area", "b.living_area"),
    "death": ("d.registered_area", "d.living_area"),
    "union_": ("u.registered_area",),
    "contraception": ("c.registered_area",),
}
EMPTY_IS_NULL = frozenset(
    {"registration", "start_reason", "end_reason", "registered_area", "living_area", "cause", "area"}
)
PSEUDONYM_KINDS = {
    "person_id": "person", "mother_id": "person", "father_id": "person", "wife_id": "person", "husband_id": "person",
    "household_id": "household", "birth_id": "birth", "union_id": "union",
}  # fmt: skip
LATER: dict[str, str] = {
    "birth": """
        SELECT COUNT(*) FROM registry_birth b JOIN registry_person c ON c.id = b.child_id WHERE c.birth_date > %s""",
    "death": "SELECT COUNT(*) FROM registry_death WHERE date > %s",
    "residence": "SELECT COUNT(*) FROM registry_spell WHERE start_date > %s AND start_reason <> 'birth'",
    "union_": "SELECT COUNT(*) FROM registry_union WHERE start_date > %s",
    "contraception": "SELECT COUNT(*) FROM registry_contraceptiveuse WHERE start_date > %s",
}
