"""The site's keys while the hub runs: locked until somebody logs in, never on any disk."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from protocol import sealing, vault_keys
from protocol.errors import WireError
from protocol.events import Identity, decode_identity
from protocol.vault_keys import Secrets

Form = TypeVar("Form", bound=msgspec.Struct)


class SiteKeys:
    """Opens what was sealed to the site, and knows the keys of its days.

    Whoever must act when names return, such as a queue that then links people, adds a listener.
    """

    def __init__(self, site: str, public: X25519PublicKey) -> None:
        """Begin locked; ``public`` is the site's sealing key, which this device seals to."""
        self._site = site
        self._public = public
        self._secrets: Secrets | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def locked(self) -> bool:
        """Return whether names cannot be read now."""
        return self._secrets is None

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called whenever the keys come or go."""
        self._listeners.append(listener)

    def unlock(self, secrets: Secrets) -> None:
        """Take the opened secrets; when they are there already, nothing happens.

        Raises:
            WireError: ``altered_vault``: they belong to another site.
        """
        if secrets.site_key.public_key() != self._public:
            raise WireError("altered_vault", "the vault holds the key of another site")
        if self._secrets is None:
            self._secrets = secrets
            self._tell()

    def lock(self) -> None:
        """Forget the secrets: what can be read ends with this."""
        if self._secrets is not None:
            self._secrets = None
            self._tell()

    def day_key(self, day: date) -> bytes | None:
        """Return the key of a day, or None while locked."""
        if self._secrets is None:
            return None
        return vault_keys.day_key(self._secrets.site_secret, self._site, day)

    def person(self, number: str, day: date) -> str | None:
        """Return the local matching key of an ID number, or None while locked."""
        key = self.day_key(day)
        return None if key is None else hmac.new(key, number.encode(), hashlib.sha256).hexdigest()

    def open_identity(self, sealed: Mapping[str, str], event_id: str) -> Identity | None:
        """Return who was sealed in the event, or None while locked.

        Raises:
            WireError: Not sealed to this site, altered, moved from another event, or no identity.
        """
        plain = self._open(sealed, event_id)
        return None if plain is None else decode_identity(plain)

    def open_form(self, sealed: Mapping[str, str], event_id: str, kind: type[Form]) -> Form | None:
        """Return the sealed form of an event, or None while locked.

        Raises:
            WireError: As for an identity; ``bad_body`` when it is no such form.
        """
        plain = self._open(sealed, event_id)
        if plain is None:
            return None
        try:
            return msgspec.json.decode(plain, type=kind)
        except msgspec.DecodeError as error:
            raise WireError("bad_body", f"no {kind.__name__}: {error}") from error

    def seal_to_site(self, plain: bytes, event_id: str) -> dict[str, str]:
        """Return ``plain`` sealed to the site alone; needs no unlocked key."""
        return sealing.seal(plain, event_id, [self._public])

    def open_bytes(self, sealed: Mapping[str, str], bound_to: str) -> bytes | None:
        """Return what was sealed to the site, or None while locked.

        Raises:
            WireError: Not sealed to this site, altered, or moved from elsewhere.
        """
        return self._open(sealed, bound_to)

    def only_to_site(self, sealed: Mapping[str, str]) -> dict[str, str]:
        """Return of a sealed identity the part that the site can open, if there is one."""
        mine = sealing.key_id(self._public)
        return {mine: sealed[mine]} if mine in sealed else {}

    def _open(self, sealed: Mapping[str, str], event_id: str) -> bytes | None:
        if self._secrets is None:
            return None
        return sealing.unseal(sealed, event_id, self._secrets.site_key)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
