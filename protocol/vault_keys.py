"""Opens and changes a vault: keys from passwords, and what they wrap.

Everything encrypted is bound to its place: a box that is moved to another member, site or role does
not open.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import date

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protocol import sealing, staff
from protocol.errors import WireError
from protocol.staff import Role
from protocol.vault import Box, Entropy, Kdf, Member, Removal, Vault, derive

KEY_BYTES = 32
_NONCE_BYTES, _SALT_BYTES = 12, 16
_NAME_BLOCK = 64
_NO_SALT = bytes(_SALT_BYTES)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the vault is for; in memory only.

    Attributes:
        site_secret: From it come the keys of the days.
        site_key: Opens what was sealed to the site.
    """

    site_secret: bytes = field(repr=False)
    site_key: X25519PrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody as they are put on the list."""

    login: str
    role: Role
    name: str
    password: str = field(repr=False)


def new_vault(site: str, secrets: Secrets, vault_key: bytes, entropy: Entropy) -> Vault:
    """Return a vault without staff."""
    site_key = sealing.key_id(secrets.site_key.public_key())
    plain = secrets.site_secret + secrets.site_key.private_bytes_raw()
    box = _close(derive(vault_key, "secrets"), plain, entropy, ["secrets", site, site_key])
    return Vault(site=site, issue=1, serial=1, site_key=site_key, secrets=box)


def open_secrets(vault: Vault, vault_key: bytes) -> Secrets:
    """Return the site's secrets.

    Raises:
        WireError: ``altered_vault``.
    """
    about = ["secrets", vault.site, vault.site_key]
    plain = _open(derive(vault_key, "secrets"), vault.secrets, about)
    if plain is None or len(plain) != 2 * KEY_BYTES:
        raise WireError("altered_vault", "the vault's secrets do not open by its key")
    key = X25519PrivateKey.from_private_bytes(plain[KEY_BYTES:])
    return Secrets(plain[:KEY_BYTES], key)


def unwrap(vault: Vault, login: str, password: str) -> bytes | None:
    """Return the vault key, or None when name or password is wrong. Takes as long for either."""
    member = vault.member(login)
    if member is None:
        _password_key(password, _NO_SALT, vault.staff[0].kdf if vault.staff else Kdf())
        return None
    key = _password_key(password, member.salt, member.kdf)
    return _open(key, member.key, _about(vault.site, member))


def read_name(vault: Vault, vault_key: bytes, login: str) -> str | None:
    """Return the name that colleagues read, or None when nobody has this log-in name.

    Raises:
        WireError: ``altered_vault``.
    """
    member = vault.member(login)
    if member is None:
        return None
    plain = _open(derive(vault_key, "names"), member.name, ["name", vault.site, login])
    if plain is None:
        raise WireError("altered_vault", "a name in the vault does not open by its key")
    return plain.rstrip(b"\0").decode()


def with_member(
    vault: Vault,
    vault_key: bytes,
    new: NewMember,
    entropy: Entropy,
    *,
    kdf: Kdf | None = None,
    issue: int | None = None,
) -> Vault:
    """Return the vault with somebody on the list, in the place of whoever had the log-in name.

    Args:
        issue: The new issue, when provisioning writes; the hub leaves it as it is.

    Raises:
        WireError: ``bad_login_name`` or ``bad_staff_name``.
    """
    login, name = staff.login_name(new.login), staff.display_name(new.name).encode()
    padded = name + bytes(-len(name) % _NAME_BLOCK)
    told = ["name", vault.site, login]
    member = Member(
        login=login,
        role=new.role,
        issue=issue or vault.issue,
        kdf=kdf or Kdf(),
        salt=entropy(_SALT_BYTES),
        key=Box(b"", b""),
        name=_close(derive(vault_key, "names"), padded, entropy, told),
    )
    key = _password_key(new.password, member.salt, member.kdf)
    wrapped = _close(key, vault_key, entropy, _about(vault.site, member))
    member = msgspec.structs.replace(member, key=wrapped)
    return _changed(
        vault,
        member.issue,
        staff=(*_others(vault, login), member),
        removed=tuple(each for each in vault.removed if each.login != login),
    )


def without_member(vault: Vault, login: str, *, issue: int | None = None) -> Vault:
    """Return the vault without somebody; provisioning gives the new ``issue``, so that hubs hear of it."""
    removed = (*vault.removed, Removal(login, issue)) if issue else vault.removed
    return _changed(vault, issue or vault.issue, staff=_others(vault, login), removed=removed)


def day_key(site_secret: bytes, site: str, day: date) -> bytes:
    """Return the key by which all kiosks of a site match people on one day."""
    return derive(site_secret, "day", {"site": site, "day": day.isoformat()})


def _changed(
    vault: Vault, issue: int, staff: tuple[Member, ...], removed: tuple[Removal, ...]
) -> Vault:
    return msgspec.structs.replace(
        vault, issue=issue, serial=vault.serial + 1, staff=staff, removed=removed
    )


def _others(vault: Vault, login: str) -> tuple[Member, ...]:
    return tuple(each for each in vault.staff if each.login != login)


def _about(site: str, member: Member) -> list[str]:
    how = f"{member.kdf.name} {member.kdf.iterations} {member.kdf.memory_kib} {member.kdf.lanes}"
    return ["key", site, member.login, member.role, how, member.salt.hex()]


def _password_key(password: str, salt: bytes, kdf: Kdf) -> bytes:
    made = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=kdf.iterations,
        lanes=kdf.lanes,
        memory_cost=kdf.memory_kib,
    )
    # One person's keyboard composes letters, another's does not.
    return made.derive(unicodedata.normalize("NFC", password).encode())


def _close(key: bytes, plain: bytes, entropy: Entropy, about: list[str]) -> Box:
    nonce = entropy(_NONCE_BYTES)
    return Box(nonce, ChaCha20Poly1305(key).encrypt(nonce, plain, msgspec.json.encode(about)))


def _open(key: bytes, box: Box, about: list[str]) -> bytes | None:
    try:
        return ChaCha20Poly1305(key).decrypt(box.nonce, box.data, msgspec.json.encode(about))
    except (InvalidTag, ValueError):
        return None
