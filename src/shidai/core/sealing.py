"""Sealing of private fields, exact search on them, and pseudonyms, from one key ring.

- A sealed value is AES-256-GCM: 2 bytes key number, 12 bytes nonce, ciphertext with tag; the field's name is
  authenticated with it, so that a value moved to another field doesn't open.
- A blind index is a keyed BLAKE2b of the value, cut to 63 bits: equal values meet, nothing else can be learnt from it.
- A new seal key may be added at any time (`add_seal_key`); old values still open. The index and pseudonym keys stay.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from shidai.words import Exit, ShidaiError, problem

_NONCE = 12


@dataclass(frozen=True)
class KeyRing:
    """The keys of one city. `seals` by number; `current` seals new values."""

    seals: dict[int, bytes]
    current: int
    index: bytes
    pseudonym: bytes

    @classmethod
    def fresh(cls) -> KeyRing:
        return cls({1: secrets.token_bytes(32)}, 1, secrets.token_bytes(32), secrets.token_bytes(32))

    @classmethod
    def from_json(cls, text: str, where: str) -> KeyRing:
        try:
            raw = json.loads(text)
            seals = {int(number): _key(key) for number, key in raw["seals"].items()}
            ring = cls(seals, int(raw["current"]), _key(raw["index"]), _key(raw["pseudonym"]))
            ring.seals[ring.current]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ShidaiError(
                problem(
                    where,
                    zh="密钥文件无法读取。",
                    en="The key ring can't be read.",
                    mend_zh="请从备份恢复；没有它，已加密的号码和地址无法打开。",
                    mend_en="Restore it from your backup; without it sealed numbers and addresses can't be opened.",
                )
            ) from error
        return ring

    def to_json(self) -> str:
        seals = {str(number): base64.b64encode(key).decode() for number, key in self.seals.items()}
        one = {
            name: base64.b64encode(key).decode() for name, key in (("index", self.index), ("pseudonym", self.pseudonym))
        }
        return json.dumps({"current": self.current, "seals": seals, **one}, indent=1)


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    return key


def ring_file() -> Path:
    return Path(settings.DATA) / "keys" / "ring.json"


@lru_cache(maxsize=4)
def _ring(inline: str, data: str) -> KeyRing:
    if inline:
        return KeyRing.from_json(inline, "SHIDAI_KEYS")
    file = ring_file()
    if not file.exists():
        _write_first(file)
    return KeyRing.from_json(file.read_text(), str(file))


def key_ring() -> KeyRing:
    """The city's keys: the JSON in SHIDAI_KEYS, else the file in DATA/keys, made there on first use."""
    return _ring(os.environ.get("SHIDAI_KEYS", ""), str(settings.DATA))


def _write_first(file: Path) -> None:
    """Make the ring; if two processes do so at once, the first one's ring is everybody's."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    _write_private(fresh, KeyRing.fresh().to_json())
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _write_private(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def add_seal_key() -> int:
    """Rotate: add a new seal key and make it the current one; returns its number. Old values still open."""
    if os.environ.get("SHIDAI_KEYS"):
        raise ShidaiError(
            problem(
                "SHIDAI_KEYS",
                zh="密钥由环境变量提供，不能在此轮换。",
                en="The keys come from the environment and can't be rotated here.",
                mend_zh="请在密钥管理处加入新密钥并更新该变量。",
                mend_en="Add the new key where the variable is kept.",
            ),
            Exit.BAD_INPUT,
        )
    ring = key_ring()
    number = max(ring.seals) + 1
    grown = KeyRing({**ring.seals, number: secrets.token_bytes(32)}, number, ring.index, ring.pseudonym)
    fresh = ring_file().with_suffix(".new")
    _write_private(fresh, grown.to_json())
    fresh.replace(ring_file())
    _ring.cache_clear()
    _cipher.cache_clear()
    return number


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal(text: str, field: str) -> bytes:
    """The sealed value of a field ('person.contact'); an empty text stays empty."""
    return seal_all([text], field)[0]


def seal_all(texts: Sequence[str], field: str) -> list[bytes]:
    """The same for many values of one field."""
    ring = key_ring()
    encrypt, number, name = _cipher(ring.seals[ring.current]).encrypt, ring.current.to_bytes(2, "big"), field.encode()
    noise = os.urandom(_NONCE * len(texts))
    sealed = []
    for place, text in enumerate(texts):
        if text:
            nonce = noise[place * _NONCE : (place + 1) * _NONCE]
            sealed.append(number + nonce + encrypt(nonce, text.encode(), name))
        else:
            sealed.append(b"")
    return sealed


def seal_bytes(content: bytes, field: str) -> bytes:
    """The same for the content of a file."""
    ring, nonce = key_ring(), os.urandom(_NONCE)
    sealed = _cipher(ring.seals[ring.current]).encrypt(nonce, content, field.encode())
    return ring.current.to_bytes(2, "big") + nonce + sealed


def open_sealed(sealed: bytes, field: str) -> str:
    """The text of a sealed value. Raises ShidaiError when the key is missing or the value was tampered with."""
    sealed = bytes(sealed)
    return open_bytes(sealed, field).decode() if sealed else ""


def open_bytes(sealed: bytes, field: str) -> bytes:
    """The content of a sealed file; errors as above."""
    number = int.from_bytes(sealed[:2], "big")
    try:
        cipher = _cipher(key_ring().seals[number])
        return cipher.decrypt(sealed[2 : 2 + _NONCE], sealed[2 + _NONCE :], field.encode())
    except (KeyError, InvalidTag) as error:
        raise ShidaiError(
            problem(
                field,
                zh="加密内容无法打开：密钥不符或内容被改动。",
                en="The sealed value doesn't open: wrong key, or it was altered.",
                mend_zh="请检查 keys 目录是否与本数据库一起备份和恢复。",
                mend_en="Check that the keys folder was backed up and restored together with this database.",
            ),
            Exit.PROOF_FAILED,
        ) from error


def sealed_with(sealed: bytes) -> int:
    """The number of the key that sealed the value; 0 for an empty one."""
    return int.from_bytes(bytes(sealed)[:2], "big")


def blind_index(text: str, field: str) -> int:
    """A keyed 63-bit mark of the value, for exact search and uniqueness."""
    return blind_indexes([text], field)[0]


def blind_indexes(texts: Iterable[str], field: str) -> list[int]:
    """The same for many values of one field."""
    keyed = blake2b(digest_size=8, key=key_ring().index, person=field.encode()[:16])
    indexes = []
    for text in texts:
        mark = keyed.copy()
        mark.update(text.encode())
        indexes.append(int.from_bytes(mark.digest(), "big") >> 1)
    return indexes
