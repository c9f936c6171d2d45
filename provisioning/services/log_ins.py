"""The demo's log-ins: made once, kept beside what the demo stores, the same at every start."""

import csv
import io
import json

from protocol.staff import readable_secret
from protocol.vault import Entropy
from provisioning.domain.local_people import LEADERS, STAFF
from provisioning.ports import FileMissing, Store, StoreError

FILE, ACCOUNTS, HANDED_OVER = "log-ins.json", "centre-accounts.csv", "centre-has-accounts"
_SECRET = 0o600


class LogIns:
    """Passwords of invented people, by log-in name, in files that only their owner reads."""

    def __init__(self, store: Store, random: Entropy) -> None:
        self._store = store
        self._random = random

    def passwords(self) -> dict[str, str]:
        """Return the password of everybody, at the site and at the centre.

        Raises:
            StoreError: The file cannot be read or written.
        """
        try:
            passwords: dict[str, str] = json.loads(self._store.read(FILE))
        except FileMissing:
            return self._made()
        except ValueError as error:
            raise StoreError(f"{FILE} is no JSON: {error}") from error
        return passwords

    def accounts_file(self) -> str:
        """Write the file from which the centre takes its accounts; return its name."""
        passwords = self.passwords()
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(("login", "role", "name", "sites", "communes", "password"))
        rows.writerows((*leader, passwords[leader[0]]) for leader in LEADERS)
        self._store.write(ACCOUNTS, text.getvalue().encode(), mode=_SECRET)
        return ACCOUNTS

    def handed_over(self) -> bool:
        """Return whether the centre has its accounts."""
        try:
            return bool(self._store.read(HANDED_OVER))
        except FileMissing:
            return False

    def hand_over(self) -> None:
        """Keep in mind that the centre has its accounts."""
        self._store.write(HANDED_OVER, b"yes\n", mode=_SECRET)

    def _made(self) -> dict[str, str]:
        everybody = [each[0] for each in (*STAFF, *LEADERS)]
        made = {login: readable_secret(self._random(16)) for login in everybody}
        self._store.write(FILE, json.dumps(made, indent=2).encode() + b"\n", mode=_SECRET)
        return made
