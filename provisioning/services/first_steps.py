"""What a demo does once, and how far it got: a start that was cut short is finished by the next one."""

import json
from datetime import date

from provisioning.ports import FileMissing, Store, StoreError

FILE = "first-steps.json"
_OPEN = 0o600


class FirstSteps:
    """The steps that fill a new site; one that an earlier version made has none to do."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, day: date) -> None:
        """Note that a new site is being made, and which day its invented people come on; once."""
        if self._read() is None:
            self._write({"day": day.isoformat(), "done": []})

    def day(self) -> date | None:
        """Return the day of the invented people, or None where there are no steps to do."""
        kept = self._read()
        return None if kept is None else date.fromisoformat(str(kept["day"]))

    def done(self) -> list[str]:
        """Return the steps that are behind."""
        kept = self._read()
        return [] if kept is None else list(kept["done"])

    def finish(self, step: str) -> None:
        """Note that a step is behind."""
        kept = self._read()
        if kept is not None and step not in kept["done"]:
            self._write({**kept, "done": [*kept["done"], step]})

    def _read(self) -> dict[str, str | list[str]] | None:
        try:
            kept: dict[str, str | list[str]] = json.loads(self._store.read(FILE))
        except FileMissing:
            return None
        except ValueError as error:
            raise StoreError(f"{FILE} is no JSON: {error}") from error
        return kept

    def _write(self, kept: dict[str, str | list[str]]) -> None:
        self._store.write(FILE, json.dumps(kept, indent=2).encode() + b"\n", mode=_OPEN)
