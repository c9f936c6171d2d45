"""What hub and standby say to each other of a journal, and whether a page of it fits what is held."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from protocol import chain
from protocol.errors import WireError
from protocol.identity import DeviceId, Epoch

MAX_PAGE_BYTES = 1 << 20
PAGE_BYTES = 256 * 1024
PAGE_EVENTS = 500
WAIT_SECONDS = 1.0
"""How long the hub keeps a question open while nothing is new; less than ``HEALTHY_SECONDS``."""
HEALTHY_SECONDS = 2.0
"""A standby that confirmed nothing for so long delays nobody any more."""
CONFIRM_SECONDS = 0.3
"""How long an answer waits for a healthy standby."""
JOURNAL, VAULT = "/journal", "/vault"

Place = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]
EpochText = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32})?$")]
Hash = Annotated[bytes, msgspec.Meta(max_length=32)]


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """The standby has ``epoch`` up to ``after``, durably, and asks for what follows.

    Attributes:
        epoch: Empty for the oldest that the hub has.
        hash: Of the entry at ``after``; empty where nothing is held yet.
    """

    epoch: EpochText = ""
    after: Place = 0
    hash: Hash = b""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What follows in one epoch of the hub's journal.

    Attributes:
        epochs: All that the journal holds, oldest first; the last one is the current.
        fits: Whether the hash that was asked with is the journal's own.
        first: Place of the first of ``events``; 0 without any.
        prev: Hash before it.
        events: Exact bytes, without a gap.
        last: Newest place of this epoch.
    """

    device: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    epoch: EpochText
    epochs: tuple[EpochText, ...]
    fits: bool = True
    first: Place = 0
    prev: Hash = b""
    events: tuple[bytes, ...] = ()
    last: Place = 0


@dataclass(frozen=True, slots=True)
class Replicated:
    """How far the copy of a device's journal goes."""

    device: str
    epoch: Epoch
    through: int


@dataclass(frozen=True, slots=True)
class StandbyState:
    """How the standby is, as the hub knows it.

    Attributes:
        behind: Entries that it has not confirmed; None while it was never heard in this run.
        healthy: Whether it confirmed something just now.
    """

    behind: int | None
    healthy: bool


def hashes(page: Page, held: tuple[int, bytes]) -> list[bytes]:
    """Return the hash of each of the page's entries, when they follow what is held.

    Args:
        held: Place and hash of the newest entry of the copy; 0 and nothing before the first.

    Raises:
        WireError: ``bad_message``: a gap in the current epoch, or another journal's entries.
    """
    place, known = held
    if place and page.first == place + 1 and page.prev != known:
        raise WireError("bad_message", "the journal is not the one whose copy is held")
    if page.first <= place or (place and page.first > place + 1 and _current(page)):
        raise WireError("bad_message", "the page does not follow what is held")
    if page.first == 1 and page.prev != chain.genesis(DeviceId(page.device), Epoch(page.epoch)):
        raise WireError("bad_message", "the journal does not begin as that device's does")
    return chain.links(page.prev, page.events)


def _current(page: Page) -> bool:
    return page.epochs[-1:] == (page.epoch,)


def next_epoch(page: Page) -> str:
    """Return the epoch to ask for after this page."""
    reached = page.first + len(page.events) - 1 if page.events else page.last
    if reached < page.last or _current(page) or page.epoch not in page.epochs:
        return page.epoch if page.epoch in page.epochs else page.epochs[0]
    return page.epochs[page.epochs.index(page.epoch) + 1]


def encode(message: Ask | Page) -> bytes:
    """Return the bytes of what is said."""
    return msgspec.json.encode(message)


def decode_ask(data: bytes) -> Ask:
    """Return the question in ``data``.

    Raises:
        WireError: ``bad_message``.
    """
    try:
        return msgspec.json.decode(data, type=Ask)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WireError("bad_message", "not a question for a journal") from error


def decode_page(data: bytes) -> Page:
    """Return the page in ``data``.

    Raises:
        WireError: ``bad_message``.
    """
    try:
        page = msgspec.json.decode(data, type=Page)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WireError("bad_message", "not a page of a journal") from error
    if not page.epochs:
        raise WireError("bad_message", "a journal without an epoch")
    return page
