"""The hub is heard of on the network; what is heard is only a hint."""

from contextlib import closing

from factories.waiting import wait_until

from edge.adapters.hub_mdns import MdnsAnnouncement, MdnsHints

LOOPBACK = ["127.0.0.1"]


def test_a_kiosk_hears_of_the_hub_of_its_own_site_and_of_no_other():
    with (
        closing(MdnsAnnouncement("bac-ai", 8000, ["127.0.0.1"], LOOPBACK)),
        closing(MdnsAnnouncement("phuoc-dinh", 8445, ["127.0.0.1"], LOOPBACK)),
        closing(MdnsHints("phuoc-dinh", LOOPBACK)) as hints,
    ):
        wait_until(hints.addresses)

        assert hints.addresses() == (("127.0.0.1", 8445),)


def test_where_nobody_says_anything_there_is_no_hint_and_no_waiting():
    with closing(MdnsHints("thuan-nam", LOOPBACK)) as hints:
        assert hints.addresses() == ()
    hints.close()
