"""What lies of a person in events alone: listed for whoever asks, gone with whoever is erased."""

import msgspec
import pytest
import sqlalchemy as sa
from factories.carried_sheets import PROVINCE
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from factories.facts import Journal, check_in, event, visit_id
from factories.site_days import at_desk
from factories.wire import CENTRE_SEAL, OTHER_SEAL, SITE_SEAL

from central.adapters import database
from central.adapters.persons_sql import SqlPersons
from central.adapters.requests_sql import SqlRequests
from central.adapters.tables_doses import reaction_records
from central.adapters.visit_store import SqlProjection
from central.api.words_requests import with_words
from central.domain.erasure import erased, held_in
from central.services.persons import Persons
from central.services.place_names import PlaceNames
from central.services.projection import Projector
from central.services.requests import Requests, SealedTo, cells
from protocol import events, sealing
from protocol import site_events as site

NAMES = PlaceNames(sites={"phuoc-dinh": "Trạm Y tế xã Phước Dinh"})
SHOWN = events.EarlierDoses(dose=1, doses=2, day="2021-06-01", product="EU/1/20/1528", country="VN")


class StandingClock:
    def now(self):
        return AT


def to_site(made: events.Event, form: bytes = b"{}", *, centre: bool = False) -> events.Event:
    """Return an event with what is sealed to the site, and to the centre where that is said."""
    keys = [CENTRE_SEAL.public_key()] * centre + [SITE_SEAL.public_key()]
    return msgspec.structs.replace(made, sealed=sealing.seal(form, made.id, keys))


def arrived(seq: int, **handed: object) -> events.Event:
    said = {"event": "e", "device": "kiosk-0001", "hlc": "019aa0000000-0000", "ticket": "A001"}
    seal = sealing.seal(b"who", "e", [SITE_SEAL.public_key()])
    return at_desk(seq, site.Arrived(**said, sealed=seal), person="ab" * 32, **handed)


def of_day() -> list[events.Event]:
    """Return what a hub journals of one person, at the places from 10."""
    noted = {"event": "c", "device": "kiosk-0001", "hlc": "019aa0000000-0000", "verdict": "valid"}
    seal = sealing.seal(b"dose", "c", [SITE_SEAL.public_key()])
    held = site.Held(ticket="A001", station="screening", desk="1", staff="s", reason="Chị Mẫu mệt")
    return [
        arrived(10),
        to_site(at_desk(11, site.Screened(conclusion="eligible", staff="minh"))),
        to_site(at_desk(12, site.ReactionRecorded(severity="mild", staff="hoa"))),
        at_desk(13, site.CertificateNoted(**noted, sealed=seal)),
        at_desk(14, held),
        at_desk(15, site.Finished(ticket="A001", station="screening", staff="s", to="", desk="1")),
        to_site(at_desk(16, site.Screened(conclusion="eligible", staff="minh"), 2)),
    ]


@pytest.fixture(scope="module", params=DATABASES)
def engine(request, tmp_path_factory):
    engine = ready_engine(request, tmp_path_factory.mktemp("held"))
    seen = event(2, events.CertificateSeen(verdict="valid"), visit=visit_id(1))
    seen = to_site(seen, events.encode_earlier_doses(SHOWN), centre=True)
    Journal(engine).add(check_in(1), seen, check_in(3, visit=2, identity=replace_number()))
    Journal(engine, device="hub-0001").add(*of_day())
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    return engine


def replace_number() -> events.Identity:
    return events.Identity(document="cccd_2021", number="058200000015", name="Chamaléa Văn Thử")


def desk(engine, key=CENTRE_SEAL):
    clock = StandingClock()
    return Requests(SqlRequests(engine), Persons(SqlPersons(engine), clock), clock, key)


