"""What an organisation's log-in says of somebody, as an account of ours."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from central.domain.accounts import Account, AccountRefused, checked, names_said, role_said


@dataclass(frozen=True, slots=True)
class Claims:
    """How an organisation's words become an account.

    Attributes:
        roles: From the organisation's word to ours; whoever has none of them is not let in.
    """

    role: str = "roles"
    sites: str = "tram_sites"
    communes: str = "tram_communes"
    roles: Mapping[str, str] = field(default_factory=dict)


def login_of(said: Mapping[str, Any]) -> str:
    """Return the log-in name of whom the organisation vouches for; it tells nobody who that is."""
    digest = hashlib.sha256(f"{said['iss']}|{said['sub']}".encode()).hexdigest()[:32]
    return f"oidc:{digest}"


def account_of(said: Mapping[str, Any], claims: Claims) -> Account | None:
    """Return the account that the organisation's words make; None without a role or a place of ours."""
    role = role_said(said.get(claims.role), claims.roles)
    if role is None:
        return None
    login = login_of(said)
    account = Account(
        login=login,
        name=str(said.get("name") or said.get("preferred_username") or login)[:200],
        role=role,
        sites=names_said(said.get(claims.sites)),
        communes=names_said(said.get(claims.communes)),
    )
    try:
        return checked(account)
    except AccountRefused:
        return None
