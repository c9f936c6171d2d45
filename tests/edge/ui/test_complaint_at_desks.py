"""A complaint at a desk is taken from anybody, and what they say of themselves is sealed."""

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from factories.care_desks import care_hub, form_of

from edge.domain.answers import Subject
from edge.domain.queue.commands import CheckInAtDesk
from edge.services.recording import Recorder
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from edge.simulated.keys import SimulatedKeys
from protocol.events import Identity, decode_event, decode_identity, encode_identity
from protocol.identity import DeviceId
from protocol.sealing import unseal

DESK = "/desk/reception/1"
SAID = {"said_name": "Kator Thị Nháp", "said_contact": "0900 000 000", "said_words": "Chờ lâu"}


@dataclass
class Taken:
    """What desks opened."""

    rows: list[tuple[str, Identity, str]] = field(default_factory=list)

    @property
    def last(self) -> tuple[str, Identity, str]:
        return self.rows[-1]


async def test_whoever_checked_in_complains_also_without_a_number_and_while_names_are_locked(
    tmp_path: Path,
) -> None:
    taken = Taken()
    made = care_hub(tmp_path, complaints=taken.rows)
    async with made as hub, hub.at("reception") as http:
        who = Identity(document="without_number", number=None, name="Kator Thị Nháp", words="quên")
        sealed = hub.hub.keys.seal(encode_identity(who), "event-1")
        command = CheckInAtDesk(
            visit="visit-1", event="event-1", staff="lan", document="without_number", sealed=sealed
        )
        await hub.do(command)
        page = (await http.get(f"{DESK}?visit=visit-1")).text
        form = form_of(page, "complain") | {"subject": "other", "said_contact": "0900 000 000"}
        await http.post(f"{DESK}/complain", data=form)
        subject, known, about = taken.last

        hub.hub.site_keys.lock()
        locked = (await http.get(f"{DESK}?visit=visit-1")).text
        form = form_of(locked, "complain") | {"subject": "dose_missing"}
        answer = await http.post(f"{DESK}/complain", data=form)

    ticket = hub.visit("visit-1").ticket
    assert (subject, about, known.name) == ("other", "visit-1", "Kator Thị Nháp")
    assert known.words == f"Số thứ tự {ticket} · Liên lạc: 0900 000 000"
    assert "Kator" not in locked
    assert answer.headers["location"] == f"{DESK}/complaint/PA002"
    _, unread, about = taken.last
    assert (unread.name, unread.words, about) == (None, f"Số thứ tự {ticket}", "visit-1")


async def test_whoever_has_neither_document_nor_number_complains_and_need_say_nothing(
    tmp_path: Path,
) -> None:
    taken = Taken()
    made = care_hub(tmp_path, complaints=taken.rows)
    async with made as hub, hub.at("reception") as http:
        page = (await http.get(DESK)).text
        form = form_of(page, "complain") | {"subject": "other"}
        await http.post(f"{DESK}/complain", data=form | SAID | {"said_ticket": "A012"})
        await http.post(f"{DESK}/complain", data=form)
        refused = await http.post(f"{DESK}/complain", data=form | SAID | {"subject": ""})

    (_, told, about), (_, nobody, _) = taken.rows
    assert (told.number, told.name, about) == (None, "Kator Thị Nháp", "")
    assert told.words == (
        "Số thứ tự đọc từ phiếu: A012 · Liên lạc: 0900 000 000 · Lời phản ánh: Chờ lâu"
    )
    assert (nobody.name, nobody.words) == (None, None)
    assert refused.status_code == 409
    assert "0900 000 000" in refused.text  # what was typed is there still


def test_what_somebody_says_of_themselves_lies_sealed_in_the_journal() -> None:
    device = DeviceId("hub-0001")
    clock = SimulatedClock()
    journal, keys = SimulatedJournal(device=device, clock=clock), SimulatedKeys(device)
    recorder = Recorder(
        journal=journal,
        keys=keys,
        clock=clock,
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        ticket_prefix="A",
    )
    who = Identity(document="without_number", number=None, name=SAID["said_name"], words="0900")

    stored = recorder.complaint_of(Subject.OTHER, who, "", "desk", "visit-1")

    (entry,) = journal.entries(0, most=10, most_bytes=1 << 20)
    event = decode_event(entry.data)
    assert (event.visit, event.person, stored.ticket) == ("visit-1", None, "PA001")
    assert stored.visit != "visit-1"  # its slip is not the visit's
    assert b"0900" not in entry.data
    assert "Nháp".encode() not in entry.data
    assert decode_identity(unseal(event.sealed or {}, event.id, keys.centre_seal)) == who
