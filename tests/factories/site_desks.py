"""People at the stations of a hub of ``care_desks``."""

from factories.care_desks import CareHub

from edge.domain.queue.commands import StartObservation, Transfer


async def observed(hub: CareHub) -> str:
    """Have somebody sit in observation after a dose; return their visit."""
    visit = await hub.come()
    await hub.screened(visit)
    await hub.vaccinated(visit)
    await hub.do(StartObservation(visit=visit, staff="lan"))
    await hub.do(Transfer(visit=visit, to="observation", staff="lan"))
    return visit
