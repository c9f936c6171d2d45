"""The port ``Hub``: in memory, in one process, and by https on real sockets with real certificates."""

import shutil
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from factories.installations import kiosk
from factories.lan import LanKiosk, asked
from fakes.hubs import HUB, installed, running_hub, slow_way

from edge.adapters.hub_https import HttpsHub
from edge.adapters.hub_own import OwnHub
from edge.domain.lan import Run, StaffAnswer, StaffCall
from edge.ports import HubError, HubUnavailable
from edge.simulated.hub import SimulatedHub

KIOSKS = [f"kiosk-000{number}" for number in range(1, 7)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    made = installed(tmp_path_factory.mktemp("installed"), *KIOSKS)
    made.provisioner.add_site("bac-ai", "Trạm Y tế Bác Ái")
    made.provisioner.issue_device(kiosk("kiosk-0009", site="bac-ai"))
    return made


@pytest.fixture
def running(made, tmp_path):
    with running_hub(made, tmp_path / "hub") as hub:
        yield hub


@pytest.fixture(params=["simulated", "own", "https"])
def hub(request):
    """A hub as one kiosk reaches it."""
    if request.param == "simulated":
        yield SimulatedHub(device=HUB)
        return
    running = request.getfixturevalue("running")
    if request.param == "own":

        async def own():
            return OwnHub(running.ledger, claim_seconds=5)

        yield running.ask(own)
        return
    with closing(running.client("kiosk-0001")) as found:
        yield found


@pytest.fixture(params=["simulated", "https"])
def other(request):
    """A hub on another Pi than the kiosk's."""
    if request.param == "simulated":
        yield SimulatedHub(device=HUB)
        return
    with closing(request.getfixturevalue("running").client("kiosk-0001")) as found:
        yield found


def test_the_first_who_asks_for_a_person_is_granted_and_the_same_question_has_the_same_answer(hub):
    answers = [hub.claim(asked("event-1")), hub.claim(asked("event-1"))]

    assert [answer.answer for answer in answers] == ["granted", "granted"]


def test_another_kiosk_hears_the_number_that_is_just_being_given(hub):
    hub.claim(asked("event-1", ticket="A012"))

    answer = hub.claim(asked("event-2", ticket="B001"))

    assert (answer.answer, answer.ticket, answer.settled) == ("known", "A012", False)


def test_of_two_people_each_is_granted(hub):
    hub.claim(asked("event-1", "person-mau"))

    assert hub.claim(asked("event-2", "person-gia")).answer == "granted"


def test_a_call_for_staff_is_taken_as_often_as_it_is_said(hub):
    call = StaffCall(call="call-1", seconds=3)

    assert [hub.call_staff(call), hub.call_staff(call)] == [StaffAnswer(), StaffAnswer()]


def test_what_was_handed_over_is_known_for_good(other):
    here = LanKiosk(SimulatedHub())
    stored = here.alone()

    taken = other.hand_over(here.run())
    answer = other.claim(asked("another", stored.person))

    assert taken.through == 1
    assert (answer.answer, answer.ticket, answer.visit) == ("known", "A001", stored.visit)
    assert answer.settled
    assert other.claim(asked(here.events()[0].id, stored.person)).answer == "granted"


def test_the_same_run_again_is_taken_once(other):
    here = LanKiosk(SimulatedHub())
    here.alone()

    answers = [other.hand_over(here.run()), other.hand_over(here.run())]

    assert [answer.through for answer in answers] == [1, 1]


def test_a_run_after_more_than_the_hub_has_is_told_where_to_begin(other):
    assert other.hand_over(Run(epoch="a" * 32, after=7, through=9)).through == 0


def test_a_locked_hub_has_no_key_of_the_day(hub):
    assert hub.day_key().key == b""


def test_what_a_desk_asks_of_a_kiosk_is_said_to_that_kiosk_alone(running):
    running.ledger.stations.ask("kiosk-0001", verify=True)
    with closing(running.client("kiosk-0001")) as one, closing(running.client("kiosk-0002")) as two:
        heard, others = one.day_key(), two.day_key()

    assert (bool(heard.order), heard.verify) == (True, True)
    assert (others.order, others.verify) == ("", False)


def test_the_hubs_own_kiosk_hears_what_is_asked_of_it(running):
    async def own():
        return OwnHub(running.ledger)

    running.ledger.stations.ask(HUB, verify=True)

    assert running.ask(own).day_key().verify


async def test_within_one_pi_nothing_is_handed_over(running):
    with pytest.raises(HubError, match="own"):
        OwnHub(running.ledger).hand_over(Run(epoch="a" * 32, after=0, through=1))


def test_nobody_waits_where_nobody_came(hub):
    assert hub.waiting() is None


def test_it_says_who_it_is_also_after_it_was_closed(hub):
    hub.close()
    hub.close()

    assert (hub.who().device, hub.who().site) == (HUB, "phuoc-dinh")


def test_a_simulated_hub_fails_when_told():
    hub = SimulatedHub()
    hub.fail_with(HubUnavailable("no answer"))

    with pytest.raises(HubUnavailable):
        hub.claim(asked())


def test_six_kiosks_at_once_with_one_person_one_is_granted(running):
    hubs = [running.client(device) for device in KIOSKS]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: hubs[n].claim(asked(f"e{n}", ticket=f"A{n}")), range(6)))
    for each in hubs:
        each.close()

    granted = [n for n, answer in enumerate(answers) if answer.answer == "granted"]
    assert len(granted) == 1
    assert {answer.ticket for answer in answers if answer.answer == "known"} == {f"A{granted[0]}"}


