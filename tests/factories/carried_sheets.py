"""Staff who carry files between the centre and the sandbox Platform, at every call."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from factories.devices import AT
from factories.platforms import ask

from central.adapters.platform_file import PlatformWorkbook
from central.adapters.platform_sheets_sql import SqlSheets
from central.adapters.platform_spreadsheet import (
    SpreadsheetDoses,
    SpreadsheetPlatform,
    SpreadsheetReactions,
)
from central.adapters.sheet_xlsx import XlsxSheet
from central.domain.accounts import Role, Visitor
from central.ports import PlatformNotYet
from central.services.platform_sheets import PlatformSheets, TakenIn

PROVINCE = Visitor("tinh", "Tỉnh", Role.PROVINCE, None)


class StoppedClock:
    """Stands at the tests' own moment, or at another."""

    def __init__(self, at: datetime = AT) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


def desk(engine: sa.Engine, clock: object = None) -> PlatformSheets:
    """Return what makes files and takes them in."""
    return PlatformSheets(SqlSheets(engine), XlsxSheet(), clock or StoppedClock())


class Courier:
    """Carries what waits to the sandbox, and its answer and its export back."""

    def __init__(self, engine: sa.Engine, url: str) -> None:
        self.desk = desk(engine)
        self._url = url.removesuffix("/fhir")

    def carry(self) -> None:
        """Take one file there and its answer back."""
        made = self.desk.make(PROVINCE, "page")
        if made is not None:
            answer = ask(
                f"{self._url}/sheets/upload", method="POST", content=self.desk.book(made.id)
            )
            answer.raise_for_status()
            self.taken(answer.content)

    def fetch(self) -> TakenIn:
        """Take the Platform's export back."""
        return self.taken(ask(f"{self._url}/sheets/export.xlsx").content)

    def taken(self, data: bytes) -> TakenIn:
        return self.desk.take_in(PROVINCE, PlatformWorkbook(Path("export.xlsx"), data), "page")


class Carried:
    """A spreadsheet adapter whose files are carried at once, so that it answers like any other."""

    def __init__(self, engine: sa.Engine, url: str) -> None:
        self._courier = Courier(engine, url)
        self._visits = SpreadsheetPlatform(SqlSheets(engine), StoppedClock())
        self._doses = SpreadsheetDoses(SqlSheets(engine), StoppedClock())
        self._reactions = SpreadsheetReactions(SqlSheets(engine), StoppedClock())

    def close(self) -> None:
        self._visits.close()
        self._doses.close()

    def submit(self, told: Any) -> Any:
        return self._carried(self._visits.submit, told)

    def read_back(self, visit: str) -> Any:
        self._courier.fetch()
        return self._visits.read_back(visit)

    def submit_dose(self, told: Any) -> Any:
        return self._carried(self._doses.submit_dose, told)

    def doses_of(self, told: Any) -> Any:
        self._courier.fetch()
        return self._doses.doses_of(told)

    def withdraw_dose(self, dose: str) -> None:
        self._courier.fetch()
        self._carried(self._doses.withdraw_dose, dose)

    def changed_doses(self, since: str, until: str = "") -> Iterator[Any]:
        self._courier.fetch()
        return self._doses.changed_doses(since, until)

    def entry(self, entry: str) -> Any:
        self._courier.fetch()
        return self._doses.entry(entry)

    def submit_reaction(self, told: Any) -> Any:
        return self._carried(self._reactions.submit_reaction, told)

    def reactions_of(self, told: Any) -> Any:
        self._courier.fetch()
        return self._reactions.reactions_of(told)

    def _carried(self, tell: Any, told: Any) -> Any:
        try:
            return tell(told)
        except PlatformNotYet:
            self._courier.carry()
            return tell(told)
