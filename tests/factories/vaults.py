"""Vaults of an invented site, with passwords that cost a test nothing."""

import os

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from protocol.staff import Role
from protocol.vault import Kdf, Vault
from protocol.vault_keys import NewMember, Secrets, new_vault, with_member

SITE = "phuoc-dinh"
QUICK = Kdf(iterations=1, memory_kib=64, lanes=1)
HEAD_NAME, HEAD_PASSWORD = "Chamaléa Thị Trưởng", "nắng gió Phan Rang"
VAULT_KEY = bytes(range(32))
HEAD = NewMember("truong-tram", Role.HEAD, HEAD_NAME, HEAD_PASSWORD)
NURSE = NewMember("tiem-1", Role.INJECTION, "Đổng Thị Tiêm", "chín mươi chín")


def secrets() -> Secrets:
    return Secrets(os.urandom(32), X25519PrivateKey.generate())


def vault(
    *members: NewMember,
    of: Secrets | None = None,
    vault_key: bytes = VAULT_KEY,
    site: str = SITE,
) -> Vault:
    """A vault with ``members``; with nobody named, the head of the site alone."""
    made = new_vault(site, of or secrets(), vault_key, os.urandom)
    for member in members or (HEAD,):
        made = with_member(made, vault_key, member, os.urandom, kdf=QUICK)
    return made