def test_an_unlocked_hub_gives_every_kiosk_the_same_key(running):
    running.unlock()
    with closing(running.client("kiosk-0001")) as one, closing(running.client("kiosk-0002")) as two:
        keys = {one.day_key().key, two.day_key().key}

    assert [len(key) for key in keys] == [32]


def test_a_revoked_device_gets_nothing_from_then_on_also_on_a_kept_connection(tmp_path):
    made = installed(tmp_path / "made", "kiosk-0001", "kiosk-0002")
    with running_hub(made, tmp_path / "hub") as running:
        revoked, other = running.client("kiosk-0001"), running.client("kiosk-0002")
        revoked.claim(asked())

        made.provisioner.revoke_device("kiosk-0001")

        with pytest.raises(HubError, match="403"):
            revoked.claim(asked())
        assert other.claim(asked("event-2", "person-gia")).answer == "granted"
        revoked.close()
        other.close()


def test_a_device_of_another_site_gets_nothing(running):
    with (
        closing(running.client("kiosk-0009")) as stranger,
        pytest.raises(HubError, match="403"),
    ):
        stranger.who()


def test_whoever_answers_and_is_no_hub_of_this_site_is_not_asked_anything(made, running, tmp_path):
    shutil.copytree(made.keys_of("kiosk-0001"), tmp_path / "keys")
    other_site = HttpsHub([("127.0.0.1", running.port)], tmp_path / "keys", site="bac-ai")

    with pytest.raises(HubUnavailable, match="mismatch"):
        other_site.who()


def test_a_hub_of_another_authority_is_not_asked_anything(running, tmp_path):
    strange = installed(tmp_path / "strange", "kiosk-0001")
    hub = HttpsHub([("127.0.0.1", running.port)], strange.keys_of("kiosk-0001"), site="phuoc-dinh")

    with pytest.raises(HubUnavailable, match=r"certificate|signed"):
        hub.who()


def test_an_address_where_nobody_is_costs_no_answer(running):
    with closing(
        running.client("kiosk-0001", addresses=[("127.0.0.1", 9), ("127.0.0.1", running.port)])
    ) as hub:
        assert hub.claim(asked()).answer == "granted"


class Heard:
    def __init__(self, *addresses):
        self._addresses = addresses

    def addresses(self):
        return self._addresses

    def close(self):
        pass


