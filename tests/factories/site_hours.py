"""A hall in the middle of a morning: called, waiting, missed, observed."""

from factories.halls import Hall

from edge.domain.queue.commands import (
    Finish,
    MarkMissed,
    RecordDose,
    RecordScreening,
    StartObservation,
)
from edge.domain.queue.visit import Visit

_SEEN = ("lot_unknown", "vaccine_unknown", "expiry_missing", "vial_unknown")


def busy(site: Hall) -> None:
    """Fill every station."""
    site.come(34)
    for turn in range(22):
        site.call("reception", "12"[turn % 2])
    for turn in range(10):
        serve(site, "screening", "345"[turn % 3])
    for turn in range(5):
        serve(site, "injection", "67"[turn % 2])
    for _ in range(3):
        serve(site, "data_entry", "8")
    for visit in site.queue.state.at_desk("screening", "4"):
        site.do(MarkMissed(visit=visit.id, staff="lan"))


def serve(site: Hall, station: str, desk: str) -> None:
    """Do a desk's work on who sits there, send them on, and call the next one, if there is one."""
    for visit in site.queue.state.at_desk(station, desk):
        if station == "screening":
            screen(site, visit)
        elif station == "injection":
            inject(site, visit)
        site.do(Finish(visit=visit.id, staff="lan"))
    if site.queue.state.waiting(station):
        site.call(station, desk)


def screen(site: Hall, visit: Visit) -> None:
    """Find somebody fit for the injection."""
    event = f"s-{visit.id}"
    site.do(RecordScreening(visit=visit.id, event=event, conclusion="eligible", staff="lan"))


def inject(site: Hall, visit: Visit) -> None:
    """Give somebody a dose, whatever the site's list says of it; observation begins."""
    site.do(
        RecordDose(
            visit=visit.id,
            vaccine="VX Một",
            lot="AB-12",
            dose_number=1,
            injector="hoa",
            staff="lan",
            seen=_SEEN,
        )
    )
    site.do(StartObservation(visit=visit.id, staff="lan"))
