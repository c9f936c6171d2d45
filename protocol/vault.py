"""The vault of a site: what opens sealed identities, wrapped by the passwords of its staff.

One file, ``vault.json``, made by provisioning and kept by the hub. A random vault key encrypts the
site's secrets and the names of staff; for each member it is wrapped by a key from their password.
A digest tells a damaged file before any password is asked; a MAC under the vault key tells an altered
one at the first log-in. Log-in names and roles are readable: after a power cut, desks that are still
logged in must be let in by role before anybody has typed a password.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Annotated, Literal

import msgspec

from protocol.errors import WireError
from protocol.staff import Role

Entropy = Callable[[int], bytes]
"""Gives so many random bytes."""

VERSION = 1
MOST_STAFF = 500
MOST_BYTES = 1 << 20
Count = Annotated[int, msgspec.Meta(ge=1, le=(1 << 53) - 1)]


class Kdf(msgspec.Struct, frozen=True):
    """How a key is made from a password; the limits keep a forged file from eating the machine.

    Source: RFC 9106, 4, the second recommended option: 64 MiB, 3 passes, 4 lanes. Measured 0.16 s
    on a PC; estimated between half a second and a second on a Raspberry Pi 4.
    """

    name: Literal["argon2id"] = "argon2id"
    iterations: Annotated[int, msgspec.Meta(ge=1, le=16)] = 3
    memory_kib: Annotated[int, msgspec.Meta(ge=64, le=262_144)] = 65_536
    lanes: Annotated[int, msgspec.Meta(ge=1, le=8)] = 4


class Box(msgspec.Struct, frozen=True):
    """Something encrypted by ChaCha20-Poly1305."""

    nonce: bytes
    data: bytes


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One member of staff.

    Attributes:
        issue: Issue of provisioning's list that was current when this was written.
        key: The vault key, wrapped by the password.
        name: The name that colleagues read, encrypted by the vault key.
    """

    login: str
    role: Role
    issue: Count
    kdf: Kdf
    salt: Annotated[bytes, msgspec.Meta(min_length=16, max_length=64)]
    key: Box
    name: Box


class Removal(msgspec.Struct, frozen=True):
    """Provisioning took somebody off the list with ``issue``."""

    login: str
    issue: Count


class Vault(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says.

    Attributes:
        issue: Rises whenever provisioning changes the list.
        serial: Rises with every change, the hub's own included.
        site_key: Id of the site's sealing key.
        secrets: Site secret and private sealing key, encrypted by the vault key.
    """

    v: int = VERSION
    site: str
    issue: Count
    serial: Count
    site_key: str
    secrets: Box
    staff: Annotated[tuple[Member, ...], msgspec.Meta(max_length=MOST_STAFF)] = ()
    removed: Annotated[tuple[Removal, ...], msgspec.Meta(max_length=MOST_STAFF)] = ()

    def member(self, login: str) -> Member | None:
        """Return who logs in by this name."""
        return next((each for each in self.staff if each.login == login), None)

    def is_last_head(self, login: str) -> bool:
        """Return whether without this member nobody could add staff any more."""
        return [each.login for each in self.staff if each.role is Role.HEAD] == [login]


class VaultFile(msgspec.Struct, frozen=True):
    """A file that is not damaged; whether it was altered on purpose, ``check`` tells.

    Attributes:
        body: The exact bytes under ``mac``.
    """

    vault: Vault
    body: bytes
    mac: bytes

    def check(self, vault_key: bytes) -> None:
        """Return when whoever wrote the file had the vault key.

        Raises:
            WireError: ``altered_vault``.
        """
        if not hmac.compare_digest(_mac(self.body, vault_key), self.mac):
            raise WireError("altered_vault", "the vault was changed by somebody without its key")


class _Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    vault: msgspec.Raw
    mac: str
    digest: str


class _Versioned(msgspec.Struct, frozen=True):
    v: int


_encoder = msgspec.json.Encoder(order="sorted")


def encode_vault(vault: Vault, vault_key: bytes) -> bytes:
    """Return the file for ``vault``."""
    body = _encoder.encode(vault)
    return _file(body, _mac(body, vault_key))


def decode_vault(data: bytes) -> VaultFile:
    """Return what a file says, if no byte of it is damaged.

    Raises:
        WireError: ``bad_vault``, or ``unknown_vault_version``.
    """
    if len(data) > MOST_BYTES:
        raise WireError("bad_vault", "the vault is larger than a vault can be")
    try:
        outer = msgspec.json.decode(data, type=_Outer)
        body, mac = bytes(outer.vault), bytes.fromhex(outer.mac)
    except (msgspec.DecodeError, ValueError) as error:
        raise WireError("bad_vault", f"the vault is damaged: {error}") from error
    # Written in one way only, so that no change of a byte is without a meaning.
    if _file(body, mac) != data:
        raise WireError("bad_vault", "the vault is damaged: its digest does not fit")
    vault = _decode_body(body)
    if len({member.login for member in vault.staff}) != len(vault.staff):
        raise WireError("bad_vault", "the vault names a member of staff twice")
    return VaultFile(vault, body, mac)


def merged(own: Vault, provisioned: Vault) -> Vault:
    """Return the hub's list with what provisioning changed since the hub last took its list.

    Whom the hub's head added stays, whom the head removed stays away; provisioning's newer word counts.
    """
    newer = {each.login: each for each in provisioned.staff if each.issue > own.issue}
    gone = {each.login for each in provisioned.removed if each.issue > own.issue} | newer.keys()
    staff = (*(each for each in own.staff if each.login not in gone), *newer.values())
    if provisioned.issue <= own.issue:
        return own
    return msgspec.structs.replace(
        own,
        issue=provisioned.issue,
        serial=max(own.serial, provisioned.serial) + 1,
        staff=staff,
        removed=provisioned.removed,
    )


def _decode_body(body: bytes) -> Vault:
    try:
        version = msgspec.json.decode(body, type=_Versioned).v
        if version == VERSION:
            return msgspec.json.decode(body, type=Vault)
    except msgspec.DecodeError as error:
        raise WireError("bad_vault", f"not what a vault says: {error}") from error
    raise WireError("unknown_vault_version", f"a vault of version {version}; update this part")


def _file(body: bytes, mac: bytes) -> bytes:
    digest = hashlib.sha256(mac + body).hexdigest()
    return _encoder.encode(_Outer(msgspec.Raw(body), mac.hex(), digest)) + b"\n"


def _mac(body: bytes, vault_key: bytes) -> bytes:
    return hmac.digest(derive(vault_key, "mac"), body, "sha256")


def derive(key: bytes, purpose: str, more: Mapping[str, str] | None = None) -> bytes:
    """Return the key for one purpose, from a key for all.

    Source: RFC 5869, 2.3, one block; the key is random already, so nothing is extracted.
    """
    info = _encoder.encode(["tram/v1/vault", purpose, more or {}])
    return hmac.digest(key, info + b"\x01", "sha256")
