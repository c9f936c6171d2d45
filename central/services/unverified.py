"""Who would come unverified to the next session: counted for each site, and a sheet with their names."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from central.domain.accounts import Sites
from central.domain.unverified import Listed, Still, Unverified, is_expected, next_day, still
from central.ports import Clock
from central.ports.verification import SheetWriter, UnverifiedReader
from central.services.verification import as_written
from protocol.identity import SiteId
from protocol.roster import Standing

HEADINGS: Final = ("Họ và tên", "Ngày sinh", "Số CCCD", "Giờ hẹn", "Xác minh", "Lượt xác minh")
_STANDINGS: Final = {Standing.UNKNOWN: "chưa xác minh", Standing.TO_SUPPLEMENT: "cần bổ sung"}
_NOON: Final = 12


class UnverifiedPeople:
    """Blocking."""

    def __init__(
        self,
        reader: UnverifiedReader,
        sheets: SheetWriter,
        clock: Clock,
        zone: tzinfo,
        called: Callable[[str], str] = str,
    ) -> None:
        """Args: ``called`` returns what people call a site, for the titles of sheets."""
        self._reader = reader
        self._sheets = sheets
        self._clock = clock
        self._zone = zone
        self._called = called

    def by_site(self, sites: Sites = None) -> list[Still]:
        """Return how many would come unverified to the next session of each site that has a list.

        Raises:
            StoreUnavailable: No answer now.
        """
        groups: dict[str, list[Listed]] = defaultdict(list)
        for group in self._reader.counted(sites):
            groups[group.site].append(group)
        since = self._since()
        return [still(site, of_site, since) for site, of_site in groups.items()]

    def of(self, site: SiteId) -> Still:
        """Return the same of one site; without a list it has nobody.

        Raises:
            StoreUnavailable: No answer now.
        """
        return next(iter(self.by_site(frozenset({site}))), Still(site))

    def sheet(self, site: SiteId) -> bytes:
        """Return who they are, by the time of their appointment.

        Raises:
            StoreUnavailable: No answer now.
        """
        since = self._since()
        day = next_day(self._reader.slots(site), since)
        rows = sorted(
            (one for one in self._reader.people(site) if _comes(one, day, since)),
            key=lambda one: (one.person.appointment or "~", one.person.name),
        )
        return self._sheets.write(
            f"Chưa xác minh {self._called(site)}", HEADINGS, (_row(one) for one in rows)
        )

    def _since(self) -> date:
        """Return the first day whose session may be the next one: until noon it is today's."""
        now: datetime = self._clock.now().astimezone(self._zone)
        return now.date() + timedelta(days=0 if now.hour < _NOON else 1)


def _comes(one: Unverified, day: date | None, since: date) -> bool:
    return is_expected(one.person.appointment, day, since)


def _row(one: Unverified) -> tuple[str, ...]:
    birth = None if one.person.birth is None else str(one.person.birth)
    return (
        one.person.name, as_written(birth), one.person.number or "", one.person.appointment or "",
        _STANDINGS[one.person.standing], "đã gửi, đang chờ" if one.waiting else "chưa gửi",
    )  # fmt: skip
