"""A slip held to a desk's scanner, with the registry that provisioning signed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from factories.installations import SITE, provisioned
from factories.queues import at_desk, queue_on, simulated_journal
from structlog.testing import capture_logs

from edge.adapters.keys_file import FileKeys
from edge.adapters.registry_file import FileRegistry
from edge.domain.stamp import Moment
from edge.ports import DiskFull
from edge.services.reentry import Reentry, SlipUnknown
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from protocol.identity import DeviceId

VISIT = "01920000-0000-7000-8000-000000000077"
KIOSK = DeviceId("kiosk-0002")


class Desk:
    """A desk's way from a slip to a visit."""

    def __init__(self, directory: Path, *, site: str = SITE.site) -> None:
        self.directory = directory
        self.provisioner = provisioned(directory, KIOSK)
        self.clock = SimulatedClock()
        self.journal: SimulatedJournal = simulated_journal(self.clock)
        self.queue = queue_on(self.journal, self.clock)
        self.registry = FileRegistry(directory)
        self.reentry = Reentry(
            queue=self.queue, registry=self.registry, site=site, clock=self.clock
        )

    def slip(
        self, visit: str = VISIT, stage: str = "Khám sàng lọc", *, clock_ok: bool = True
    ) -> str:
        keys = FileKeys(self.directory / "devices" / KIOSK, day_key=bytes(32), software="test")
        wall = self.clock.now() - timedelta(seconds=60 if clock_ok else 10 * 365 * 86_400)
        return keys.sign_reentry("B077", visit, stage, Moment(wall, "boot", 1, clock_ok))

    async def refusal(self, text: str) -> str:
        with pytest.raises(SlipUnknown) as unknown:
            await self.reentry.visit(text)
        return unknown.value.reason


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_a_visit_that_the_hub_never_heard_of_is_taken_in_where_its_slip_sends_it(
    desk: Desk,
) -> None:
    found = await desk.reentry.visit(desk.slip())
    again = await desk.reentry.visit(desk.slip())
    visit = desk.queue.state.visits[VISIT]

    assert found == again == VISIT
    assert (visit.ticket, visit.station, visit.device) == ("B077", "screening", KIOSK)
    assert visit.document == "queue_slip"
    assert desk.journal.position().last == 1


async def test_a_slip_of_yesterday_takes_nobody_in_under_a_number_that_another_has_today(
    desk: Desk,
) -> None:
    slip = desk.slip()
    desk.clock.advance(86_400)

    assert await desk.refusal(slip) == "slip_of_another_day"
    assert desk.queue.state.visits == {}


async def test_a_slip_of_a_kiosk_that_knew_no_date_is_believed_and_stands_behind_who_waits(
    desk: Desk,
) -> None:
    await desk.queue.do(at_desk(1))
    desk.clock.advance(60)

    assert await desk.reentry.visit(desk.slip(stage="Đón tiếp", clock_ok=False)) == VISIT
    assert [each.ticket for each in desk.queue.state.waiting("reception")] == ["H001", "B077"]


async def test_a_hub_that_knows_no_date_believes_the_slip(desk: Desk) -> None:
    slip = desk.slip()
    desk.clock.advance(86_400)
    desk.clock.set_wall(desk.clock.now(), ok=False)

    assert await desk.reentry.visit(slip) == VISIT


async def test_a_slip_of_a_known_visit_writes_nothing(desk: Desk) -> None:
    known = "01920000-0000-7000-8000-000000000001"
    await desk.queue.do(replace(at_desk(1), visit=known))
    before = desk.journal.position().last

    assert await desk.reentry.visit(desk.slip(known)) == known
    assert desk.journal.position().last == before


async def test_a_scanner_that_types_small_letters_and_a_line_end_is_understood(desk: Desk) -> None:
    assert await desk.reentry.visit(f" {desk.slip().lower()}\r\n") == VISIT


@pytest.mark.parametrize("text", ["", "A012", "TRAM1:", "TRAM1:NOTBASE32!", "058185000123||Mẫu"])
async def test_what_is_no_slip_is_said_so(desk: Desk, text: str) -> None:
    assert await desk.refusal(text) == "not_a_slip"


async def test_a_changed_letter_spoils_a_slip(desk: Desk) -> None:
    slip = desk.slip()
    end = "A" if slip[-9] != "A" else "B"

    with capture_logs():
        assert await desk.refusal(slip[:-9] + end + slip[-8:]) == "slip_not_believed"


async def test_another_sites_slip_is_not_believed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, site="elsewhere")

    with capture_logs() as logs:
        assert await desk.refusal(desk.slip()) == "slip_not_believed"
    assert [each["event"] for each in logs] == ["slip_of_unknown_device"]


async def test_a_device_of_another_authority_is_unknown(desk: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path / "other")

    with capture_logs():
        assert await desk.refusal(other.slip()) == "slip_not_believed"


async def test_a_stolen_kiosk_makes_no_visits_but_its_earlier_slips_lead_to_theirs(
    desk: Desk,
) -> None:
    await desk.reentry.visit(desk.slip())
    desk.provisioner.revoke_device(KIOSK)
    new = desk.slip("01920000-0000-7000-8000-000000000078")

    assert await desk.reentry.visit(desk.slip()) == VISIT
    assert await desk.refusal(new) == "slip_not_believed"


async def test_a_full_disk_is_said_in_its_own_words(desk: Desk) -> None:
    desk.journal.fail_with(DiskFull("no room"))

    assert await desk.refusal(desk.slip()) == "not_stored"


def test_a_kid_that_is_empty_or_of_nobody_names_no_device(desk: Desk) -> None:
    assert desk.registry.signer(b"") is None
    assert desk.registry.signer(b"\0" * 8) is None
