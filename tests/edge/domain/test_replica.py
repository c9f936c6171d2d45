"""Pages of a journal: what follows is taken, and nothing else."""

import pytest

from edge.domain import replica
from edge.domain.leading import Lead, Role, is_newer, role_by
from edge.domain.replica import Ask, Page, hashes, next_epoch
from protocol import chain
from protocol.errors import WireError
from protocol.hub_command import HubCommand
from protocol.identity import DeviceId, Epoch, SiteId

OLD, NOW = "0" * 32, "1" * 32
START = chain.genesis(DeviceId("hub-0001"), Epoch(NOW))
LINKS = chain.links(START, [b"a", b"b", b"c"])


def page(**changes: object) -> Page:
    told = {"device": "hub-0001", "epoch": NOW, "epochs": (OLD, NOW), "last": 3} | changes
    return Page(**told)  # type: ignore[arg-type]


def test_a_page_that_begins_the_journal_or_follows_what_is_held_is_taken() -> None:
    first = page(first=1, prev=START, events=(b"a", b"b"))
    then = page(first=3, prev=LINKS[1], events=(b"c",))

    assert hashes(first, (0, b"")) == LINKS[:2]
    assert hashes(then, (2, LINKS[1])) == LINKS[2:]


def test_the_copy_may_begin_where_the_hub_has_dropped_what_was_before() -> None:
    assert hashes(page(first=3, prev=LINKS[1], events=(b"c",)), (0, b"")) == LINKS[2:]


def test_what_was_lost_in_a_damaged_journal_leaves_a_gap_in_its_copy() -> None:
    damaged = page(epoch=OLD, first=9, prev=b"p" * 32, events=(b"x",))

    assert len(hashes(damaged, (3, b"q" * 32))) == 1


@pytest.mark.parametrize(
    ("other", "held"),
    [
        (page(first=3, prev=b"x" * 32, events=(b"c",)), (2, LINKS[1])),
        (page(first=3, prev=LINKS[1], events=(b"c",)), (1, LINKS[0])),
        (page(first=2, prev=LINKS[0], events=(b"b",)), (2, LINKS[1])),
        (page(first=1, prev=b"x" * 32, events=(b"a",)), (0, b"")),
    ],
)
def test_another_journals_entries_and_gaps_are_refused(other: Page, held: tuple) -> None:
    with pytest.raises(WireError):
        hashes(other, held)


def test_epochs_are_gone_through_in_turn() -> None:
    assert next_epoch(page(epoch=OLD, first=1, events=(b"a",), last=2)) == OLD
    assert next_epoch(page(epoch=OLD, first=1, events=(b"a",), last=1)) == NOW
    assert next_epoch(page(epoch=OLD, last=4)) == NOW
    assert next_epoch(page(last=3)) == NOW
    assert next_epoch(page(epoch="2" * 32, last=3)) == OLD


def test_what_is_said_is_read_and_nothing_else() -> None:
    ask, told = Ask(epoch=NOW, after=3, hash=b"h" * 32), page(first=1, events=(b"\xff",))

    assert replica.decode_ask(replica.encode(ask)) == ask
    assert replica.decode_page(replica.encode(told)) == told
    for data in (b"", b"\xff", b'{"after":-1}', b'{"epoch":"x"}'):
        with pytest.raises(WireError):
            replica.decode_ask(data)
        with pytest.raises(WireError):
            replica.decode_page(data)
    with pytest.raises(WireError, match="without an epoch"):
        replica.decode_page(replica.encode(page(epochs=())))


def command(serial: int, device: str = "hub-0002") -> HubCommand:
    return HubCommand(SiteId("phuoc-dinh"), DeviceId(device), serial, "")


def test_who_is_named_is_the_hub_and_before_the_first_command_it_is_who_was_issued_so() -> None:
    def role(named: HubCommand | None, *, may_lead: bool = True, standby_of: str = "") -> Role:
        return role_by(named, "hub-0002", may_lead=may_lead, standby_of=standby_of)

    assert role(None) is Role.HUB
    assert role(None, standby_of="hub-0001") is Role.STANDBY
    assert role(command(1), standby_of="hub-0001") is Role.HUB
    assert role(command(2, "hub-0001")) is Role.STANDBY
    assert role(command(1), may_lead=False) is Role.KIOSK


def test_the_higher_number_counts() -> None:
    assert is_newer(command(1), None)
    assert is_newer(command(2), command(1))
    assert not is_newer(command(1), command(1))
    assert Lead(Role.HUB).serial == 0
    assert Lead(Role.HUB, command(3)).serial == 3
