"""Where the hub's day is written: in its own journal and, before it was promoted, in another's.

``hub_promoted`` says whose journal counted until then, and how far. Followed from the newest to the
oldest, these events give the one line of entries of which the queue is made, however often two
machines took turns.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from edge.domain.replica import Replicated
from edge.ports import Draft, Entry, Journal, Replica
from protocol.events import decode_body, decode_event
from protocol.identity import Epoch
from protocol.site_events import HubPromoted

_MOST, _BYTES = 1000, 4 * 1024 * 1024
_NAMED = b'"hub_promoted"'
_END = 1 << 62
Read = Callable[[Epoch, int], list[Entry]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of entries of one epoch that counts: those after ``after`` up to ``through``."""

    epoch: Epoch
    after: int
    through: int
    read_on: Read

    def read(self, after: int) -> list[Entry]:
        """Return some of the entries that follow ``after``; none at the end. In a thread."""
        return [each for each in self.read_on(self.epoch, after) if each.seq <= self.through]


@dataclass(frozen=True, slots=True)
class _Mark:
    epoch: Epoch
    seq: int
    body: HubPromoted


class Lineage:
    """The line of journals of one hub. Blocking."""

    def __init__(
        self, journal: Journal, replica: Replica | None, device: str, *, first: bool = True
    ) -> None:
        """Take the parts; ``first``: this device was the hub before any command named one."""
        self._first = first
        self._journal = journal
        self._replica = replica
        self._device = device

    def stretches(self) -> list[Stretch]:
        """Return what counts, oldest first; the last is this journal's current epoch.

        Raises:
            JournalError: Something cannot be read.
        """
        found: list[Stretch] = []
        device, end = self._device, Replicated(self._device, Epoch(""), _END)
        serial = _END
        while True:
            epochs, read = self._of(device)
            whole = _up_to(epochs, end, read)
            mark = _newest_mark(whole, below=serial)
            found = [*(whole if mark is None else _from(whole, mark)), *found]
            if mark is None or not mark.body.epoch:
                return found
            serial, device = mark.body.serial, mark.body.previous
            end = Replicated(device, Epoch(mark.body.epoch), mark.body.through)

    def promoted(self) -> tuple[int, int]:
        """Return the serial of this journal's newest promotion, and its place; 0 before the first."""
        epochs, read = self._of(self._device)
        mark = _newest_mark([Stretch(each, 0, _END, read) for each in epochs], below=_END)
        return (0, 0) if mark is None else (mark.body.serial, mark.seq)

    def promote(self, serial: int, event: str) -> None:
        """Journal that this device is the hub by command ``serial``, unless it is journalled.

        Args:
            event: Id of the event, if it is written.

        Raises:
            JournalError: It cannot be written; then this device is no hub yet.
        """
        if serial <= self.promoted()[0]:
            return
        before = self._before()
        body = HubPromoted(serial=serial, previous="")
        if before is not None:
            body = HubPromoted(
                serial=serial,
                previous=before.device,
                epoch=before.epoch,
                through=before.through,
            )
        self._journal.append([Draft(event, body)])

    def _before(self) -> Replicated | None:
        """Return whose journal counted until now: the other's, or this one where it led all the time."""
        copied = None if self._replica is None else self._replica.newest()
        mine, _ = self.promoted()
        if mine == 0 and not self._first:
            return copied
        epochs, read = self._of(copied.device) if copied is not None else ([], self._own)
        other = _newest_mark([Stretch(each, 0, _END, read) for each in epochs], below=_END)
        if copied is not None and other is not None and other.body.serial > mine:
            return copied
        here = self._journal.position()
        return Replicated(self._device, here.epoch, here.last)

    def own_past(self) -> Iterator[Entry]:
        """Yield what this device had journalled before it was promoted last; in a thread."""
        epochs, read = self._of(self._device)
        whole = [Stretch(each, 0, _END, read) for each in epochs]
        mark = _newest_mark(whole, below=_END)
        if mark is not None:
            for each in _up_to(epochs, Replicated(self._device, mark.epoch, mark.seq - 1), read):
                yield from _all(each)

    def left_behind(self) -> Iterator[Entry]:
        """Yield what the hub before wrote after the place up to which it counts here; in a thread."""
        epochs, read = self._of(self._device)
        mark = _newest_mark([Stretch(each, 0, _END, read) for each in epochs], below=_END)
        if mark is None or mark.body.previous == self._device:
            return
        epochs, read = self._of(mark.body.previous)
        if mark.body.epoch in epochs:
            place = list(epochs).index(Epoch(mark.body.epoch))
            yield from _all(Stretch(epochs[place], mark.body.through, _END, read))
            for each in epochs[place + 1 :]:
                yield from _all(Stretch(each, 0, _END, read))

    def _of(self, device: str) -> tuple[Sequence[Epoch], Read]:
        if device == self._device:
            return self._journal.epochs(), self._own
        return (self._replica.epochs(device) if self._replica is not None else []), self._copied

    def _own(self, epoch: Epoch, after: int) -> list[Entry]:
        return self._journal.entries(after, most=_MOST, most_bytes=_BYTES, epoch=epoch)

    def _copied(self, epoch: Epoch, after: int) -> list[Entry]:
        if self._replica is None:
            return []
        return self._replica.entries(after, most=_MOST, most_bytes=_BYTES, epoch=epoch)


