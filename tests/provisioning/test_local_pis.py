"""The Pis of the demo's site, with a hub apart and without."""

from provisioning.domain.local_pis import pis
from provisioning.domain.local_site import DEVICE, HUB_DEVICE, LocalPorts


def test_a_hub_with_a_screen_of_its_own_is_a_pi_beside_the_kiosk():
    hub, kiosk = pis(LocalPorts(hub_screen=18081))

    assert (hub.device, kiosk.device) == (HUB_DEVICE, DEVICE)
    assert hub.hub is not None
    assert kiosk.hub is None


def test_without_one_the_kiosk_is_the_hub():
    (kiosk,) = pis(LocalPorts())

    assert kiosk.device == DEVICE
    assert kiosk.hub is not None
