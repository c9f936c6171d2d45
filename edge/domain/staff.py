"""Who is logged in, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from protocol.staff import Role
from protocol.vault import Vault

__all__ = ["Refusal", "Role", "Staff", "StaffRow", "may", "refuse_removal", "rows"]


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff at work.

    Attributes:
        login: Name for work; events carry it.
    """

    login: str
    role: Role


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member as the head of the site sees the list; without a name while the site is locked."""

    login: str
    role: Role
    name: str | None


class Refusal(StrEnum):
    """Why something about staff was not done; the page says it in words."""

    WRONG = "wrong"
    WAIT = "wait"
    BUSY = "busy"
    VAULT = "vault"
    LOCKED = "locked"
    LAST_HEAD = "last_head"
    UNKNOWN = "unknown"
    TAKEN = "taken"
    BAD_LOGIN = "bad_login"
    BAD_NAME = "bad_name"
    BAD_ROLE = "bad_role"
    WEAK_SHORT = "weak_short"
    WEAK_LONG = "weak_long"
    WEAK_LOGIN = "weak_login"
    WEAK_PLAIN = "weak_plain"
    NOT_KEPT = "not_kept"


def may(role: Role, *allowed: Role) -> bool:
    """Return whether somebody of ``role`` may do what is for ``allowed``; a head may do everything."""
    return role is Role.HEAD or role in allowed


def rows(vault: Vault, names: dict[str, str]) -> list[StaffRow]:
    """Return the list of staff: heads first, then in the order of the stations."""
    order = [Role.HEAD, *Role]
    members = sorted(vault.staff, key=lambda each: (order.index(each.role), each.login))
    return [StaffRow(each.login, each.role, names.get(each.login)) for each in members]


def refuse_removal(vault: Vault, login: str) -> Refusal | None:
    """Return why somebody may not be removed: a site keeps one head."""
    if vault.member(login) is None:
        return Refusal.UNKNOWN
    return Refusal.LAST_HEAD if vault.is_last_head(login) else None
