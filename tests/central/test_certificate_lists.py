"""The lists for certificates at the centre: taken in, kept fresh, signed, handed out."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from factories.certificates import ec_key, signer_certificate
from factories.migrated import migrated_engine
from factories.published_lists import (
    HASH,
    SIGNERS,
    keeper,
    revocations_json,
    trust_json,
)
from factories.wire import DEVICE_KEY, SIGNER

from central.adapters.list_source import FileList, HttpList
from central.adapters.lists_sql import SqlLists
from central.domain import certificate_lists
from central.domain.certificate_lists import (
    ListKind,
    ListUnusable,
    buckets_in,
    certificates_in,
    read_list,
    trustworthy,
)
from central.ports import ListUnavailable
from central.services.certificate_lists import ListDesk, ListFetching, ListImport
from protocol import cose
from protocol.certificates import lists, revocations
from protocol.certificates.revocations import HashKind

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
TRUST, REVOKED = ListKind.TRUST, ListKind.REVOCATIONS


class Clock:
    def __init__(self):
        self.at = NOW

    def now(self):
        return self.at


class Signer:
    def sign_trust_list(self, trust_list):
        return lists.encode_trust_list(trust_list, SIGNER)

    def sign_revocations(self, revoked):
        return revocations.encode_revocations(revoked, SIGNER)

    def sign_still(self, still):
        return lists.encode_still(still, SIGNER)


@pytest.fixture
def store(tmp_path):
    engine = migrated_engine(tmp_path)
    yield SqlLists(engine)
    engine.dispose()


@pytest.fixture
def clock():
    return Clock()


def opened(message):
    parsed = cose.parse(message)
    cose.verify(parsed, DEVICE_KEY.public_key())
    return parsed


def test_the_certificates_of_a_published_list_go_in_each_once():
    read = read_list(TRUST, trust_json(*SIGNERS, SIGNERS[0]))

    assert set(certificates_in(read.content)) == set(SIGNERS)
    assert (read.entries, read.left_out) == (2, ())


def test_what_is_no_certificate_is_left_out_and_named():
    read = read_list(TRUST, trust_json(others=("%%%", "AAAA", None, {"a": 1})))

    assert read.entries == 2
    assert [str(each) for each in read.left_out] == [
        "entry 3: bad_certificate: no certificate in base64 DER",
        "entry 4: bad_certificate: not a certificate in DER form",
        "entry 5: bad_certificate: not a certificate in DER form",
        "entry 6: bad_certificate: no certificate in base64 DER",
    ]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (TRUST, b"no JSON"),
        (TRUST, b"[" * 100_000),
        (TRUST, b"{}"),
        (TRUST, b"[]"),
        (TRUST, b'["AAAA"]'),
        (REVOKED, b"[]"),
        (REVOKED, b'{"uci": ["short"]}'),
        (REVOKED, b'{"colour": ["AAAA"]}'),
        (REVOKED, b'{"uci": "AAAA"}'),
    ],
)
def test_a_list_of_which_nothing_can_be_used_changes_nothing(kind, data):
    with pytest.raises(ListUnusable):
        read_list(kind, data)


def test_hashes_go_in_as_base64_or_hexadecimal():
    published = json.loads(revocations_json(HASH))
    published["signature"] = [(b"s" * 16).hex(), "AAAA", 7]
    read = read_list(REVOKED, json.dumps(published).encode())

    assert buckets_in(read.content) == {
        HashKind.IDENTIFIER: {0: HASH},
        HashKind.SIGNATURE: {ord("s"): b"s" * 16},
    }
    assert [each.place for each in read.left_out] == ["signature entry 2", "signature entry 3"]


def test_a_list_of_nothing_revoked_is_a_list():
    assert read_list(REVOKED, b"{}").entries == 0


def test_a_list_larger_than_a_kiosk_takes_is_refused(monkeypatch):
    monkeypatch.setattr(certificate_lists, "MAX_BYTES", (1 << 16) + 20)

    with pytest.raises(ListUnusable, match="larger"):
        read_list(REVOKED, revocations_json(HASH))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://lists.example.vn/dsc", True),
        ("http://127.0.0.1:8000/dsc", True),
        ("http://localhost/dsc", True),
        ("http://lists.example.vn/dsc", False),
        ("http://10.0.0.5/dsc", False),
        ("http:///dsc", False),
        ("ftp://lists.example.vn/dsc", False),
    ],
)
def test_a_list_comes_by_https_or_from_this_machine(url, expected):
    assert trustworthy(url) is expected


def test_a_list_by_http_from_elsewhere_is_refused():
    with pytest.raises(ListUnavailable, match="not https"):
        HttpList("http://lists.example.vn/dsc")


def test_an_unchanged_list_keeps_its_serial_and_grows_no_older(store, clock, tmp_path):
    path = tmp_path / "dsc.json"
    path.write_bytes(trust_json())
    importing = ListImport(store, clock)
    first = importing.run(TRUST, FileList(path))
    clock.at += timedelta(hours=1)

    second = importing.run(TRUST, FileList(path))

    assert (first.changed, second.changed) == (True, False)
    assert second.issue.serial == first.issue.serial == int(NOW.timestamp())
    assert store.issue(TRUST).as_of == NOW + timedelta(hours=1)


def test_a_changed_list_has_a_higher_serial_even_when_the_clock_went_back(store, clock, tmp_path):
    path = tmp_path / "dsc.json"
    path.write_bytes(trust_json())
    importing = ListImport(store, clock)
    first = importing.run(TRUST, FileList(path)).issue
    clock.at -= timedelta(days=400)
    path.write_bytes(trust_json(SIGNERS[0]))

    second = importing.run(TRUST, FileList(path)).issue

    assert second.serial == first.serial + 1
    assert certificates_in(store.held(TRUST).content) == (SIGNERS[0],)


def test_a_missing_file_is_named(store, clock, tmp_path):
    with pytest.raises(ListUnavailable, match=r"gone\.json"):
        ListImport(store, clock).run(TRUST, FileList(tmp_path / "gone.json"))


def test_the_keeper_is_asked_with_the_tag_of_what_is_there(store, clock):
    with keeper() as keeping:
        importing, source = ListImport(store, clock), HttpList(keeping.url)
        importing.run(TRUST, source)
        clock.at += timedelta(hours=1)

        again = importing.run(TRUST, source)

    assert keeping.asked == ["", '"1"']
    assert not again.changed
    assert store.issue(TRUST).as_of == clock.at


def test_a_list_with_errors_is_read_whole_the_next_time(store, clock):
    with keeper() as keeping:
        keeping.body = trust_json(others=("AAAA",))
        importing, source = ListImport(store, clock), HttpList(keeping.url)
        importing.run(TRUST, source)
        importing.run(TRUST, source)

    assert keeping.asked == ["", ""]


def test_the_tag_of_another_keeper_is_not_sent(store, clock):
    with keeper() as keeping:
        importing = ListImport(store, clock)
        importing.run(TRUST, HttpList(keeping.url))
        importing.run(TRUST, HttpList(keeping.url + "?other"))

    assert keeping.asked == ["", ""]


@pytest.mark.parametrize("status", [500, 404, 304, 204])
def test_a_keeper_that_has_no_list_changes_nothing(store, clock, status):
    with keeper() as keeping:
        source = HttpList(keeping.url)
        ListImport(store, clock).run(TRUST, source)
        before = store.held(TRUST)
        keeping.status, keeping.etag = status, '"2"'

        with pytest.raises(ListUnavailable):
            source.fetch("")

    assert store.held(TRUST) == before


async def test_a_keeper_that_is_away_is_asked_again_later_and_ever_later(store, clock):
    with keeper() as keeping:
        source = HttpList(keeping.url)
    fetching = ListFetching(
        ListImport(store, clock), {TRUST: source}, lambda: 1.0, refresh_seconds=3600
    )

    assert not await fetching.look(TRUST, source)

    assert [fetching.pause(failures) for failures in (1, 2, 3, 40)] == [30, 60, 120, 3600]
    assert fetching.pause(0) == pytest.approx(3600 * 1.1)


async def test_a_look_takes_in_what_is_published(store, clock):
    with keeper() as keeping:
        keeping.body = revocations_json(HASH)
        source = HttpList(keeping.url)
        fetching = ListFetching(
            ListImport(store, clock), {REVOKED: source}, lambda: 0.0, refresh_seconds=3600
        )

        assert await fetching.look(REVOKED, source)

    assert store.issue(REVOKED).entries == 1


def test_a_desk_hands_out_the_list_or_says_that_it_still_stands(store, clock, tmp_path):
    path = tmp_path / "dsc.json"
    path.write_bytes(trust_json())
    importing, desk = ListImport(store, clock), ListDesk(store, Signer())
    assert desk.answer(TRUST, 0) is None
    serial = importing.run(TRUST, FileList(path)).issue.serial

    whole = lists.decode_trust_list(opened(desk.answer(TRUST, 0)))
    clock.at += timedelta(hours=1)
    importing.run(TRUST, FileList(path))
    still = lists.decode_still(opened(desk.answer(TRUST, serial)))

    assert set(whole.certificates) == set(SIGNERS)
    assert (whole.serial, whole.as_of) == (serial, NOW)
    assert still == lists.Still(lists.TRUST_LIST, serial, clock.at)


def test_an_issue_is_signed_once_and_the_next_one_anew(store, clock, tmp_path):
    path = tmp_path / "rev.json"
    path.write_bytes(revocations_json(HASH))
    importing, desk = ListImport(store, clock), ListDesk(store, Signer())
    importing.run(REVOKED, FileList(path))
    first = desk.answer(REVOKED, 0)
    assert desk.answer(REVOKED, 7) is first

    path.write_bytes(revocations_json(HASH, b"x" * 16))
    importing.run(REVOKED, FileList(path))

    assert len(revocations.decode_revocations(opened(desk.answer(REVOKED, 0)))) == 2


def test_signers_of_one_key_id_stay_both():
    one, other = signer_certificate(ec_key(1)), signer_certificate(ec_key(2))

    assert len(certificates_in(read_list(TRUST, trust_json(one, other)).content)) == 2
