"""The ports of the lists for certificates, end to end: database, https with real certificates, disk, keeper."""

import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from factories.certificates import NOW, ec_key, hc1
from factories.installations import provisioned
from factories.migrated import migrated_engine
from factories.published_lists import HASH, SIGNERS, revocations_json, trust_json
from fakes.bulk import running_bulk

from central.adapters.lists_sql import SqlLists
from central.domain.certificate_lists import ListKind, read_list
from central.ports import Issue
from edge.adapters.centre_https import CentreHttps
from edge.adapters.keys_file import FileKeys
from edge.adapters.lists_file import FileShelf
from edge.adapters.lists_https import HttpsLists
from edge.ports import ListsUnavailable
from edge.services.judging import CertificateJudge
from edge.services.trust import TrustKeeper
from edge.simulated.clock import SimulatedClock
from protocol.certificates.lists import TRUST_LIST, decode_still, decode_trust_list
from protocol.certificates.revocations import REVOCATION_LIST, decode_revocations

CODE = hc1(ec_key()).encode()
TRUST, REVOKED = ListKind.TRUST, ListKind.REVOCATIONS


def publish(store: SqlLists, kind: ListKind, data: bytes, at: datetime = NOW) -> Issue:
    """Take a published list in as of ``at``."""
    read = read_list(kind, data)
    issue = Issue(int(at.timestamp()), at, read.entries, "test", "")
    return store.put(kind, issue, read.content)


def source_of(bulk, device="kiosk-0001", keys=None):
    return HttpsLists(
        CentreHttps("127.0.0.1", bulk.port, keys or bulk.keys_of(device), timeout_seconds=5)
    )


def kiosk_keys(folder):
    return FileKeys(folder, day_key=b"k" * 32, software="test")


def keeper(source, shelf, keys, clock=None) -> TrustKeeper:
    return TrustKeeper(
        build=CertificateJudge,
        source=source,
        shelf=FileShelf(shelf),
        keys=keys,
        clock=clock or SimulatedClock(NOW),
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
    )


@pytest.fixture(scope="module")
def bulk(tmp_path_factory):
    with running_bulk(tmp_path_factory.mktemp("bulk"), "kiosk-0001", "kiosk-0002") as running:
        yield running


@pytest.fixture(scope="module")
def full(bulk):
    """A centre that has both lists."""
    publish(bulk.lists, TRUST, trust_json())
    publish(bulk.lists, REVOKED, revocations_json(HASH))
    return bulk


def test_a_centre_without_lists_has_none_to_give(tmp_path):
    with (
        running_bulk(tmp_path, "kiosk-0001") as empty,
        closing(source_of(empty)) as source,
    ):
        assert source.fetch("trust", 0) is None
        assert source.fetch("revocations", 0) is None


def test_a_kiosk_gets_both_lists_signed_by_its_own_centre(full):
    keys = kiosk_keys(full.keys_of("kiosk-0001"))
    with closing(source_of(full)) as source:
        trust = keys.from_centre(source.fetch("trust", 0))
        revoked = keys.from_centre(source.fetch("revocations", 0))

    assert (trust.content_type, revoked.content_type) == (TRUST_LIST, REVOCATION_LIST)
    assert set(decode_trust_list(trust).certificates) == set(SIGNERS)
    assert decode_revocations(revoked).serial == full.lists.issue(REVOKED).serial


def test_who_has_the_newest_issue_gets_a_short_word_that_it_stands(full):
    keys = kiosk_keys(full.keys_of("kiosk-0001"))
    with closing(source_of(full)) as source:
        message = source.fetch("trust", full.lists.issue(TRUST).serial)

    still = decode_still(keys.from_centre(message))
    assert (still.of, still.serial) == (TRUST_LIST, full.lists.issue(TRUST).serial)
    assert len(message) < 400


def test_a_source_can_be_asked_again_after_it_was_closed(full):
    with closing(source_of(full)) as source:
        source.close()
        source.close()

        assert source.fetch("trust", 0) is not None


def test_a_device_that_was_revoked_gets_no_list(tmp_path):
    with running_bulk(tmp_path, "kiosk-0001") as own:
        publish(own.lists, TRUST, trust_json())
        own.provisioner.revoke_device("kiosk-0001")
        with closing(source_of(own)) as source, pytest.raises(ListsUnavailable):
            source.fetch("trust", 0)


def test_a_centre_that_does_not_answer_is_told_as_such(tmp_path):
    with running_bulk(tmp_path, "kiosk-0001") as gone:
        source = source_of(gone)
    with closing(source), pytest.raises(ListsUnavailable):
        source.fetch("trust", 0)


