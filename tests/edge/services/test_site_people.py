"""Names and forms of visits, opened from the hub's own journal."""

import asyncio

import pytest
from factories.doors import Hub, hub
from factories.vaults import HEAD, HEAD_PASSWORD
from structlog.testing import capture_logs

from edge.domain.queue.visit import Phase, Visit
from edge.ports import Draft, JournalError
from edge.services.site_people import SitePeople
from protocol.events import CheckedIn, Identity, encode_identity
from protocol.site_events import Arrived, ReactionNote, Screened, ScreeningForm

MAU = Identity(
    document="cccd_2021", number="058185000123", name="Nguyễn Thị Mẫu", birth="1985-08-17"
)
FORM = ScreeningForm(answers=(True, False, None), celsius_tenths=368, note="dị ứng tôm")


def visit(name: str) -> Visit:
    return Visit(
        id=name,
        event=f"e-{name}",
        hlc="",
        ticket="A001",
        version=1,
        station="reception",
        phase=Phase.WAITING,
        entered_ms=0,
        arrived_ms=0,
        root=name,
    )


@pytest.fixture
def site() -> Hub:
    return hub()


async def log_in(site: Hub) -> None:
    await site.door.open()
    await site.door.log_in(HEAD.login, HEAD_PASSWORD, "192.0.2.1")


def people(site: Hub) -> SitePeople:
    return SitePeople(journal=site.journal, keys=site.site_keys)


def write(site: Hub, event: str, body: object, name: str, plain: bytes | None) -> None:
    sealed = None if plain is None else site.keys.seal(plain, event)
    site.journal.append([Draft(event, body, visit=name, sealed=sealed)])  # type: ignore[arg-type]


def checked_in(site: Hub, name: str, identity: Identity = MAU) -> None:
    body = CheckedIn(ticket="A001", document="cccd_2021")
    write(site, f"e-{name}", body, name, encode_identity(identity))


async def test_a_name_is_read_once_somebody_has_logged_in_and_gone_once_the_site_is_locked(
    site: Hub,
) -> None:
    checked_in(site, "v1")
    names = people(site)
    await names.refresh()
    locked = names.identity(visit("v1"))
    await log_in(site)
    open_now = names.identity(visit("v1"))
    again = names.identity(visit("v1"))
    await site.door.day_ended()

    assert locked is None
    assert open_now == again == MAU
    assert names.locked
    assert names.identity(visit("v1")) is None


async def test_the_name_of_another_kiosks_arrival_is_bound_to_that_kiosks_event(site: Hub) -> None:
    sealed = site.site_keys.only_to_site(site.keys.seal(encode_identity(MAU), "k-1"))
    body = Arrived(event="k-1", device="kiosk-0002", hlc="", ticket="B001", sealed=sealed)
    site.journal.append([Draft("h-1", body, visit="v2")])
    names = people(site)
    await log_in(site)
    await names.refresh()

    assert names.identity(visit("v2")) == MAU


async def test_what_comes_later_is_read_later(site: Hub) -> None:
    names = people(site)
    await log_in(site)
    await names.refresh()
    before = names.identity(visit("v1"))
    checked_in(site, "v1")
    await names.refresh()

    assert before is None
    assert names.identity(visit("v1")) == MAU


async def test_a_form_that_was_sealed_at_a_desk_is_read_at_another(site: Hub) -> None:
    names = people(site)
    sealed = names.seal_form(FORM, "s-1")
    body = Screened(conclusion="eligible", staff="lan")
    site.journal.append([Draft("s-1", body, visit="v1", sealed=sealed)])
    locked = names.form("s-1", ScreeningForm)
    await log_in(site)
    await names.refresh()

    assert locked is None
    assert names.form("s-1", ScreeningForm) == FORM
    assert names.form("s-2", ScreeningForm) is None


async def test_what_was_moved_from_another_event_is_nobodys_and_says_so(site: Hub) -> None:
    sealed = site.keys.seal(encode_identity(MAU), "another-event")
    body = CheckedIn(ticket="A001", document="cccd_2021")
    site.journal.append([Draft("e-v1", body, visit="v1", sealed=sealed)])
    form = site.keys.seal(b"{}", "another-event")
    site.journal.append(
        [Draft("s-1", Screened(conclusion="eligible", staff="lan"), visit="v1", sealed=form)]
    )
    names = people(site)
    await log_in(site)
    await names.refresh()

    with capture_logs() as logs:
        assert names.identity(visit("v1")) is None
        assert names.form("s-1", ReactionNote) is None
    assert [each["event"] for each in logs] == ["sealed_identity", "sealed_form"]


async def test_a_journal_that_cannot_be_read_leaves_the_numbers_and_is_logged(site: Hub) -> None:
    checked_in(site, "v1")
    names = people(site)
    await log_in(site)

    def broken(*_: object, **__: object) -> list[object]:
        raise JournalError("the disk is gone")

    site.journal.entries = broken  # type: ignore[method-assign,assignment]
    with capture_logs() as logs:
        await names.refresh()

    assert names.identity(visit("v1")) is None
    assert [each["event"] for each in logs] == ["journal_failed"]


async def test_where_nothing_was_written_nothing_is_read(site: Hub) -> None:
    found = people(site)
    checked_in(site, "v1")
    await log_in(site)
    await found.refresh()
    read, entries = [], site.journal.entries

    def counted(*args: object, **named: object) -> list[object]:
        read.append(args)
        return entries(*args, **named)  # type: ignore[arg-type,return-value]

    site.journal.entries = counted  # type: ignore[method-assign,assignment]
    for _ in range(3):
        await found.refresh()
    assert read == []

    checked_in(site, "v2")
    await asyncio.gather(*(found.refresh() for _ in range(5)))

    assert len(read) == 2  # The new one, and the end.
    assert found.identity(visit("v2")) == MAU
