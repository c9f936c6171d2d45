"""The port ``RosterSource``, on the simulated centre and on real sockets with real certificates."""

import shutil
import socket
import ssl
from contextlib import closing
from datetime import UTC, datetime

import pytest
from factories.installations import kiosk, provisioned
from factories.rosters import entry, people, person
from fakes.bulk import running_bulk

from central.domain.roster import plan_import
from edge.adapters.keys_file import FileKeys
from edge.adapters.roster_https import HttpsRoster
from edge.ports import RosterError, RosterUnavailable
from edge.simulated.roster import SimulatedRoster
from protocol.identity import SiteId
from protocol.roster import RosterEntry

SITE, AT = SiteId("phuoc-dinh"), datetime(2026, 11, 22, tzinfo=UTC)


def take_in(rosters, wanted, *, site=SITE, replace=False):
    return rosters.change(
        site, lambda there: plan_import(there, wanted, replace=replace), AT, "test"
    )


def https(bulk, device="kiosk-0001", **changes):
    folder = bulk.keys_of(device)
    keys = FileKeys(folder, day_key=b"k" * 32, software="test")
    settings = {"site": "phuoc-dinh", "open_page": keys.open_roster, "timeout_seconds": 5} | changes
    return HttpsRoster("127.0.0.1", bulk.port, folder, **settings)


@pytest.fixture(scope="module")
def bulk(tmp_path_factory):
    with running_bulk(tmp_path_factory.mktemp("bulk"), "kiosk-0001", page_changes=3) as running:
        take_in(running.rosters, people(8))
        running.provisioner.add_site("bac-ai", "Trạm Y tế Bác Ái")
        running.provisioner.issue_device(kiosk("kiosk-0009", site="bac-ai"))
        yield running


@pytest.fixture(params=["simulated", "https"])
def source(request):
    """A source of eight people in pages of three."""
    if request.param == "simulated":
        centre = SimulatedRoster(SITE, most=3)
        centre.put(*(entry(row, number=f"05818500000{row}") for row in range(1, 9)))
        yield centre
    else:
        found = https(request.getfixturevalue("bulk"))
        yield found
        found.close()


def test_pages_follow_one_another_until_there_are_no_more(source):
    first = source.fetch(0, "")
    second = source.fetch(first.through, first.head)
    third = source.fetch(second.through, second.head)

    assert [(p.since, p.through, p.last) for p in (first, second, third)] == [
        (0, 3, 8),
        (3, 6, 8),
        (6, 8, 8),
    ]
    assert len({each.id for p in (first, second, third) for each in p.people}) == 8


def test_a_reader_that_has_everything_gets_an_empty_page(source):
    whole = source.fetch(0, "")

    page = source.fetch(8, whole.head)

    assert (page.since, page.through, page.last, page.people) == (8, 8, 8, ())


@pytest.mark.parametrize(("since", "head"), [(5, "f" * 16), (5, ""), (99, "a" * 16)])
def test_a_reader_of_another_past_begins_anew(source, since, head):
    if isinstance(source, SimulatedRoster):
        source.restore("b" * 16)

    assert source.fetch(since, head).since == 0


def test_a_source_can_be_asked_again_after_it_was_closed(source):
    source.close()
    source.close()

    assert source.fetch(0, "").since == 0


def test_a_simulated_source_fails_when_told():
    source = SimulatedRoster(SITE)
    source.fail_with(RosterUnavailable("no answer"))

    with pytest.raises(RosterUnavailable):
        source.fetch(0, "")


def test_a_device_gets_the_roster_of_its_own_site_and_no_other(bulk):
    with closing(https(bulk, "kiosk-0009", site="bac-ai")) as source:
        page = source.fetch(0, "")

    assert (page.site, page.people, page.last) == ("bac-ai", (), 0)


def test_the_page_of_another_site_is_refused_by_the_reader(bulk):
    with (
        closing(https(bulk, "kiosk-0009", site="phuoc-dinh")) as source,
        pytest.raises(RosterError, match="bac-ai"),
    ):
        source.fetch(0, "")


def test_what_the_centre_did_not_sign_is_refused(bulk, tmp_path):
    stranger = provisioned(tmp_path, "kiosk-0001")
    keys = FileKeys(
        tmp_path / "devices" / "kiosk-0001", day_key=b"k" * 32, software=stranger.location
    )

    with (
        closing(https(bulk, open_page=keys.open_roster)) as source,
        pytest.raises(RosterError, match="unknown_kid"),
    ):
        source.fetch(0, "")


