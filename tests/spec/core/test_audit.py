"""The audit log: what was done stays told, and tampering shows."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from shidai.core import audit, queries
from shidai.core.access import NoAccess
from shidai.core.models import AuditEntry
from tests.factories import NANQIAO, OPERATOR


@pytest.fixture
def three_entries(cast):
    for number in range(3):
        audit.record(cast.lan, "person.read", f"person:{number}", area=NANQIAO, why="visit")
    return list(AuditEntry.objects.order_by("-seq")[:3])


def _without_guard(statement: str, *parameters: object) -> None:
    """Change the log as somebody with the database's own password could."""
    with connection.cursor() as cursor:
        for trigger in ("audit_no_update", "audit_no_delete"):
            cursor.execute(f"DROP TRIGGER {trigger}")
        cursor.execute(statement, parameters)


def test_an_entry_says_who_did_what_to_whom_where_and_why(three_entries):
    entry = three_entries[0]
    assert (entry.actor, entry.deed, entry.subject, entry.area) == ("lan", "person.read", "person:2", NANQIAO)
    assert entry.purpose == "service"
    assert json.loads(entry.detail) == {"why": "visit"}


def test_a_whole_chain_is_sound(three_entries):
    verdict = audit.verify()
    assert verdict.sound
    assert verdict.entries == AuditEntry.objects.count()


@pytest.mark.parametrize("statement", ["UPDATE core_auditentry SET actor = 'x'", "DELETE FROM core_auditentry"])
def test_the_database_refuses_to_change_or_remove_entries(three_entries, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="drops SQLite's triggers")
class TestTampering:
    def test_an_altered_entry_is_named(self, three_entries):
        _without_guard("UPDATE core_auditentry SET actor = 'ma' WHERE seq = %s", three_entries[1].seq)
        verdict = audit.verify()
        assert verdict.broken_at == three_entries[1].seq
        assert verdict.what.en == "Its content was altered."

    def test_a_removed_entry_is_named(self, three_entries):
        _without_guard("DELETE FROM core_auditentry WHERE seq = %s", three_entries[1].seq)
        verdict = audit.verify()
        assert verdict.broken_at == three_entries[1].seq
        assert verdict.what.en == "An entry is missing here."

    def test_a_cut_end_is_noticed(self, three_entries):
        _without_guard("DELETE FROM core_auditentry WHERE seq = %s", three_entries[0].seq)
        assert audit.verify().broken_at == three_entries[0].seq

    def test_an_entry_rewritten_with_a_fitting_hash_breaks_the_next_link(self, three_entries):
        entry = three_entries[1]
        entry.actor = "ma"
        _without_guard(
            "UPDATE core_auditentry SET actor = 'ma', hash = %s WHERE seq = %s", audit.entry_hash(entry), entry.seq
        )
        verdict = audit.verify()
        assert verdict.broken_at == entry.seq + 1
        assert verdict.what.en == "It isn't linked to the entry before it."


def test_what_a_failed_action_would_have_told_is_not_told(cast):
    before = AuditEntry.objects.count()

    def fail() -> None:
        with transaction.atomic():
            audit.record(OPERATOR, "x", "y")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert AuditEntry.objects.count() == before
    assert audit.verify().sound


def test_auditors_read_the_log_and_others_do_not(cast, three_entries):
    assert queries.entries(cast.he, actor="lan", deed="person").count() == 3
    with pytest.raises(NoAccess):
        queries.entries(cast.zhou)
