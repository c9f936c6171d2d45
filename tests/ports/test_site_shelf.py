"""The port ``SiteShelf``: within one Pi, and by https on real sockets with real certificates."""

import socket
import ssl
from contextlib import closing

import pytest
from factories.installations import kiosk
from factories.kept import NUMBER, told
from factories.rosters import entry
from fakes.hubs import installed, running_hub

from edge.adapters.keys_file import FileKeys
from edge.adapters.shelf_late import LateShelf
from edge.adapters.shelf_own import OwnShelf
from edge.ports import HubError, HubUnavailable, JournalError
from edge.services.hub_shelf import HubShelf


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    made = installed(tmp_path_factory.mktemp("installed"), "kiosk-0001", "kiosk-0002")
    made.provisioner.add_site("bac-ai", "Trạm Y tế Bác Ái")
    made.provisioner.issue_device(kiosk("kiosk-0009", site="bac-ai"))
    return made


@pytest.fixture
def running(made, tmp_path):
    with running_hub(made, tmp_path / "hub") as hub:
        centre = hub.kept.centre
        centre.people.put(*(entry(row, number=f"05818500000{row}") for row in range(1, 6)))
        centre.book.take([told(code="HC1:ONE"), told("dose-2", "058185000124")])
        hub.kept.roster.look()
        hub.shelf.look_for_news()
        yield hub


@pytest.fixture(params=["own", "https"])
def shelf(request, running):
    """What the hub keeps, as its own kiosk and another one reach it."""
    if request.param == "own":
        late = LateShelf()
        late.be(OwnShelf(running.shelf))
        yield late
        return
    with closing(running.shelf_of("kiosk-0001")) as found:
        yield found


def opened(running):
    running.unlock()
    running.kept.news.refresh()


def test_a_locked_hub_says_that_it_knows_nobody(shelf):
    assert shelf.roster(0, "").age_seconds is None
    assert shelf.doses(NUMBER).age_seconds is None


def test_an_open_hub_hands_on_the_list_page_by_page_as_the_centre_signed_it(shelf, running):
    opened(running)
    keys = FileKeys(running.made.keys_of("kiosk-0002"), day_key=b"k" * 32, software="test")

    first = shelf.roster(0, "")
    page = keys.open_roster(first.page)
    second = shelf.roster(page.through, page.head)
    last = keys.open_roster(second.page)
    nothing = shelf.roster(last.through, last.head)

    assert [each.name for each in page.people] == ["Nguyễn Thị Mẫu"] * 3
    assert (first.last, second.last, last.through) == (5, 5, 5)
    assert (nothing.page, nothing.last) == (b"", 5)
    assert nothing.age_seconds in range(60)


def test_a_persons_doses_are_told_with_the_certificate_and_whether_it_was_printed(shelf, running):
    opened(running)
    running.store.note_copies(["dose-1"])

    said = shelf.doses(NUMBER)

    assert [each.details.code for each in said.doses] == ["HC1:ONE"]
    assert said.printed == ("dose-1",)
    assert shelf.doses("058185999999").doses == ()


def test_a_copy_elsewhere_is_told_also_by_a_locked_hub(shelf, running):
    running.store.note_copies(["dose-1"])

    assert [shelf.copy("dose-1"), shelf.copy("dose-2"), shelf.copy("dose-2")] == [
        True,
        False,
        False,
    ]


def test_it_can_be_asked_after_it_was_closed(shelf):
    shelf.close()
    shelf.close()

    assert not shelf.copy("dose-9")


def test_two_kiosks_that_print_one_certificate_at_once_one_is_told_of_the_other(running):
    with (
        closing(running.shelf_of("kiosk-0001")) as one,
        closing(running.shelf_of("kiosk-0002")) as two,
    ):
        answers = [one.copy("dose-1"), two.copy("dose-1"), one.copy("dose-1")]

    assert answers == [False, True, False]


