"""The list of staff: the head of the site adds, removes and resets; everybody changes their own password."""

import asyncio
from collections.abc import Callable

import structlog

from edge.domain.staff import Refusal, Role, StaffRow, refuse_removal, rows
from edge.ports import JournalError, SessionsError, VaultError
from edge.services.door import Door
from edge.services.staff_events import StaffEvents
from edge.services.vault import VaultKeeper
from protocol import staff as rules
from protocol.errors import WireError
from protocol.site_events import StaffAdded, StaffRemoved
from protocol.vault import Entropy, Kdf, Vault
from protocol.vault_keys import NewMember, with_member, without_member

log = structlog.get_logger("staff")
_WEAK = {
    "short": Refusal.WEAK_SHORT,
    "long": Refusal.WEAK_LONG,
    "login": Refusal.WEAK_LOGIN,
    "plain": Refusal.WEAK_PLAIN,
}
_MALFORMED = {
    "bad_login_name": Refusal.BAD_LOGIN,
    "bad_staff_name": Refusal.BAD_NAME,
    "bad_role": Refusal.BAD_ROLE,
}


class StaffList:
    """Changes to the list, each journalled before the vault is written; one at a time."""

    def __init__(
        self,
        *,
        keeper: VaultKeeper,
        door: Door,
        events: StaffEvents,
        entropy: Entropy,
        kdf: Kdf | None = None,
    ) -> None:
        """Take the parts; ``kdf`` is how new passwords are kept, the usual way without it."""
        self._keeper = keeper
        self._door = door
        self._events = events
        self._entropy = entropy
        self._kdf = kdf
        self._one_at_a_time = asyncio.Lock()

    def rows(self) -> list[StaffRow]:
        """Return the list; without names while the site is locked."""
        vault = self._keeper.vault
        return [] if vault is None else rows(vault, self._keeper.names)

    async def add(
        self, login: str, role: str, name: str, password: str, *, by: str
    ) -> Refusal | None:
        """Put somebody new on the list; return why not, or None when it is done."""
        async with self._one_at_a_time:
            vault = self._keeper.vault
            if vault is not None and vault.member(login) is not None:
                return Refusal.TAKEN
            return await self._put(login, role, name, password, by=by)

    async def reset(self, login: str, password: str, *, by: str, role: str = "") -> Refusal | None:
        """Give somebody a new password and end all their log-ins; return why not, or None.

        Args:
            role: Another role, if it changes: it is bound to the password.
        """
        async with self._one_at_a_time:
            vault = self._keeper.vault
            member = None if vault is None else vault.member(login)
            if vault is None or member is None:
                return Refusal.UNKNOWN
            wanted = role or member.role
            if wanted != Role.HEAD and vault.is_last_head(login):
                return Refusal.LAST_HEAD
            name = self._keeper.names.get(login, "")
            refusal = await self._put(login, wanted, name, password, by=by)
        if refusal is None:
            await self._end_log_ins(login)
        return refusal

    async def change_own(
        self, login: str, before: str, after: str, *, token: str, address: str
    ) -> Refusal | None:
        """Change one's own password, knowing the old one; other browsers are logged out."""
        async with self._one_at_a_time:
            vault = self._keeper.vault
            member = None if vault is None else vault.member(login)
            if member is None:
                return Refusal.UNKNOWN
            if not await self._door.proves(login, before, address):
                return Refusal.WRONG
            name = self._keeper.names.get(login, "")
            refusal = await self._put(login, member.role, name, after, by=login)
        if refusal is None:
            await self._end_log_ins(login, but=token)
        return refusal

    async def remove(self, login: str, *, by: str) -> Refusal | None:
        """Take somebody off the list and end all their log-ins; return why not, or None."""
        async with self._one_at_a_time:
            vault = self._keeper.vault
            if vault is None or self._keeper.vault_key is None:
                return Refusal.LOCKED
            refusal = refuse_removal(vault, login)
            if refusal is not None:
                return refusal
            name = self._keeper.names.get(login)
            body = StaffRemoved(staff=login, by=by)

            def without(vault: Vault, _: bytes) -> Vault:
                return without_member(vault, login)

            refusal = await self._change(body, name, without)
        if refusal is None:
            await self._end_log_ins(login)
        return refusal

    async def _put(
        self, login: str, role: str, name: str, password: str, *, by: str
    ) -> Refusal | None:
        if self._keeper.vault is None or self._keeper.vault_key is None:
            return Refusal.LOCKED
        try:
            new = _checked(login, role, name, password)
        except WireError as error:
            return _MALFORMED[error.code]
        weak = rules.weakness(password, new.login)
        if weak is not None:
            return _WEAK[weak]

        def added(vault: Vault, vault_key: bytes) -> Vault:
            return with_member(vault, vault_key, new, self._entropy, kdf=self._kdf)

        body = StaffAdded(staff=new.login, role=new.role, by=by)
        return await self._change(body, new.name, added)

    async def _change(
        self,
        body: StaffAdded | StaffRemoved,
        name: str | None,
        what: Callable[[Vault, bytes], Vault],
    ) -> Refusal | None:
        try:
            await self._events.write(body, name)
            await asyncio.to_thread(self._keeper.change, what)
        except (JournalError, VaultError) as error:
            log.error("staff_not_changed", problem=str(error))  # noqa: TRY400 - in words
            return Refusal.NOT_KEPT
        return None

    async def _end_log_ins(self, login: str, *, but: str = "") -> None:
        try:
            await self._door.log_out_everywhere(login, but=but)
        except SessionsError as error:
            log.error("log_ins_not_removed", problem=str(error))  # noqa: TRY400 - in words


def _checked(login: str, role: str, name: str, password: str) -> NewMember:
    return NewMember(
        rules.login_name(login), Role(rules.role(role)), rules.display_name(name), password
    )
