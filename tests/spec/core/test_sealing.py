"""Private fields are sealed; exact search and figures work without opening them."""

import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidai.core import sealing
from shidai.core.pseudonyms import pseudonyms, row_numbers
from shidai.words import Exit, ShidaiError


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.DATA = tmp_path
    sealing._ring.cache_clear()


def test_a_sealed_value_opens_again_and_differs_every_time():
    first, second = sealing.seal("13800000000", "person.contact"), sealing.seal("13800000000", "person.contact")
    assert first != second
    assert b"138" not in first
    assert sealing.open_sealed(first, "person.contact") == "13800000000"


def test_nothing_stays_nothing():
    assert sealing.seal("", "person.contact") == b""
    assert sealing.open_sealed(b"", "person.contact") == ""


def test_a_value_moved_to_another_field_does_not_open():
    sealed = sealing.seal("13800000000", "person.contact")
    with pytest.raises(ShidaiError) as refused:
        sealing.open_sealed(sealed, "household.address")
    assert refused.value.exit_code == Exit.PROOF_FAILED


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key():
    old = sealing.seal("旧", "f")
    assert sealing.add_seal_key() == 2
    new = sealing.seal("新", "f")
    assert (sealing.sealed_with(old), sealing.sealed_with(new)) == (1, 2)
    assert (sealing.open_sealed(old, "f"), sealing.open_sealed(new, "f")) == ("旧", "新")


def test_rotation_keeps_search_and_pseudonyms():
    mark, pseudonym = sealing.blind_index("x", "resident"), pseudonyms([7], "analysis", "person")[0]
    sealing.add_seal_key()
    assert sealing.blind_index("x", "resident") == mark
    assert pseudonyms([7], "analysis", "person")[0] == pseudonym


def test_the_key_file_is_for_its_owner_only():
    sealing.key_ring()
    assert stat.S_IMODE(sealing.ring_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(sealing.ring_file().parent.stat().st_mode) == 0o700


def test_keys_may_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("SHIDAI_KEYS", sealing.KeyRing.fresh().to_json())
    sealing.seal("x", "f")
    assert not sealing.ring_file().exists()


def test_a_damaged_key_ring_says_that_the_backup_is_needed():
    sealing.key_ring()
    Path(sealing.ring_file()).write_text("{}")
    sealing._ring.cache_clear()
    with pytest.raises(ShidaiError, match="backup"):
        sealing.key_ring()


@given(st.lists(st.integers(0, 2**62 - 1), min_size=1, max_size=50))
def test_pseudonyms_are_a_permutation_that_the_key_inverts(ids):
    marks = pseudonyms(ids, "analysis", "person")
    assert row_numbers(marks, "analysis", "person").tolist() == ids
    assert len(set(marks.tolist())) == len(set(ids))
    assert marks.min() >= 0


def test_pseudonyms_differ_by_purpose_and_kind_and_do_not_keep_order():
    ids = np.arange(1000)
    analysis, linkage = pseudonyms(ids, "analysis", "person"), pseudonyms(ids, "linkage", "person")
    assert not set(analysis.tolist()) & set(linkage.tolist())
    assert not set(analysis.tolist()) & set(pseudonyms(ids, "analysis", "household").tolist())
    assert abs(np.corrcoef(ids, analysis.astype(float))[0, 1]) < 0.15
