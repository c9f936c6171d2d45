"""Where a verified batch belongs in its journal: the decisions of a store, without a store.

A journal is one line of entries, each hashed onto the one before. A cloned or restored card writes
another line that leaves the first somewhere; a device that has lost entries goes on with a line
behind them. A line only ever begins and grows after an entry that is held, or that its device has
declared lost: so below a held entry everything is held or gone, which is what an acknowledgement
promises.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from central.domain.deliveries import Delivery, RawEvent, Watermark
from protocol import chain
from protocol.identity import DeviceId, Epoch

Place = tuple[int, bytes]
"""Sequence number and hash of one entry: names it among all lines."""


@dataclass(slots=True)
class Line:
    """One line of a journal and what is to be stored of it.

    Attributes:
        number: 0 for the journal from its genesis on.
        base: The line's own entries follow this one; those up to it are another line's.
        key: The store's name for the line; None when it is new.
        fresh: Entries not stored yet, in order, up to ``through``.
    """

    number: int
    base: int
    through: int
    head: bytes
    key: int | None = None
    fresh: list[RawEvent] = field(default_factory=list)

    def extend(self, events: Iterable[RawEvent]) -> None:
        """Add entries that follow the line's last."""
        self.fresh.extend(events)
        self.through = self.fresh[-1].seq
        self.head = self.fresh[-1].hash

    def watermark(self) -> Watermark:
        """Return how far the line goes."""
        return Watermark(self.through, self.head)


@dataclass(slots=True)
class Journal:
    """Every line of one ``(device, epoch)``."""

    device: DeviceId
    epoch: Epoch
    lines: list[Line]
    quarantined: bool = False

    @property
    def lines_apart(self) -> bool:
        """Whether the first line's end says nothing of the others' entries."""
        return self.quarantined or len(self.lines) > 1 or self.lines[0].number > 0

    def begin_line(self, after: Place) -> Line:
        """Return a new line that follows the entry ``after``, held or lost."""
        line = Line(max(line.number for line in self.lines) + 1, after[0], after[0], after[1])
        self.lines.append(line)
        return line

    @property
    def genesis(self) -> Watermark:
        """The place before the first entry, which every line shares."""
        return Watermark(0, chain.genesis(self.device, self.epoch))

    def continued_by(self, delivery: Delivery) -> Line | None:
        """Return the line whose end ``delivery`` follows: the ordinary case."""
        for line in self.lines:
            if line.through + 1 == delivery.first and line.head == delivery.prev:
                return line
        return None

    def fresh_places(self) -> dict[Place, Line]:
        """Return where each entry lies that is held but not stored yet, and the genesis."""
        places = {(e.seq, e.hash): line for line in self.lines for e in line.fresh}
        genesis = self.genesis
        places[genesis.through, genesis.head] = self.lines[0]
        return places


@dataclass(frozen=True, slots=True)
class Stored:
    """All of the batch is held now; ``fork`` or ``resumed`` is the line that it began."""

    fork: Line | None = None
    resumed: Line | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries below the batch are missing; nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class Stray:
    """The batch follows an entry that is not the one held there: another card, seen mid-way."""


def new_journal(device: DeviceId, epoch: Epoch) -> Journal:
    """Return a journal of which nothing is here yet."""
    return Journal(device, epoch, [Line(0, 0, 0, chain.genesis(device, epoch))])


def places_of(delivery: Delivery) -> list[Place]:
    """Return the place that a batch follows and the place of each of its entries, in order."""
    return [(delivery.first - 1, delivery.prev), *((e.seq, e.hash) for e in delivery.events)]


def join(journal: Journal, delivery: Delivery, held: Mapping[Place, Line]) -> Stored | Gap | Stray:
    """Take in a batch that does not simply continue a line.

    Args:
        held: The line of every place of ``delivery`` that is held, stored or fresh.
    """
    places = places_of(delivery)
    known = [number for number, place in enumerate(places) if place in held]
    if not known:
        above = delivery.first - 1 > max(line.through for line in journal.lines)
        if above and delivery.after_loss:
            resumed = journal.begin_line(places[0])
            resumed.extend(delivery.events)
            return Stored(resumed=resumed)
        return Gap() if above else Stray()
    after = known[-1]
    news = delivery.events[after:]
    if not news:
        return Stored()
    seq, hash_ = places[after]
    for line in journal.lines:
        if (line.through, line.head) == (seq, hash_):
            line.extend(news)
            return Stored()
    fork = journal.begin_line((seq, hash_))
    fork.extend(news)
    journal.quarantined = True
    return Stored(fork)


def greeting(journal: Journal, known: Watermark, *, known_is_held: bool) -> Watermark:
    """Return from where a device goes on that knows ``known`` to be acknowledged.

    A device that names an entry where we hold another is a double: it quarantines the journal.
    """
    if known_is_held:
        return known
    main = journal.lines[0].watermark()
    journal.quarantined |= known.through <= main.through
    # Above ours: the centre was restored from an older backup, and the device sends again.
    return journal.genesis if journal.quarantined else main
