"""The demo's log-ins: made once, kept beside what the demo stores, the same at every start."""

import json

from protocol.staff import readable_secret
from protocol.vault import Entropy
from provisioning.domain.local_people import LEADERS, STAFF
from provisioning.ports import FileMissing, Store, StoreError

FILE = "log-ins.json"
_SECRET = 0o600


class LogIns:
    """Passwords of invented people, by log-in name, in a file that only its owner reads."""

    def __init__(self, store: Store, random: Entropy) -> None:
        self._store = store
        self._random = random

    def passwords(self) -> dict[str, str]:
        """Return the password of everybody, at the site and at the centre.

        Raises:
            StoreError: The file cannot be read or written.
        """
        return self._kept()["passwords"]

    def added(self) -> list[str]:
        """Return whom the centre has."""
        return list(self._kept()["at_the_centre"])

    def note(self, login: str) -> None:
        """Keep in mind that the centre has somebody."""
        kept = self._kept()
        self._write(kept | {"at_the_centre": {**kept["at_the_centre"], login: "added"}})

    def _kept(self) -> dict[str, dict[str, str]]:
        try:
            text = self._store.read(FILE).decode()
        except FileMissing:
            return self._begun()
        try:
            kept: dict[str, dict[str, str]] = json.loads(text)
        except ValueError as error:
            raise StoreError(f"{FILE} is no JSON: {error}") from error
        return kept

    def _begun(self) -> dict[str, dict[str, str]]:
        everybody = [each[0] for each in (*STAFF, *LEADERS)]
        made = {login: readable_secret(self._random(16)) for login in everybody}
        kept: dict[str, dict[str, str]] = {"passwords": made, "at_the_centre": {}}
        self._write(kept)
        return kept

    def _write(self, kept: dict[str, dict[str, str]]) -> None:
        self._store.write(FILE, json.dumps(kept, indent=2).encode() + b"\n", mode=_SECRET)
