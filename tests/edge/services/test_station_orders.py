"""What a desk asks of a kiosk: heard at the next question, obeyed once, and not for ever."""

from factories.lan import LanKiosk

from edge.domain.facts import StationAsked
from edge.services.station_orders import KEPT_SECONDS, StationOrders
from edge.simulated.clock import SimulatedClock
from edge.simulated.hub import SimulatedHub


def test_an_order_is_of_one_kiosk_the_newest_counts_and_it_is_forgotten():
    clock = SimulatedClock()
    orders = StationOrders(clock)
    orders.ask("kiosk-0002", verify=True)
    first = orders.of("kiosk-0002")
    orders.ask("kiosk-0002", verify=False)
    second = orders.of("kiosk-0002")
    clock.advance(KEPT_SECONDS + 1)

    assert orders.of("kiosk-0003") is None
    assert (first.verify, second.verify, first.id != second.id) == (True, False, True)
    assert orders.of("kiosk-0002") is None


async def test_a_kiosk_obeys_each_press_once():
    hub = SimulatedHub()
    kiosk = LanKiosk(hub)
    await kiosk.client.look()
    hub.order = ("press-1", True)
    await kiosk.client.look()
    await kiosk.client.look()
    hub.order = ("press-2", False)
    await kiosk.client.look()
    hub.order = ("", False)
    await kiosk.client.look()

    asked = [fact.verify for fact in kiosk.told if isinstance(fact, StationAsked)]
    assert asked == [True, False]
