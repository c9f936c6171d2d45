"""Who may do what at the centre, and of which sites. Pure: an account in, rights and sites out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

Sites = frozenset[str] | None
"""The sites that somebody may see; None: all of them."""


class Role(StrEnum):
    """What a person answers for."""

    SITE = "site"
    COMMUNE = "commune"
    PROVINCE = "province"
    POLICE = "police"
    IT = "it"


class Right(StrEnum):
    """One kind of thing that a person may do."""

    FIGURES = "figures"
    DISCREPANCIES = "discrepancies"
    REACTIONS = "reactions"
    COMPLAINTS = "complaints"
    PERSONS = "persons"
    MERGE = "merge"
    REQUESTS = "requests"
    VERIFICATION = "verification"
    LISTS = "lists"
    SIGN_OFF = "sign_off"
    PLATFORM = "platform"
    AUDIT = "audit"
    ACCOUNTS = "accounts"


_AT_A_SITE: Final = frozenset(
    {
        Right.FIGURES,
        Right.DISCREPANCIES,
        Right.REACTIONS,
        Right.COMPLAINTS,
        Right.PERSONS,
        Right.SIGN_OFF,
    }
)
_RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.SITE: _AT_A_SITE,
    Role.COMMUNE: _AT_A_SITE | {Right.MERGE, Right.VERIFICATION, Right.LISTS},
    Role.PROVINCE: _AT_A_SITE
    | {Right.MERGE, Right.VERIFICATION, Right.LISTS, Right.REQUESTS, Right.PLATFORM, Right.AUDIT},
    # The police answer for lists of names, which others bring; what anybody was injected with is
    # none of their business.
    Role.POLICE: frozenset({Right.VERIFICATION}),
    # Whoever keeps the machines sees figures and who did what, and no person.
    Role.IT: frozenset({Right.FIGURES, Right.AUDIT, Right.ACCOUNTS}),
}
_OF_SOME_SITES: Final = frozenset({Role.SITE, Role.COMMUNE})


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in.

    Attributes:
        login: Unique; of an organisation's log-in ``oidc:`` and a digest, for it is never typed.
        name: What colleagues read.
        sites: Ids of the sites that the account may see; with ``communes`` empty for all.
        secret: The password as argon2id keeps it; empty where an organisation vouches.
        disabled: Whether it may no longer log in; an account is never deleted, the audit names it.
    """

    login: str
    name: str
    role: Role
    sites: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    secret: str = field(default="", repr=False)
    disabled: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks for a page, with the sites that they may see now."""

    login: str
    name: str
    role: Role
    sites: Sites

    def may(self, right: Right) -> bool:
        """Return whether the role gives a right."""
        return right in _RIGHTS[self.role]

    def sees(self, site: str) -> bool:
        """Return whether a site is within what the visitor may see."""
        return self.sites is None or site in self.sites


class AccountRefused(ValueError):  # noqa: N818 - what is wrong with the wish
    """An account cannot be made like this; the text says why."""


def checked(account: Account) -> Account:
    """Return the account when it makes sense.

    Raises:
        AccountRefused: It would see nothing, or everything by mistake.
    """
    if not 2 <= len(account.login) <= 80 or any(c.isspace() for c in account.login):
        raise AccountRefused("a log-in name has 2 to 80 characters and no spaces")
    limited = bool(account.sites or account.communes)
    if account.role in _OF_SOME_SITES and not limited:
        raise AccountRefused("this role needs a site or a commune")
    return account


def sites_of(account: Account, communes: Mapping[str, Iterable[str]]) -> Sites:
    """Return the sites that an account may see; a commune that is not known has none."""
    if not account.sites and not account.communes:
        return None if account.role not in _OF_SOME_SITES else frozenset()
    inside = (site for name in account.communes for site in communes.get(name, ()))
    return frozenset((*account.sites, *inside))


def visitor(account: Account, communes: Mapping[str, Iterable[str]]) -> Visitor:
    """Return the account as a visitor."""
    return Visitor(account.login, account.name, account.role, sites_of(account, communes))


def role_said(said: object, roles: Mapping[str, str]) -> Role | None:
    """Return the role for what an organisation says of somebody; the mightiest when it says several.

    Args:
        said: The claim: a text or a list of texts; anything else is no role.
        roles: From the organisation's word to ours.
    """
    words = said if isinstance(said, list) else [said]
    found = {roles[word] for word in words if isinstance(word, str) and word in roles}
    for role in (Role.PROVINCE, Role.COMMUNE, Role.SITE, Role.POLICE, Role.IT):
        if role.value in found:
            return role
    return None


def names_said(said: object) -> tuple[str, ...]:
    """Return the names of sites or communes in a claim; a text may hold several, by spaces."""
    words = said if isinstance(said, list) else said.split() if isinstance(said, str) else []
    return tuple(word for word in words if isinstance(word, str) and 0 < len(word) <= 64)[:500]
