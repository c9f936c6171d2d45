"""Keeps the vault of the hub: reads both copies, opens it by a password, writes what changed.

Blocking: every method but the properties belongs in a thread.
"""

from collections.abc import Callable

import structlog

from edge.domain.vault import SiteKeys
from edge.ports import VaultError, VaultStore
from protocol.errors import WireError
from protocol.vault import Vault, VaultFile, decode_vault, encode_vault, merged
from protocol.vault_keys import open_secrets, read_name, unwrap

log = structlog.get_logger("vault")


class VaultKeeper:
    """One vault. The vault key stays in memory for as long as the site's keys do.

    Attributes:
        problem: Why nobody can open the vault, in words for IT; empty when it is well.
    """

    def __init__(self, store: VaultStore, keys: SiteKeys, site: str) -> None:
        self._store = store
        self._keys = keys
        self._site = site
        self._files: tuple[VaultFile, ...] = ()
        self._vault: Vault | None = None
        self._vault_key: bytes | None = None
        self._names: dict[str, str] = {}
        self.problem = ""

    @property
    def vault(self) -> Vault | None:
        """Return the list of staff as it counts, or None when there is no usable vault."""
        return self._vault

    @property
    def names(self) -> dict[str, str]:
        """Return the names that colleagues read, by log-in name; none while locked."""
        return dict(self._names)

    @property
    def vault_key(self) -> bytes | None:
        """Return the key of the vault, or None while locked."""
        return self._vault_key

    def load(self) -> None:
        """Read both copies; what is wrong with them is told by ``problem``."""
        self._files, self._vault, self.problem = (), None, ""
        try:
            read = (self._store.own(), self._store.provisioned())
            self._files = tuple(decode_vault(data) for data in read if data is not None)
            self._vault = self._joined()
        except (VaultError, WireError) as error:
            self.problem = str(error)
            log.error("vault_unusable", problem=self.problem)  # noqa: TRY400 - in words

    def _joined(self) -> Vault:
        if not self._files:
            raise VaultError("there is no vault.json; IT makes it: tram-provision staff add")
        if any(file.vault.site != self._site for file in self._files):
            raise VaultError("the vault belongs to another site; IT issues this hub again")
        first, last = self._files[0].vault, self._files[-1].vault
        return first if len(self._files) == 1 else merged(first, last)

    def open(self, login: str, password: str) -> bool | None:
        """Try a password; when it fits, the site is unlocked. Takes about a second of one core.

        Returns:
            Whether it fits; None when it does and yet the vault cannot be believed (``problem``).
        """
        if self._vault is None:
            return None
        vault_key = unwrap(self._vault, login, password)
        if vault_key is None:
            return False
        if self._vault_key is not None:
            return True
        try:
            self._believe(self._vault, vault_key)
        except (VaultError, WireError) as error:
            self.problem = str(error)
            log.error("vault_refused", problem=self.problem)  # noqa: TRY400 - in words
            return None
        return True

    def _believe(self, vault: Vault, vault_key: bytes) -> None:
        for file in self._files:
            file.check(vault_key)
        secrets = open_secrets(vault, vault_key)
        names = _names(vault, vault_key)
        if vault != self._files[0].vault:
            self._write(vault, vault_key)
        self._names, self._vault_key = names, vault_key
        self._keys.unlock(secrets)

    def change(self, what: Callable[[Vault, bytes], Vault]) -> Vault:
        """Change the list durably and return it.

        Raises:
            VaultError: Locked, or it cannot be written; nothing was changed.
            WireError: What was asked for is not allowed in a vault.
        """
        if self._vault is None or self._vault_key is None:
            raise VaultError("the vault is locked")
        after = what(self._vault, self._vault_key)
        self._write(after, self._vault_key)
        self._vault = after
        self._names = _names(after, self._vault_key)
        return after

    def _write(self, vault: Vault, vault_key: bytes) -> None:
        data = encode_vault(vault, vault_key)
        self._store.write(data)
        self._files = (decode_vault(data),)

    def forget(self) -> None:
        """Lock: the vault key, the names and the site's keys leave the memory."""
        self._vault_key, self._names = None, {}
        self._keys.lock()


def _names(vault: Vault, vault_key: bytes) -> dict[str, str]:
    found = {each.login: read_name(vault, vault_key, each.login) for each in vault.staff}
    return {login: name for login, name in found.items() if name is not None}
