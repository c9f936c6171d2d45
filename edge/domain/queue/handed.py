"""What other devices hand over, as the hub journals it: check-ins, certificates held up after one, complaints."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.domain.queue.outcome import Planned
from edge.domain.queue.state import SiteState
from protocol.errors import WireError
from protocol.events import CertificateSeen, CheckedIn, ComplaintOpened, Event, decode_body
from protocol.site_events import Arrived, CertificateNoted, ComplaintNoted


@dataclass(frozen=True, slots=True)
class Handed:
    """An event that another device hands over.

    Attributes:
        person: Matching key under the site's day key where the hub could tell it; else the event's.
        sealed: What is sealed beside it, to the site alone, or None.
    """

    device: str
    event: Event
    person: str | None = None
    sealed: dict[str, str] | None = None


def taken_over(state: SiteState, handed: Sequence[Handed]) -> list[Planned]:
    """Return what is to be journalled of ``handed``; of each event once.

    A certificate of a visit that is not here, such as yesterday's, is the centre's alone. So are
    events of other types, and what this version cannot read.
    """
    planned: dict[str, Planned] = {}
    visits: set[str | None] = set(state.visits)
    for each in handed:
        event = each.event
        match _body(event):
            case CheckedIn() as body if not state.has_taken(event.id):
                planned.setdefault(event.id, _arrived(each, body))
                visits.add(event.visit)
            case CertificateSeen() as body if event.visit in visits and event.id not in state.noted:
                planned.setdefault(event.id, _noted(each, body))
            case ComplaintOpened() as body if event.id not in state.complaints:
                planned.setdefault(event.id, _complained(each, body))
            case _:
                continue
    return list(planned.values())


def _body(event: Event) -> object:
    try:
        return decode_body(event)
    except WireError:
        return None


def _arrived(handed: Handed, body: CheckedIn) -> Planned:
    event = handed.event
    arrived = Arrived(
        event=event.id,
        device=handed.device,
        hlc=event.hlc,
        ticket=body.ticket,
        document=body.document,
        standing=body.standing,
        desk=body.desk,
        priority=body.priority,
        appointment=body.appointment,
        warnings=body.warnings,
        differences=body.differences,
        companion_of=body.companion_of,
        guardian=body.guardian,
        sealed=handed.sealed,
    )
    return Planned(arrived, event.visit, person=handed.person or event.person)


def _noted(handed: Handed, body: CertificateSeen) -> Planned:
    event = handed.event
    noted = CertificateNoted(
        event=event.id,
        device=handed.device,
        hlc=event.hlc,
        verdict=body.verdict,
        fit=body.fit,
        doubt=body.doubt,
        sealed=handed.sealed,
    )
    return Planned(noted, event.visit)


def _complained(handed: Handed, body: ComplaintOpened) -> Planned:
    event = handed.event
    noted = ComplaintNoted(
        event=event.id,
        device=handed.device,
        hlc=event.hlc,
        subject=body.subject,
        ticket=body.ticket,
    )
    return Planned(noted, event.visit)