def test_an_address_that_was_only_heard_of_serves_once_its_certificate_is_the_hubs(running):
    heard = Heard(("127.0.0.1", running.port))
    with closing(
        running.client("kiosk-0001", addresses=[("127.0.0.1", 9)], listen=lambda: heard)
    ) as hub:
        with pytest.raises(HubUnavailable):
            hub.who()

        assert hub.who().device == HUB


def test_a_slow_hub_is_not_waited_for_longer_than_a_person_can_be_asked_to(running):
    with slow_way(running.port, 1.0) as port:
        hub = running.client("kiosk-0001", addresses=[("127.0.0.1", port)], claim_seconds=0.4)
        began = time.monotonic()
        with pytest.raises(HubUnavailable):
            hub.claim(asked())
        took = time.monotonic() - began
        hub.close()

    assert took < 0.9


def test_a_hub_that_was_started_anew_is_found_on_the_next_question(made, tmp_path):
    with running_hub(made, tmp_path / "hub") as running:
        port, hub = running.port, running.client("kiosk-0001")
        before = hub.who()
    with pytest.raises(HubUnavailable):
        hub.claim(asked())

    with running_hub(made, tmp_path / "hub", port):
        assert hub.who() == before
        hub.close()


HOSTILE = {
    "not JSON": (b"POST", b"/claims", b"\xff\xfe{{{", 400),
    "another kind": (b"POST", b"/claims", b'{"event":1}', 400),
    "no end of brackets": (b"POST", b"/claims", b"[" * 2000, 400),
    "too large": (b"POST", b"/claims", b"x" * 3000, 413),
    "a run too large": (b"POST", b"/arrivals", b"x" * 200_000, 413),
    "a run backwards": (
        b"POST",
        b"/arrivals",
        b'{"epoch":"' + b"a" * 32 + b'","after":9,"through":3}',
        400,
    ),
    "an epoch that is none": (b"POST", b"/arrivals", b'{"epoch":"x","after":0,"through":3}', 400),
    "another way of asking": (b"PUT", b"/claims", b"{}", 405),
    "nowhere": (b"GET", b"/names", b"", 404),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_in_words_and_stop_nothing(made, running, name):
    method, path, body, status = HOSTILE[name]
    context = ssl.create_default_context(cafile=str(made.keys_of("kiosk-0001") / "ca.crt"))
    folder = made.keys_of("kiosk-0001")
    context.load_cert_chain(str(folder / "device.crt"), str(folder / "device.key"))
    with (
        socket.create_connection(("127.0.0.1", running.port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname="phuoc-dinh-hub.local") as wire,
    ):
        wire.sendall(
            b"%s %s HTTP/1.1\r\nhost: hub\r\ncontent-length: %d\r\n\r\n%s"
            % (method, path, len(body), body)
        )
        answer = wire.recv(4096)

    assert answer.startswith(b"HTTP/1.1 %d" % status)
    with closing(running.client("kiosk-0002")) as hub:
        assert hub.claim(asked()).answer == "granted"


def test_bytes_that_are_no_http_or_no_tls_stop_nothing(running):
    for junk in (b"\x00" * 500, b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff"):
        with socket.create_connection(("127.0.0.1", running.port), timeout=5) as plain:
            plain.sendall(junk)

    with closing(running.client("kiosk-0001")) as hub:
        assert hub.claim(asked()).answer == "granted"


def test_a_hub_that_cannot_write_takes_nothing_and_says_try_again(running):
    here = LanKiosk(SimulatedHub())
    here.alone()
    running.journal.close()

    with closing(running.client("kiosk-0001")) as hub, pytest.raises(HubUnavailable, match="503"):
        hub.hand_over(here.run())


def test_a_run_with_an_event_that_is_none_is_taken_without_it(running):
    here = LanKiosk(SimulatedHub())
    here.alone()
    whole = here.run()
    with closing(running.client("kiosk-0001")) as hub:
        taken = hub.hand_over(
            Run(epoch=whole.epoch, after=0, through=2, events=(b"{no event", *whole.events))
        )

    assert taken.through == 2
    assert len(running.queue.state.visits) == 1
