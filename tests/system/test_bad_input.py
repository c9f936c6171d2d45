"""Everything that goes wrong at a site, with real programs: what people see, and that nothing stops.

Each ends with a check-in that reaches the centre behind it: no bad thing holds up what follows.
Machines that are away are in ``test_spine.py``, disks that are full in ``tests/faults``.
"""

import time
from itertools import count
from threading import Event

import cv2
import numpy as np
import pytest
import segno
from factories import frames
from factories.devices import ProvisionedCard
from factories.installations import kiosk
from factories.local_sites import RunningSite, person, photo, running_site, wait_for

from edge.adapters.link_paho import PahoLink
from protocol import cose, messages
from provisioning.bootstrap import open_provisioner

pytestmark = pytest.mark.system

PEOPLE = count(700)
STRANGER = "kiosk-0666"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def ready(site: RunningSite):
    site.http.post(f"{site.kiosk_url}/touch/back")
    site.wait_for_screen("attract")
    return site


def serves_the_next_one(site: RunningSite) -> bool:
    """Check a new person in, and wait until the Platform has confirmed the record."""
    site.http.post(f"{site.kiosk_url}/touch/back")
    site.wait_for_screen("attract")
    site.hold_up(photo(person(next(PEOPLE))))
    ticket = site.wait_for_screen("done")["ticket"]
    wait_for(lambda: ticket in tickets(site, "reconciled"), "the record", 60)
    site.drained()
    return True


def tickets(site: RunningSite, state: str) -> set[str]:
    return {visit["ticket"] for visit in site.visits() if visit["state"] == state}


def refused_scans(site: RunningSite) -> int:
    return sum(row["refused_scans"] for row in site.summary()["sites"])