def test_each_form_is_listed_with_its_time_and_the_site_that_alone_opens_it_then_erased(engine):
    held = desk(engine).held(PROVINCE, visit_id(1), "json")

    told = {row["type"]: row for row in with_words("vi", held, NAMES)["in_events"]}
    alone = "niêm phong cho điểm tiêm Trạm Y tế xã Phước Dinh (phuoc-dinh); trung tâm không mở được"
    for kind in ("screened", "reaction_recorded", "arrived", "certificate_noted"):
        assert told[kind]["who_opens"] == alone
    assert told["screened"]["event"] == of_day()[1].id
    assert told["screened"]["at"] == of_day()[1].at
    assert "nhiệt độ" in told["screened"]["what"]
    assert told["checked_in"]["sealed_to"] == SealedTo.BOTH
    assert (told["held"]["sealed_to"], told["held"]["words"]) == (SealedTo.NOBODY, "Chị Mẫu mệt")
    [shown] = held["certificates_seen"]
    assert (shown["dose"], shown["day"], shown["problem"]) == (1, "2021-06-01", "")
    sheet = cells(with_words("en", held, NAMES))["in_events"]
    assert sheet[0][:2] == ["what", "who_opens"]
    assert "sealed to site Trạm Y tế xã Phước Dinh (phuoc-dinh)" in "\n".join(map(str, sheet))

    with engine.begin() as connection:
        connection.execute(sa.update(reaction_records).values(adverse_event="a1"))
    done = desk(engine).erase(PROVINCE, visit_id(1), "YC-7")

    assert done.events == len(held["in_events"]) == 7
    assert opened_by_the_site(engine) == {visit_id(2): 2}


def opened_by_the_site(engine) -> dict[str, int]:
    """Return how many sealings to the site are left, by visit."""
    mine, left = sealing.key_id(SITE_SEAL.public_key()), {}
    with engine.connect() as connection:
        for data in connection.scalars(sa.select(database.raw_events.c.data)):
            if mine.encode() in data:
                visit = events.decode_event(data).visit
                left[visit] = left.get(visit, 0) + 1
    return left


def test_a_certificate_that_was_sealed_to_another_centre_is_listed_and_said_to_be_shut(engine):
    seen = event(1, events.CertificateSeen(verdict="valid"), visit=visit_id(5))
    Journal(engine, device="kiosk-0005").add(
        check_in(5), to_site(msgspec.structs.replace(seen, id="seen-5"), centre=True)
    )
    Projector(SqlProjection(engine), CENTRE_SEAL).step()

    [shut] = desk(engine, OTHER_SEAL).held(PROVINCE, visit_id(5), "json")["certificates_seen"]
    [asked] = desk(engine, None).held(PROVINCE, visit_id(5), "json")["certificates_seen"]

    assert (shut["event"], shut["problem"]) == ("seen-5", "not_sealed_to_us")
    assert (asked["event"], asked["problem"]) == ("seen-5", "not_opened")


def test_what_a_hub_handed_on_goes_out_of_the_body_and_its_key_of_the_day_too():
    whole = arrived(1)
    data = events.encode_event(whole)
    gone = events.decode_event(erased(data))
    body = events.decode_body(gone)

    assert body == msgspec.structs.replace(events.decode_body(whole), sealed=None)
    assert gone.person is None
    assert held_in(data).sealed.keys() == {sealing.key_id(SITE_SEAL.public_key())}
    assert held_in(erased(data)) is None
    assert held_in(b"?") is None


def test_nothing_is_held_in_what_only_says_where_somebody_went_and_odd_bodies_are_no_hindrance():
    plain = events.encode_event(of_day()[5])
    strange = msgspec.structs.replace(arrived(1), body=msgspec.Raw(b'{"sealed":"?"}'))
    broken = msgspec.structs.replace(arrived(1), body=msgspec.Raw(b"[]"))

    assert held_in(plain) is None
    assert erased(plain) is None
    assert held_in(events.encode_event(strange)).sealed == {}
    assert b"?" not in erased(events.encode_event(strange))
    assert held_in(events.encode_event(broken)) is None


def test_a_printed_copy_no_longer_says_of_which_dose():
    printed = events.CertificatePrinted(job="j-1", dose="d-1", proof="proven", reprint=True)
    data = events.encode_event(event(1, printed))

    left = events.decode_body(events.decode_event(erased(data)))

    assert left == msgspec.structs.replace(printed, dose="")
    assert erased(erased(data)) is None