def test_a_certificate_of_another_authority_gets_no_connection(bulk, tmp_path):
    provisioned(tmp_path / "other", "kiosk-0001")
    mixed = tmp_path / "mixed"
    shutil.copytree(tmp_path / "other/devices/kiosk-0001", mixed)
    shutil.copy(bulk.keys_of("kiosk-0001") / "ca.crt", mixed)
    source = HttpsRoster(
        "127.0.0.1", bulk.port, mixed, site=SITE, open_page=_unread, timeout_seconds=5
    )

    with pytest.raises(RosterUnavailable):
        source.fetch(0, "")


def test_a_centre_of_another_authority_gets_no_question(bulk, tmp_path):
    provisioned(tmp_path, "kiosk-0001")
    folder = tmp_path / "devices" / "kiosk-0001"
    source = HttpsRoster(
        "127.0.0.1", bulk.port, folder, site=SITE, open_page=_unread, timeout_seconds=5
    )

    with pytest.raises(RosterUnavailable, match=r"certificate|signed"):
        source.fetch(0, "")


@pytest.mark.parametrize("holder", ["centre/centre", "centre/ack"])
def test_a_certificate_that_is_no_devices_gets_nothing(bulk, tmp_path, holder):
    shutil.copy(bulk.directory / "ca/ca.crt", tmp_path / "ca.crt")
    shutil.copy(bulk.directory / f"{holder}.crt", tmp_path / "device.crt")
    shutil.copy(bulk.directory / f"{holder}.key", tmp_path / "device.key")
    source = HttpsRoster(
        "127.0.0.1", bulk.port, tmp_path, site=SITE, open_page=_unread, timeout_seconds=5
    )

    with pytest.raises(RosterUnavailable):
        source.fetch(0, "")


def test_without_a_certificate_there_is_no_answer(bulk):
    context = ssl.create_default_context(cafile=str(bulk.directory / "ca/ca.crt"))
    answer = _raw(bulk.port, context)

    assert b"200" not in answer


def test_an_older_tls_is_refused(bulk):
    folder = bulk.keys_of("kiosk-0001")
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.load_cert_chain(str(folder / "device.crt"), str(folder / "device.key"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    assert _raw(bulk.port, context) == b""


@pytest.mark.parametrize(
    "query", ["since=-1", "since=x", "since=99999999999999999999", "head=zz", "head=" + "a" * 999]
)
def test_a_strange_question_is_refused_in_words(bulk, query):
    folder = bulk.keys_of("kiosk-0001")
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.load_cert_chain(str(folder / "device.crt"), str(folder / "device.key"))

    assert _raw(bulk.port, context, f"/roster/v1?{query}").startswith(b"HTTP/1.1 422")


def test_a_revoked_device_gets_nothing_from_then_on(tmp_path):
    with running_bulk(tmp_path, "kiosk-0001") as running:
        take_in(running.rosters, [person()])
        source = https(running)
        before = source.fetch(0, "")

        running.provisioner.revoke_device("kiosk-0001")

        assert len(before.people) == 1
        with pytest.raises(RosterUnavailable, match="403"):
            source.fetch(0, "")
        source.close()


def test_nobody_answers_is_said_as_such(bulk):
    folder = bulk.keys_of("kiosk-0001")

    with pytest.raises(RosterUnavailable):
        HttpsRoster("127.0.0.1", 9, folder, site=SITE, open_page=_unread).fetch(0, "")


def test_changes_at_the_centre_come_as_a_delta(tmp_path):
    with running_bulk(tmp_path, "kiosk-0001") as running:
        wanted = people(5)
        take_in(running.rosters, wanted)
        source = https(running)
        whole = source.fetch(0, "")

        take_in(running.rosters, [*wanted[1:], person()], replace=True)
        delta = source.fetch(whole.through, whole.head)
        source.close()

    assert (delta.since, delta.removed) == (5, (whole.people[0].id,))
    assert [each.name for each in delta.people] == ["Nguyễn Thị Mẫu"]
    assert isinstance(delta.people[0], RosterEntry)


def _unread(_message):
    raise AssertionError("nothing should have come")


def _raw(port, context, address="/roster/v1"):
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as wire,
        ):
            wire.sendall(
                f"GET {address} HTTP/1.1\r\nhost: centre\r\nconnection: close\r\n\r\n".encode()
            )
            return wire.recv(4096)
    except (ssl.SSLError, OSError):
        return b""
