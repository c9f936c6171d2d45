"""A standby's copy and a promotion: every confirmed action is in the new hub's queue."""

import asyncio
from pathlib import Path

import pytest
from factories.waiting import until
from fakes.pair import FIRST, SECOND, Direct, Machine, Vault
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.adapters.replica_sqlite import SqliteReplica
from edge.domain import replica as told
from edge.domain.lan import HubState
from edge.domain.leading import Role
from edge.domain.queue.commands import CallNext, CheckInAtDesk
from edge.domain.queue.outcome import Done
from edge.domain.replica import Ask
from edge.ports import JournalError
from edge.services.leading import Leading, try_load
from edge.services.left_behind import FormerHub
from edge.services.lineage import WithCopies
from edge.services.listening import Listening
from edge.services.peer_watch import PeerWatch, look
from edge.services.replicating import Replicating
from edge.services.site_queue import SiteQueue
from protocol.errors import WireError
from protocol.hub_command import HubCommand
from protocol.identity import DeviceId, SiteId


def desk_check_in(number: int) -> CheckInAtDesk:
    event = f"0192f0c4-0000-7000-8000-{number:012x}"
    return CheckInAtDesk(
        visit=f"visit-{number}", event=event, staff="tiep-don-1", document="cccd_2021"
    )


async def act(queue: SiteQueue, number: int, *, call: bool) -> tuple[str, str]:
    """Do something; return a ticket and the desk where it is now."""
    if call:
        done = await queue.do(CallNext(station="reception", desk=f"{number}", staff="tiep-don-1"))
        if isinstance(done, Done) and done.visit is not None:
            return done.visit.ticket, done.visit.desk
    done = await queue.do(desk_check_in(number))
    assert isinstance(done, Done)
    assert done.visit is not None
    return done.visit.ticket, ""


