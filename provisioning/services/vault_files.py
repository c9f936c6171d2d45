"""The vault of a site in the provisioning directory: begun, changed, and read with its key."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from protocol.staff import Role, weakness
from protocol.vault import Vault, decode_vault, encode_vault
from protocol.vault_keys import (
    KEY_BYTES,
    NewMember,
    Secrets,
    new_vault,
    read_name,
    with_member,
    without_member,
)
from provisioning.domain.refusal import Refused
from provisioning.domain.steps import ChangeVault
from provisioning.ports import Authority, Store, StoreError

_SECRET = 0o600


class VaultFiles:
    """Reads and writes ``vault.key`` and ``vault.json`` of sites."""

    def __init__(self, store: Store, authority: Authority) -> None:
        self._store = store
        self._authority = authority

    def change(self, change: ChangeVault) -> list[str]:
        """Do what a step says; return the files written.

        Raises:
            Refused: The password is weak, the last head would go, or there is nobody to remove.
            WireError: Not a log-in name or no name; or the vault is damaged.
        """
        written = []
        there = self._store.names()
        if change.key not in there:
            self._store.write(change.key, self._authority.random(KEY_BYTES), mode=_SECRET)
            written.append(change.key)
        vault_key = self._store.read(change.key)
        before = self._read(change) if change.vault in there else self._begun(change, vault_key)
        after = self._changed(before, change, vault_key)
        self._store.write(change.vault, encode_vault(after, vault_key), mode=_SECRET)
        return [*written, change.vault]

    def listed(self, change: ChangeVault) -> list[tuple[str, Role, str]]:
        """Return log-in name, role and name of everybody whom provisioning put on the list."""
        if change.vault not in self._store.names():
            return []
        vault, vault_key = self._read(change), self._store.read(change.key)
        return [
            (each.login, each.role, read_name(vault, vault_key, each.login) or "")
            for each in vault.staff
        ]

    def _read(self, change: ChangeVault) -> Vault:
        file = decode_vault(self._store.read(change.vault))
        file.check(self._store.read(change.key))
        return file.vault

    def _begun(self, change: ChangeVault, vault_key: bytes) -> Vault:
        folder = f"sites/{change.site}"
        key = load_pem_private_key(self._store.read(f"{folder}/seal.key"), password=None)
        if not isinstance(key, X25519PrivateKey):
            raise StoreError(f"{folder}/seal.key is not an X25519 key")
        secrets = Secrets(self._authority.random(KEY_BYTES), key)
        return new_vault(change.site, secrets, vault_key, self._authority.random)

    def _changed(self, vault: Vault, change: ChangeVault, vault_key: bytes) -> Vault:
        issue = vault.issue + 1 if vault.staff else vault.issue
        if change.add is not None:
            vault = self._added(vault, change.add, vault_key, issue)
        if change.remove is not None:
            refuse_removal(vault, change.remove)
            vault = without_member(vault, change.remove, issue=issue)
        return vault

    def _added(self, vault: Vault, new: NewMember, vault_key: bytes, issue: int) -> Vault:
        refuse_weak(new)
        if not vault.staff and new.role is not Role.HEAD:
            raise Refused("the first on the list must be a head of site", "give --role head")
        if new.role is not Role.HEAD and vault.is_last_head(new.login):
            raise Refused(f"{new.login} is the only head of the site", "add another head first")
        return with_member(vault, vault_key, new, self._authority.random, issue=issue)


def refuse_removal(vault: Vault, login: str) -> None:
    """Return when somebody can be taken off the list.

    Raises:
        Refused: They are not on it, or the site's only head.
    """
    if vault.member(login) is None:
        raise Refused(
            f"{login} is not on provisioning's list",
            "whom the head of the site added at the hub is removed at the hub",
        )
    if vault.is_last_head(login):
        raise Refused(f"{login} is the only head of the site", "add another head first")


def refuse_weak(new: NewMember) -> None:
    """Return when a password is strong enough.

    Raises:
        Refused: It is not; the advice says how.
    """
    if weakness(new.password, new.login) is not None:
        raise Refused(
            "the password is too weak",
            "give 10 to 200 letters, without the log-in name in them; a short sentence is best",
        )