async def test_a_certificate_is_judged_by_the_list_that_came_and_again_after_a_power_cut(
    full, tmp_path
):
    keys = kiosk_keys(full.keys_of("kiosk-0001"))
    with closing(source_of(full)) as source:
        first = keeper(source, tmp_path, keys)
        before = first.judge(CODE, None)
        assert await first.refresh(source)
        after = first.judge(CODE, None)
    restarted = keeper(None, tmp_path, keys)
    restarted.load()

    assert (before.verdict, before.doubt) == ("unknown_signer", "no_list")
    assert (after.verdict, after.doubt) == ("valid", "")
    assert restarted.judge(CODE, None) == after


async def test_an_old_list_still_judges_and_is_said_to_be_old(full, tmp_path):
    keys = kiosk_keys(full.keys_of("kiosk-0001"))
    clock = SimulatedClock(NOW)
    with closing(source_of(full)) as source:
        kept = keeper(source, tmp_path, keys, clock)
        assert await kept.refresh(source)
    clock.advance(timedelta(days=8).total_seconds())

    assert (kept.judge(CODE, None).verdict, kept.judge(CODE, None).doubt) == ("valid", "old_list")
    assert kept.state().too_old


async def test_an_earlier_issue_put_in_the_newer_ones_place_is_not_taken(tmp_path):
    with running_bulk(tmp_path / "bulk", "kiosk-0001") as own:
        keys = kiosk_keys(own.keys_of("kiosk-0001"))
        publish(own.lists, TRUST, trust_json())
        with closing(source_of(own)) as source:
            old = source.fetch("trust", 0)
            publish(own.lists, TRUST, trust_json(SIGNERS[1]), NOW + timedelta(minutes=1))
            kept = keeper(source, tmp_path / "lists", keys)
            assert await kept.refresh(source)

        class Replaying:
            def fetch(self, name, _serial):
                return old if name == "trust" else None

            def close(self):
                return

        assert await kept.refresh(Replaying())

    assert kept.judge(CODE, None).verdict == "unknown_signer"


async def test_lists_of_another_installation_are_refused_by_wire_and_on_disk(full, tmp_path):
    stranger = provisioned(tmp_path / "other", "kiosk-0001")
    assert stranger is not None
    foreign = kiosk_keys(tmp_path / "other" / "devices" / "kiosk-0001")
    with closing(source_of(full)) as source:
        by_wire = keeper(source, tmp_path / "wire", foreign)
        refreshed = await by_wire.refresh(source)
        FileShelf(tmp_path / "disk").put("trust", source.fetch("trust", 0))
    on_disk = keeper(None, tmp_path / "disk", foreign)
    on_disk.load()

    assert not refreshed
    assert [each.judge(CODE, None).doubt for each in (by_wire, on_disk)] == ["no_list", "no_list"]
    assert FileShelf(tmp_path / "wire").read("trust") is None


async def test_a_stranger_in_the_centres_place_is_not_believed(full, tmp_path):
    provisioned(tmp_path / "other", "kiosk-0001")
    mixed = tmp_path / "mixed"
    shutil.copytree(full.keys_of("kiosk-0001"), mixed)
    shutil.copy(tmp_path / "other" / "devices" / "kiosk-0001" / "ca.crt", mixed / "ca.crt")

    with closing(source_of(full, keys=mixed)) as source, pytest.raises(ListsUnavailable):
        source.fetch("trust", 0)


def test_a_shelf_keeps_the_last_message_whole(tmp_path):
    shelf = FileShelf(tmp_path / "lists")

    assert shelf.read("trust") is None
    shelf.put("trust", b"one")
    shelf.put("trust", b"two")
    assert (shelf.read("trust"), shelf.read("trust-still")) == (b"two", None)
    assert FileShelf(tmp_path / "lists").read("trust") == b"two"


def test_a_shelf_that_cannot_be_written_says_so_and_keeps_what_it_had(tmp_path):
    shelf = FileShelf(tmp_path / "lists")
    shelf.put("trust", b"one")
    (tmp_path / "lists" / "trust.new").mkdir()

    with pytest.raises(ListsUnavailable, match="cannot keep trust"):
        shelf.put("trust", b"two")
    assert shelf.read("trust") == b"one"


def test_a_store_keeps_the_newest_issue_and_its_serial_only_grows(tmp_path):
    engine = migrated_engine(tmp_path)
    store = SqlLists(engine)
    assert store.issue(TRUST) is None
    first = publish(store, TRUST, trust_json())
    same = publish(store, TRUST, trust_json(), NOW + timedelta(hours=1))
    backwards = publish(store, TRUST, trust_json(SIGNERS[0]), datetime(2001, 1, 1, tzinfo=UTC))

    assert (same.serial, same.as_of) == (first.serial, NOW + timedelta(hours=1))
    assert backwards.serial == first.serial + 1
    assert store.held(TRUST).issue == store.issue(TRUST)
    assert store.issue(REVOKED) is None
    engine.dispose()
