"""From drafts to linked entries, and from rows to a run without gaps."""

from collections.abc import Sequence

from edge.domain.stamp import Moment, complete
from edge.ports import Draft, Entry
from protocol import chain, hlc
from protocol.errors import ProtocolMisuse
from protocol.events import MAX_EVENT_BYTES, encode_event


def complete_all(
    drafts: Sequence[Draft], end: tuple[int, bytes, hlc.Hlc], moment: Moment
) -> tuple[list[tuple[bytes, Entry]], hlc.Hlc]:
    """Return each draft as an entry, with the hash before it, and the last stamp.

    Args:
        end: Place, hash and stamp of the newest entry.

    Raises:
        ProtocolMisuse: An event is too large for any batch.
    """
    last, previous, stamp = end
    rows: list[tuple[bytes, Entry]] = []
    for seq, draft in enumerate(drafts, last + 1):
        stamp = hlc.tick(stamp, moment.wall_ms)
        data = encode_event(
            complete(
                event_id=draft.id,
                body=draft.body,
                seq=seq,
                hlc=stamp,
                moment=moment,
                visit=draft.visit,
                person=draft.person,
                sealed=draft.sealed,
            )
        )
        if len(data) > MAX_EVENT_BYTES:
            raise ProtocolMisuse(f"an event is at most {MAX_EVENT_BYTES} bytes, not {len(data)}")
        entry = Entry(seq, data, chain.link(previous, data))
        rows.append((previous, entry))
        previous = entry.hash
    return rows, stamp


def gap_free(entries: Sequence[Entry], most_bytes: int) -> list[Entry]:
    """Return the longest run from the first entry that has no gap and fits; at least the first."""
    run: list[Entry] = []
    size = 0
    for entry in entries:
        size += len(entry.data)
        if run and (entry.seq != run[-1].seq + 1 or size > most_bytes):
            break
        run.append(entry)
    return run