def test_lists_are_handed_on_as_they_were_signed(running):
    with closing(running.shelf_of("kiosk-0001")) as shelf:
        answers = [shelf.list_of("trust", 6), shelf.list_of("revocations", 7)]

    assert answers == [b"signed trust 7", None]


def test_within_one_pi_no_list_is_handed_on_and_before_the_hub_is_known_nobody_is_asked(running):
    late = LateShelf()
    late.close()
    with pytest.raises(HubUnavailable):
        late.roster(0, "")
    late.be(OwnShelf(running.shelf))
    with pytest.raises(HubError, match="own"):
        late.list_of("trust", 1)


def test_a_journal_that_cannot_be_read_is_a_silent_hub(running, monkeypatch):
    def fails(*_):
        raise JournalError("disk")

    opened(running)
    monkeypatch.setattr(HubShelf, "copy", fails)
    monkeypatch.setattr(HubShelf, "doses", fails)
    own = OwnShelf(running.shelf)
    with closing(running.shelf_of("kiosk-0001")) as https:
        for shelf in (own, https):
            for ask in (lambda s: s.copy("dose-1"), lambda s: s.doses(NUMBER)):
                with pytest.raises(HubUnavailable):
                    ask(shelf)


def test_a_device_of_another_site_and_a_revoked_one_get_nothing(tmp_path):
    made = installed(tmp_path / "made", "kiosk-0001", "kiosk-0002")
    made.provisioner.add_site("bac-ai", "Trạm Y tế Bác Ái")
    made.provisioner.issue_device(kiosk("kiosk-0009", site="bac-ai"))
    with running_hub(made, tmp_path / "hub") as hub:
        hub.kept.centre.people.put(entry())
        hub.kept.roster.look()
        opened(hub)
        stranger, revoked = hub.shelf_of("kiosk-0009"), hub.shelf_of("kiosk-0001")
        assert revoked.roster(0, "").page

        made.provisioner.revoke_device("kiosk-0001")

        for ask in (
            lambda shelf: shelf.roster(0, ""),
            lambda shelf: shelf.doses(NUMBER),
            lambda shelf: shelf.copy("dose-1"),
            lambda shelf: shelf.list_of("trust", 0),
        ):
            for shelf in (stranger, revoked):
                with pytest.raises(HubError, match="403"):
                    ask(shelf)
        stranger.close()
        revoked.close()


def test_an_answer_that_nobody_understands_is_told(running, monkeypatch):
    with closing(running.shelf_of("kiosk-0001")) as shelf:
        monkeypatch.setattr(shelf._persons, "ask", lambda *_: b"{no answer")

        with pytest.raises(HubError, match="bad_message"):
            shelf.copy("dose-1")


HOSTILE = {
    "a change that is none": (b"GET", b"/roster?since=x", b"", 400),
    "a change of too many digits": (b"GET", b"/roster?since=" + b"9" * 400, b"", 400),
    "a change in other digits": (b"GET", b"/roster?since=%D9%A3", b"", 400),
    "a head that is none": (b"GET", b"/roster?since=0&head=../../etc", b"", 400),
    "a person in the address": (b"GET", b"/certificates?number=058185000123", b"", 405),
    "no person": (b"POST", b"/certificates", b'{"number":""}', 400),
    "another kind": (b"POST", b"/certificates", b'{"number":5}', 400),
    "not JSON": (b"POST", b"/copies", b"\xff{{{", 400),
    "no end of brackets": (b"POST", b"/copies", b"[" * 500, 400),
    "too large": (b"POST", b"/copies", b"x" * 3000, 413),
    "no such list": (b"GET", b"/lists/names?serial=0", b"", 404),
    "a serial that is none": (b"GET", b"/lists/trust?serial=-1", b"", 400),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_questions_are_refused_and_stop_nothing(made, running, name):
    method, path, body, status = HOSTILE[name]
    folder = made.keys_of("kiosk-0001")
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
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
    with closing(running.shelf_of("kiosk-0002")) as shelf:
        assert not shelf.copy("dose-1")