def clean_code(payload: bytes) -> bytes:
    """Return a picture of a code that holds exactly these bytes."""
    cells = np.array(list(segno.make_qr(payload, mode="byte").matrix_iter(border=4)), np.uint8)
    return frames.png(cv2.resize((1 - cells) * 255, None, fx=8, fy=8, interpolation=0))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cut", "the picture is broken"),
        ("noise", "the file is not a picture"),
        ("nothing", "the file is empty"),
    ],
)
def test_a_broken_image_is_named_to_whoever_sent_it(ready, name, words):
    whole = photo(person(1))
    sent = {"cut": whole[: len(whole) // 3], "noise": bytes(range(256)) * 40, "nothing": b""}

    answer = ready.hold_up(sent[name])

    assert (answer.status_code, answer.text.strip()) == (422, words)
    assert ready.screen()["screen"] == "attract"
    assert serves_the_next_one(ready)


def test_a_picture_without_a_code_disturbs_nobody_and_is_no_event(ready):
    before = refused_scans(ready)

    ready.hold_up(frames.png(frames.empty(4).frame))
    # As long as the simulated camera shows it.
    until = time.monotonic() + 1.5
    seen = set()
    while time.monotonic() < until:
        seen.add(ready.screen()["screen"])

    assert seen == {"attract"}
    assert serves_the_next_one(ready)
    assert refused_scans(ready) == before


def test_of_two_peoples_cards_the_kiosk_asks_for_one(ready):
    before = refused_scans(ready)
    both = [cv2.imdecode(np.frombuffer(photo(person(n), seed=n), np.uint8), 0) for n in (2, 3)]

    ready.hold_up(frames.png(np.hstack(both)))
    screen = ready.wait_for_screen("two_cards")

    assert "từng thẻ một" in screen["html"]["vi"]
    assert serves_the_next_one(ready)
    wait_for(lambda: refused_scans(ready) > before, "the event of the two cards")


def test_a_photograph_of_more_than_ten_megabytes_checks_its_holder_in(ready):
    small = cv2.imdecode(np.frombuffer(photo(person(next(PEOPLE))), np.uint8), 0)
    large = frames.png(cv2.resize(small, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC))
    assert 10_000_000 < len(large) < 30_000_000

    assert ready.hold_up(large).status_code == 204

    ready.wait_for_screen("done")
    assert serves_the_next_one(ready)


def test_a_picture_beyond_all_measure_is_refused_in_words(ready):
    answer = ready.hold_up(bytes(30 * 1024 * 1024 + 1))

    assert answer.status_code == 413
    assert "30 MB" in answer.text
    assert serves_the_next_one(ready)


def test_a_card_of_eleven_fields_checks_its_holder_in(ready):
    number = f"058200{next(PEOPLE):06d}"
    text = f"{number}||Chamaléa Văn Thử|29022000|Nam|Phước Đại, Bác Ái|05072024||||"

    ready.hold_up(photo(text))

    ticket = ready.wait_for_screen("done")["ticket"]
    wait_for(lambda: ticket in tickets(ready, "reconciled"), "the record", 60)
    [visit] = [visit for visit in ready.visits() if visit["ticket"] == ticket]
    assert visit["document"] == "can_cuoc_2024"


@pytest.mark.parametrize(
    ("payload", "reason", "words"),
    [
        ("058185000123||Nguyễn Thị Mẫu|".encode("utf-16"), "wrong_encoding", "không đọc được chữ"),
        (
            "058185000123||Nguyễn Thị Mẫu|31022000|Nữ|Phước Dinh|05052021".encode(),
            "impossible_date",
            "ngày không có trên lịch",
        ),
        (b"058185******|NGUYEN THI MAU|1985-08-17|1|Q1|", "masked_number", "che mất một phần"),
        (b"https://example.com/menu", "web_address", "trang mạng"),
        (b"HC1:NCFOXN%TS3DH3ZSUZK+.V0ETD", "certificate_not_identity", "giấy chứng nhận"),
    ],
)
def test_what_checks_nobody_in_is_one_sentence_and_an_event(ready, payload, reason, words):
    before = refused_scans(ready)

    ready.hold_up(clean_code(payload))
    screen = ready.wait_for_screen("refused")

    assert screen["reason"] == reason
    assert words in screen["html"]["vi"]
    assert serves_the_next_one(ready)
    wait_for(lambda: refused_scans(ready) > before, "the event of the refusal")


@pytest.fixture(scope="module")
def stranger(site: RunningSite):
    """A device of the site that says what no honest device says."""
    provisioner = open_provisioner(site.directory / "provisioned")
    provisioner.issue_device(kiosk(STRANGER))
    folder = site.directory / "provisioned" / "devices" / STRANGER
    return ProvisionedCard(STRANGER, folder=folder).write(9)


@pytest.fixture
def say(site: RunningSite, stranger: ProvisionedCard):
    """Publish as the stranger; the answers of the centre are kept."""
    answers: list[int] = []
    answered = Event()

    def hear(message: bytes) -> None:
        answers.append(messages.decode_ack(cose.parse(message)).through)
        answered.set()

    port = site.site.ports.broker
    link = PahoLink("127.0.0.1", port, stranger.device, stranger.folder, will=b"{}")
    link.connect(hear, lambda _: None)

    def publish(message: bytes, *, through: int | None = None) -> None:
        answered.clear()
        link.publish("batch", message)
        if through is not None:
            assert answered.wait(60)
            assert answers[-1] == through

    yield publish
    link.close()


def forged(card: ProvisionedCard) -> bytes:
    """Return a batch under the card's key id that another key signed."""
    theirs = ProvisionedCard(card.name, folder=card.folder.parent / "kiosk-0001")
    return messages.encode_batch(
        card.batch(1, 1), messages.Signer(theirs.signer.key, card.signer.kid)
    )


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("bytes", "bad_cose"), ("signature", "bad_signature"), ("unknown", "unknown_device")],
)
def test_what_no_device_may_say_is_set_aside_shown_and_stops_nothing(
    ready, stranger, say, kind, reason
):
    nobody = messages.Signer(stranger.signer.key, b"\x99" * 32)
    said = {
        "bytes": b"\xff\x00 these bytes are no batch",
        "signature": forged(stranger),
        "unknown": messages.encode_batch(stranger.batch(1, 1), nobody),
    }
    before = ready.summary()["quarantined_messages"]

    say(said[kind])

    wait_for(lambda: ready.summary()["quarantined_messages"] == before + 1, "the quarantine")
    page = ready.leader().get("/").text
    assert f"Bản tin bị cách ly: <b>{before + 1}</b>" in page
    assert reason in (ready.directory / "logs" / "centre.log").read_text()
    assert serves_the_next_one(ready)


def test_a_replay_counts_once_and_a_gap_is_asked_for(ready, stranger, say):
    def arrived() -> int:
        # The stranger's people have no identity, so their records are held back; nobody else's are.
        held: int = ready.summary()["states"]["held"]
        return held

    say(stranger.message(1, 3), through=3)
    say(stranger.message(1, 3), through=3)
    say(stranger.message(7, 9), through=3)
    wait_for(lambda: arrived() == 3, "the visits below the gap")
    say(stranger.message(4, 6), through=6)
    say(stranger.message(7, 9), through=9)

    wait_for(lambda: arrived() == 9, "all visits, each once")
    assert serves_the_next_one(ready)
    assert arrived() == 9