class WithCopies:
    """The journal and the copies of others, as one to read in. Safe from any thread."""

    def __init__(self, journal: Journal, replica: Replica | None) -> None:
        self._journal = journal
        self._replica = replica

    def last(self) -> int:
        """Return the place of the journal's own newest entry; a hub's copies are of before it was one."""
        return self._journal.last()

    def epochs(self) -> list[Epoch]:
        """Return the copies' epochs, then the journal's own."""
        copied = self._replica.epochs() if self._replica is not None else []
        return [*copied, *self._journal.epochs()]

    def entries(
        self, after: int, *, most: int, most_bytes: int, epoch: Epoch | None = None
    ) -> list[Entry]:
        """Return what follows ``after`` in an epoch, whoever's it is."""
        if self._replica is not None and epoch is not None and epoch in self._replica.epochs():
            return self._replica.entries(after, most=most, most_bytes=most_bytes, epoch=epoch)
        return self._journal.entries(after, most=most, most_bytes=most_bytes, epoch=epoch)


def _up_to(epochs: Sequence[Epoch], end: Replicated, read: Read) -> list[Stretch]:
    """Return the epochs until ``end``, the last one cut there."""
    if not end.epoch:
        return [Stretch(each, 0, _END, read) for each in epochs]
    if end.epoch not in epochs:
        return []
    before = epochs[: list(epochs).index(end.epoch)]
    return [
        *(Stretch(each, 0, _END, read) for each in before),
        Stretch(end.epoch, 0, end.through, read),
    ]


def _from(stretches: Sequence[Stretch], mark: _Mark) -> list[Stretch]:
    """Return the stretches from a promotion on, that event included."""
    place = [each.epoch for each in stretches].index(mark.epoch)
    first = stretches[place]
    begun = Stretch(first.epoch, mark.seq - 1, first.through, first.read_on)
    return [begun, *stretches[place + 1 :]]


def _newest_mark(stretches: Sequence[Stretch], *, below: int) -> _Mark | None:
    found = [
        _Mark(each.epoch, entry.seq, body)
        for each in stretches
        for entry in _all(each)
        if _NAMED in entry.data and (body := _promotion(entry.data)) is not None
    ]
    # A journal from which a serial does not fall is none of this site's; it ends the line.
    return next((each for each in reversed(found) if each.body.serial < below), None)


def _all(stretch: Stretch) -> Iterator[Entry]:
    after = stretch.after
    while entries := stretch.read(after):
        yield from entries
        after = entries[-1].seq


def _promotion(data: bytes) -> HubPromoted | None:
    event = decode_event(data)
    if event.type != "hub_promoted":
        return None
    body = decode_body(event)
    return body if isinstance(body, HubPromoted) else None
