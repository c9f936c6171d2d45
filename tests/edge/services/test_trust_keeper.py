"""The lists at the kiosk: on disk as they were signed, believed only so, and old ones said to be old."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from factories.certificates import EXPIRES, NOW, dcc, ec_key, hc1, signer_certificate

from edge.adapters.lists_file import FileShelf
from edge.ports import ListsUnavailable
from edge.services.judging import CertificateJudge
from edge.services.trust import TrustKeeper, without_lists
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys
from protocol import cose
from protocol.certificates.binding import Fit
from protocol.certificates.content import read_content
from protocol.certificates.lists import (
    TRUST_LIST,
    Still,
    TrustList,
    encode_still,
    encode_trust_list,
)
from protocol.certificates.revocations import (
    REVOCATION_LIST,
    Revocations,
    encode_revocations,
    hashes_of,
    in_buckets,
)
from protocol.certificates.wrapping import unwrap
from protocol.documents.model import Claim, DocumentClass, PartialDate
from protocol.identity import DeviceId

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CODE = hc1(ec_key()).encode()
MAU = Claim(DocumentClass.CCCD_2021, "058185000123", "Nguyễn Thị Mẫu", PartialDate(1985, 8, 17))
GIA = Claim(DocumentClass.CCCD_2021, "058185000124", "Đổng Thị Giả", PartialDate(1985, 8, 17))
WEEK = timedelta(days=7)


class Centre:
    """The port ``ListSource`` with whatever the centre says."""

    def __init__(self):
        self.answers = {"trust": None, "revocations": None}
        self.asked = []
        self.fails = False

    def fetch(self, name, serial):
        self.asked.append((name, serial))
        if self.fails:
            raise ListsUnavailable("no answer")
        return self.answers[name]

    def close(self):
        return


@pytest.fixture
def keys():
    return SimulatedKeys(DeviceId("kiosk-0001"))


@pytest.fixture
def centre():
    return Centre()


@pytest.fixture
def make(tmp_path, keys, centre):
    def keeper(at=NOW, clock_ok=True, shelf=None, **changes):
        clock = SimulatedClock(at, ok=clock_ok)
        states = []
        kept = TrustKeeper(
            build=CertificateJudge,
            source=centre,
            shelf=shelf or FileShelf(tmp_path / "lists"),
            keys=keys,
            clock=clock,
            zone=ZONE,
            on_state=states.append,
            **changes,
        )
        kept.load()
        return kept, states

    return keeper


def trust_list(keys, serial=7, as_of=NOW):
    signed = TrustList(serial, as_of, (signer_certificate(ec_key()),))
    return encode_trust_list(signed, keys.centre)


def revoked(keys, serial=3, as_of=NOW):
    message = cose.parse(unwrap(CODE))
    hashes = hashes_of(message, read_content(message.payload))
    return encode_revocations(Revocations(serial, as_of, in_buckets(hashes)), keys.centre)


def nobody_revoked(keys, serial=3, as_of=NOW):
    return encode_revocations(Revocations(serial, as_of, {}), keys.centre)


async def test_a_fetched_list_makes_a_certificate_valid_and_binds_it_to_the_card(
    make, keys, centre
):
    centre.answers = {"trust": trust_list(keys), "revocations": nobody_revoked(keys)}
    kept, states = make()
    assert kept.judge(CODE, MAU).doubt == "no_list"

    assert await kept.refresh(centre)

    judged = kept.judge(CODE, MAU)
    assert (judged.verdict, judged.doubt, judged.fit) == ("valid", "", Fit.FITS)
    assert (judged.newest.dose, judged.newest.days_since) == (2, 106)
    assert judged.name == ""
    assert kept.judge(CODE, GIA).fit is Fit.NAME_DIFFERS
    assert states[-1].as_of == NOW
    assert centre.asked == [("trust", 0), ("revocations", 0)]


async def test_after_a_power_cut_without_a_network_the_list_on_disk_is_used(make, keys, centre):
    centre.answers = {"trust": trust_list(keys), "revocations": revoked(keys)}
    await make()[0].refresh(centre)
    centre.fails = True

    kept, _ = make()

    assert kept.judge(CODE, None).verdict == "revoked"
    assert not await kept.refresh(centre)
    assert kept.judge(CODE, None).verdict == "revoked"


async def test_a_list_that_still_stands_is_not_sent_again_and_is_young_after_a_power_cut(
    make, keys, centre
):
    young = nobody_revoked(keys)
    centre.answers = {"trust": trust_list(keys, as_of=NOW - 2 * WEEK), "revocations": young}
    kept, _ = make()
    await kept.refresh(centre)
    assert kept.judge(CODE, MAU).doubt == "old_list"
    centre.answers["trust"] = encode_still(Still(TRUST_LIST, 7, NOW), keys.centre)

    await kept.refresh(centre)

    assert centre.asked[2] == ("trust", 7)
    assert kept.judge(CODE, MAU).doubt == ""
    assert make()[0].judge(CODE, MAU).doubt == ""


async def test_an_old_list_gives_a_verdict_that_says_so_and_the_bar_says_it_too(make, keys, centre):
    old = NOW - WEEK - timedelta(minutes=1)
    centre.answers = {"trust": trust_list(keys, as_of=old), "revocations": nobody_revoked(keys)}
    kept, states = make()

    await kept.refresh(centre)

    judged = kept.judge(CODE, MAU)
    assert (judged.verdict, judged.doubt, judged.doubt_of) == ("valid", "old_list", "22/02/2022")
    assert (judged.list_of, judged.revoked_of) == ("22/02/2022", "01/03/2022")
    assert (states[-1].too_old, states[-1].revocations_too_old) == (True, False)


async def test_without_a_list_of_revoked_ones_the_verdict_says_so(make, keys, centre):
    centre.answers["trust"] = trust_list(keys, as_of=NOW - 2 * WEEK)
    kept, states = make()

    await kept.refresh(centre)

    judged = kept.judge(CODE, MAU)
    assert (judged.verdict, judged.doubt) == ("valid", "no_revocations")
    assert (judged.revoked_of, judged.good) == ("", False)
    assert states[-1].revocations_as_of is None


async def test_an_old_list_of_revoked_ones_is_said_to_be_that_one(make, keys, centre):
    old = NOW - WEEK - timedelta(minutes=1)
    centre.answers = {"trust": trust_list(keys), "revocations": nobody_revoked(keys, as_of=old)}
    kept, states = make()

    await kept.refresh(centre)

    judged = kept.judge(CODE, MAU)
    assert (judged.doubt, judged.doubt_of) == ("old_revocations", "22/02/2022")
    assert (states[-1].too_old, states[-1].revocations_too_old) == (False, True)


async def test_a_clock_that_nobody_believes_makes_the_verdict_less_sure(make, keys, centre):
    centre.answers["trust"] = trust_list(keys)
    kept, states = make(clock_ok=False)

    await kept.refresh(centre)

    assert kept.judge(CODE, MAU).doubt == "clock"
    assert not states[-1].too_old


@pytest.mark.parametrize("serial", [6, 1])
async def test_an_older_issue_is_not_taken(make, keys, centre, serial):
    centre.answers["trust"] = trust_list(keys)
    kept, _ = make()
    await kept.refresh(centre)
    centre.answers["trust"] = trust_list(keys, serial=serial, as_of=NOW + WEEK)

    await kept.refresh(centre)

    assert kept.state().as_of == NOW


async def test_what_the_centre_did_not_sign_is_refused_from_the_network_and_from_the_disk(
    make, centre, tmp_path
):
    other = SimulatedKeys(DeviceId("kiosk-0002"))
    centre.answers["trust"] = trust_list(other)
    kept, _ = make()
    assert not await kept.refresh(centre)
    FileShelf(tmp_path / "lists").put("trust", trust_list(other))

    assert make()[0].judge(CODE, MAU).doubt == "no_list"


async def test_one_list_does_not_pass_for_the_other(make, keys, centre):
    centre.answers["trust"] = revoked(keys)
    kept, _ = make()

    assert not await kept.refresh(centre)
    assert kept.judge(CODE, MAU).doubt == "no_list"


async def test_a_disk_that_is_full_costs_the_next_start_only(make, keys, centre):
    class Full:
        def read(self, _name):
            return None

        def put(self, _name, _message):
            raise ListsUnavailable("cannot keep trust: no space left")

    centre.answers["trust"] = trust_list(keys)
    kept, _ = make(shelf=Full())

    assert not await kept.refresh(centre)
    assert kept.judge(CODE, MAU).verdict == "valid"


@pytest.mark.parametrize("text", [b"HC1:", b"HC1:%%%", b"", b"\xff" * 4000])
def test_what_cannot_be_read_is_malformed_and_nothing_more(make, text):
    judged = make()[0].judge(text, MAU)

    assert (judged.verdict, judged.fit, judged.newest) == ("malformed", None, None)


async def test_a_verify_station_is_told_name_birth_and_that_it_has_expired(make, keys, centre):
    kept, _ = make(at=EXPIRES + timedelta(days=1))
    before = kept.judge(CODE, None)
    centre.answers["trust"] = trust_list(keys)
    await kept.refresh(centre)

    judged = kept.judge(CODE, None)

    assert (before.verdict, before.name, before.birth) == ("unknown_signer", "", "")
    assert judged.verdict == "expired"
    assert (judged.name, judged.birth) == ("Nguyễn Thị Mẫu", "1985-08-17")


def test_a_certificate_of_no_dose_has_none_to_tell(make):
    code = hc1(ec_key(), dcc(v=..., t=[{
        "tg": "840539006", "tt": "LP6464-4", "sc": "2021-12-01T08:00:00Z", "tr": "260415000",
        "co": "VN", "is": "Ban Cơ yếu", "ci": "URN:UVCI:01:VN:1",
    }])).encode()  # fmt: skip

    assert make()[0].judge(code, MAU).newest is None


def test_without_lists_the_answer_is_honest():
    assert (without_lists(CODE, None).verdict, without_lists(CODE, None).doubt) == (
        "unknown_signer",
        "no_list",
    )


def test_a_list_is_kept_whole_or_not_at_all(tmp_path):
    shelf = FileShelf(tmp_path / "lists")
    assert shelf.read("trust") is None
    shelf.put("trust", b"one")
    shelf.put("trust", b"two")

    assert shelf.read("trust") == b"two"
    assert [each.name for each in (tmp_path / "lists").iterdir()] == ["trust.cose"]
    with pytest.raises(ListsUnavailable):
        FileShelf(Path("/proc/none")).put("trust", b"x")


async def test_lists_are_handed_on_to_who_has_older_ones_and_verified_there(make, keys, centre):
    centre.answers = {"trust": trust_list(keys), "revocations": revoked(keys)}
    kept, _ = make()
    nothing = kept.hand_on("trust", 0)
    await kept.refresh(centre)
    same = kept.hand_on("trust", 7)
    centre.answers["trust"] = encode_still(Still(TRUST_LIST, 7, NOW + WEEK), keys.centre)
    await kept.refresh(centre)

    assert (nothing, same) == (None, None)
    assert kept.hand_on("trust", 6) == trust_list_of(kept)
    assert kept.hand_on("trust", 7) == centre.answers["trust"]
    assert kept.hand_on("trust", 8) is None
    assert kept.hand_on("revocations", 0) == centre.answers["revocations"]


def trust_list_of(kept):
    return kept._shelf.read("trust")


async def test_an_older_word_of_a_list_makes_it_no_older(make, keys, centre):
    centre.answers = {"trust": trust_list(keys), "revocations": revoked(keys)}
    kept, _ = make()
    await kept.refresh(centre)
    centre.answers = {
        "trust": encode_still(Still(TRUST_LIST, 7, NOW - WEEK), keys.centre),
        "revocations": encode_still(Still(REVOCATION_LIST, 3, NOW - WEEK), keys.centre),
    }

    await kept.refresh(centre)

    assert kept.state().as_of == NOW