@settings(max_examples=25, deadline=None)
@given(
    calls=st.lists(st.booleans(), min_size=1, max_size=12), kept=st.integers(0, 40), data=st.data()
)
async def test_any_prefix_and_a_promotion_keep_every_confirmed_action(
    tmp_path_factory: pytest.TempPathFactory, calls: list[bool], kept: int, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("pair")
    first, second = Machine(FIRST, "A", folder), Machine(SECOND, "B", folder)
    queue = await first.lead()
    done: list[tuple[int, str, str]] = []
    for number, call in enumerate(calls, start=1):
        ticket, desk = await act(queue, number, call=call)
        done.append((first.journal.position().last, ticket, desk))
    second.copy_from(first, kept)
    through, _ = second.copies.last(FIRST, first.journal.position().epoch)

    after = await second.lead(1)

    last = {ticket: desk for seq, ticket, desk in done if seq <= through}
    there = {visit.ticket: visit.desk for visit in after.state.visits.values()}
    assert there == last
    back = data.draw(st.booleans())
    if back:
        more, desk = await act(after, 90, call=False)
        first.copy_from(second, 1000)
        again = await first.lead(2)
        found = {visit.ticket: visit.desk for visit in again.state.visits.values()}
        assert found == last | {more: desk}
    for machine in (first, second):
        machine.copies.close()


async def test_a_promotion_is_journalled_once_and_says_how_far_the_copy_went(
    tmp_path: Path,
) -> None:
    first, second = Machine(FIRST, "A", tmp_path), Machine(SECOND, "B", tmp_path)
    await act(await first.lead(), 1, call=False)
    second.copy_from(first, 100)

    await second.lead(1)
    queue = await second.lead(1)

    place = first.journal.position()
    assert second.lineage.promoted() == (1, 1)
    assert [each.data for each in WithCopies(second.journal, second.copies).entries(
        0, most=9, most_bytes=1 << 20, epoch=place.epoch
    )] == [each.data for each in first.journal.entries(0, most=9, most_bytes=1 << 20)]  # fmt: skip
    ticket, _ = await act(queue, 2, call=False)
    assert ticket.startswith("B")
    assert len(queue.state.visits) == 2
    second.copies.close()
    first.copies.close()


async def test_a_hub_that_is_named_again_goes_on_with_its_own_day(tmp_path: Path) -> None:
    first, second = Machine(FIRST, "A", tmp_path), Machine(SECOND, "B", tmp_path)
    await act(await first.lead(), 1, call=False)
    second.copy_from(first, 100)
    await act(await second.lead(1), 2, call=False)

    named_again = await second.lead(2)
    never_down = await first.lead(3)

    assert len(named_again.state.visits) == 2
    assert len(never_down.state.visits) == 1
    for machine in (first, second):
        machine.copies.close()


async def test_what_the_former_hub_alone_has_is_named_when_it_returns(tmp_path: Path) -> None:
    first, second = Machine(FIRST, "A", tmp_path), Machine(SECOND, "B", tmp_path)
    queue = await first.lead()
    ticket, _ = await act(queue, 1, call=False)
    second.copy_from(first, 100)
    await act(queue, 2, call=True)
    await act(queue, 3, call=False)
    after = await second.lead(1)
    former = FormerHub(second.lineage, after)
    former.refresh()
    assert former.now() == []

    second.copy_from(first, 100)
    former.refresh()

    # Who checked in is handed over by the one who took them in; calls are not done over.
    [left] = former.now()
    assert (left.visit.ticket, left.what, left.desk, left.staff) == (
        ticket, "called", "2", "tiep-don-1",
    )  # fmt: skip
    assert {visit.phase.value for visit in after.state.visits.values()} == {"waiting"}
    for machine in (first, second):
        machine.copies.close()


async def test_a_standby_without_a_copy_begins_with_an_empty_hall(tmp_path: Path) -> None:
    alone = Machine(SECOND, "B", tmp_path)

    queue = await alone.lead(1)

    assert queue.state.visits == {}
    entry = alone.journal.entries(0, most=1, most_bytes=1 << 20)[0]
    assert b'"previous":""' in entry.data
    alone.copies.close()


async def test_an_answer_waits_for_a_healthy_standby_and_for_no_dead_one(tmp_path: Path) -> None:
    first, second = Machine(FIRST, "A", tmp_path), Machine(SECOND, "B", tmp_path)
    replicating = Replicating(journal=first.journal, device=FIRST, clock=first.clock)
    queue = await first.lead(confirmed=replicating.confirmed)
    loop = asyncio.get_running_loop()
    await act(queue, 1, call=False)
    assert replicating.state().behind is None
    peer, vault = Direct(replicating, loop), Vault()
    listening = Listening(peer=peer, replica=second.copies, vault=vault, device=FIRST)
    epoch = first.journal.position().epoch
    running = asyncio.ensure_future(listening.run())
    try:
        await until(lambda: replicating.state().healthy and replicating.state().behind == 0)

        for number in range(2, 8):
            await act(queue, number, call=number % 2 == 0)
            # What was answered is in the copy, not only sooner or later.
            assert second.copies.last(FIRST, epoch)[0] == first.journal.position().last
        await asyncio.to_thread(replicating.wait)
        peer.cut = True
        await until(lambda: listening.behind is None)
        await until(lambda: not replicating.state().healthy)
        before = loop.time()
        await act(queue, 9, call=False)
        assert loop.time() - before < told.CONFIRM_SECONDS
        assert (replicating.state().behind or 0) > 0
        peer.cut = False
        await until(lambda: replicating.state().behind == 0)
    finally:
        running.cancel()
    assert second.copies.newest().through == first.journal.position().last
    second.copies.close()
    first.copies.close()


async def test_a_standby_that_is_slow_delays_an_answer_by_a_third_of_a_second_at_most(
    tmp_path: Path,
) -> None:
    first = Machine(FIRST, "A", tmp_path)
    replicating = Replicating(journal=first.journal, device=FIRST, clock=first.clock)
    queue = await first.lead(confirmed=replicating.confirmed)
    await act(queue, 1, call=False)
    place = first.journal.position()
    asked = Ask(epoch=place.epoch, after=place.last, hash=place.head)
    waiting = asyncio.ensure_future(replicating.page(asked))
    await until(lambda: replicating.state().healthy)

    before = asyncio.get_running_loop().time()
    await act(queue, 2, call=False)
    taken = asyncio.get_running_loop().time() - before
    await asyncio.to_thread(replicating.wait)

    assert told.CONFIRM_SECONDS * 0.9 < taken < told.CONFIRM_SECONDS * 3
    assert len((await waiting).events) > 0
    first.copies.close()


async def test_a_copy_of_another_journal_is_not_gone_on_with(tmp_path: Path) -> None:
    first, second = Machine(FIRST, "A", tmp_path), Machine(SECOND, "B", tmp_path)
    await act(await first.lead(), 1, call=False)
    replicating = Replicating(journal=first.journal, device=FIRST, clock=first.clock)
    epoch = first.journal.position().epoch
    page = await replicating.page(Ask(epoch=epoch, after=1, hash=b"x" * 32))
    assert not page.fits
    assert replicating.state().behind is None

    peer = Direct(replicating, asyncio.get_running_loop())
    other = Listening(peer=peer, replica=second.copies, vault=Vault(), device="hub-0009")
    with pytest.raises(WireError, match="instead of"):
        await asyncio.to_thread(other.pull)
    second.copies.close()
    first.copies.close()


async def test_the_vault_follows_when_it_changed(tmp_path: Path) -> None:
    first, second = Machine(FIRST, "A", tmp_path), Machine(SECOND, "B", tmp_path)
    replicating = Replicating(journal=first.journal, device=FIRST, clock=first.clock)
    peer, vault, changes = Direct(replicating, asyncio.get_running_loop()), Vault(), []
    listening = Listening(
        peer=peer,
        replica=second.copies,
        vault=vault,
        device=FIRST,
        vault_changed=lambda: changes.append(vault.data),
    )

    listening.pull_vault()
    peer.vault_now = b"one"
    listening.pull_vault()
    listening.pull_vault()

    assert changes == [b"one"]
    second.copies.close()
    first.copies.close()


class CommandInMemory:
    """The file of the command."""

    def __init__(self) -> None:
        self.message: bytes | None = None
        self.broken = False

    def read(self) -> bytes | None:
        if self.broken:
            raise JournalError("broken")
        return self.message

    def write(self, message: bytes) -> None:
        self.message = message


def read(message: bytes) -> HubCommand:
    """Read ``serial device``, as if somebody had signed it."""
    try:
        serial, device = message.decode().split()
    except ValueError as error:
        raise WireError("bad_hub_command", "nobody signed this") from error
    return HubCommand(SiteId("phuoc-dinh"), DeviceId(device), int(serial), "")


def leading(device: str, **how: object) -> Leading:
    return Leading(CommandInMemory(), read, device=device, may_lead=True, **how)  # type: ignore[arg-type]


def test_the_highest_command_counts_and_is_kept() -> None:
    file = CommandInMemory()
    mine = Leading(file, read, device=SECOND, may_lead=True, standby_of=FIRST)

    assert mine.load().role is Role.STANDBY
    assert mine.take(b"2 hub-0002").role is Role.HUB
    assert mine.take(b"1 hub-0001").role is Role.HUB
    assert file.message == b"2 hub-0002"
    with pytest.raises(WireError):
        mine.take(b"nonsense")
    file.message = b"nonsense"
    assert mine.load().serial == 2
    file.message = b"3 hub-0001"
    assert mine.load().role is Role.STANDBY
    file.broken = True
    assert try_load(mine).serial == 3


async def test_an_old_hub_that_meets_a_higher_number_steps_down(tmp_path: Path) -> None:
    first = Machine(FIRST, "A", tmp_path)
    replicating = Replicating(journal=first.journal, device=FIRST, clock=first.clock)
    peer, old, changes = Direct(replicating, asyncio.get_running_loop()), leading(FIRST), []
    watch = PeerWatch(leading=old, peer=peer, role_changed=lambda: changes.append(old.now.role))
    running = asyncio.ensure_future(watch.run())

    peer.state = HubState(device=SECOND, site="phuoc-dinh", serial=1, command=b"1 hub-0002")
    watch.hear()
    await until(lambda: changes)
    await running

    assert changes == [Role.STANDBY]
    first.copies.close()


def test_a_new_hub_tells_the_old_one() -> None:
    peer, new = Direct(None, None), leading(SECOND, standby_of=FIRST)  # type: ignore[arg-type]
    new.take(b"1 hub-0002")

    assert look(new, peer).serial == 1
    assert peer.heard == [b"1 hub-0002"]
    peer.state = HubState(device=FIRST, site="phuoc-dinh", serial=9, command=b"nonsense")
    assert look(new, peer).serial == 1
    peer.cut = True
    assert look(new, peer).serial == 1
    assert look(new, None).serial == 1


def test_a_damaged_copy_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    path.write_bytes(b"no database" * 1000)

    copies = SqliteReplica(path)

    assert copies.newest() is None
    assert path.with_name("replica.db.damaged").exists()
    copies.close()
    with pytest.raises(JournalError):
        SqliteReplica(path / "below")
