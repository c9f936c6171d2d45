"""From what a site's hub journals to facts: each its row, in any order, and one bad body alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from factories.devices import AT
from factories.facts import MAU, check_in, event, later, stored, visit_id
from factories.site_days import at_desk, dose, sealed
from factories.site_events import site_bodies
from factories.wire import CENTRE_SEAL, OTHER_SEAL
from hypothesis import given
from hypothesis import strategies as st

from central.domain import site_facts as facts
from central.domain.dose_keys import day_of_dose, lot_key, vaccine_key
from central.domain.facts import DeviceSeen, Trouble, Visit
from central.domain.projection import RULES, facts_of, settle
from protocol import events, sealing
from protocol import site_events as site


def unseal(found, event_id):
    return sealing.unseal(found, event_id, CENTRE_SEAL)


def made_of(*made):
    return [fact for one in made for fact in facts_of(one, unseal)]


def only(kind, *made):
    (fact,) = [fact for fact in made_of(*made) if isinstance(fact, kind)]
    return fact


def tables(found):
    return {rule.fact.__name__: settle(rule, {}, found) for rule in RULES}


def test_an_arrival_names_the_check_in_that_it_took():
    arrived = check_in(1)
    body = site.Arrived(
        event=arrived.id, device="kiosk-0002", hlc=arrived.hlc, ticket="A001", priority="elderly"
    )

    queued = only(facts.Queued, stored(event(2, body, visit=visit_id(1)), device="hub-0001"))

    assert queued.event == only(Visit, stored(arrived)).event
    assert (queued.visit, queued.device, queued.kiosk) == (visit_id(1), "hub-0001", "kiosk-0002")


def test_an_arrival_that_names_no_visit_is_linked_by_the_event_alone():
    body = site.Arrived(event="e1", device="kiosk-0002", hlc="x", ticket="A001")

    assert only(facts.Queued, stored(event(1, body))).visit == "e1"


def test_the_first_call_and_the_last_finish_of_a_station_are_its_times():
    desk = {"ticket": "A001", "station": "screening", "desk": "1", "staff": "minh"}
    found = made_of(
        stored(at_desk(3, site.Called(**desk))),
        stored(at_desk(9, site.Called(**desk))),
        stored(at_desk(4, site.Finished(**desk, to="injection"))),
        stored(at_desk(10, site.Finished(**desk, to="observation"))),
    )

    (call,) = tables(found)["Call"].values()
    (finish,) = tables(found)["Finish"].values()
    assert call.when.occurred_at == AT + timedelta(seconds=3)
    assert (finish.when.occurred_at, finish.going_to) == (AT + timedelta(seconds=10), "observation")


def test_a_dose_carries_what_the_platform_asks_for():
    given_dose = only(facts.Dose, stored(dose(1, warnings=("lot_of_other_vaccine",))))

    assert (given_dose.vaccine, given_dose.lot, given_dose.dose_number) == ("VX Một", "AB-12", 2)
    assert (given_dose.vaccine_key, given_dose.lot_key) == ("vxmot", "AB12")
    assert (given_dose.injector, given_dose.day) == ("hoa", "2026-11-22")


def test_a_dose_that_names_no_visit_was_given_all_the_same():
    made = dose(1, visit=None)

    assert only(facts.Dose, stored(made)).visit == made.id


def test_what_was_written_on_paper_first_has_the_time_that_is_written_there():
    on_paper = (AT - timedelta(hours=20)).isoformat()

    given_dose = only(facts.Dose, stored(dose(1, happened_at=on_paper)))

    assert given_dose.when.occurred_at == AT - timedelta(hours=20)
    assert given_dose.day == "2026-11-21"


@pytest.mark.parametrize("written", ["", "noon", "2031-01-01T00:00:00Z", "2026-11-22T01:00:00"])
def test_a_time_on_paper_that_cannot_be_is_not_believed(written):
    given_dose = only(facts.Dose, stored(dose(1, happened_at=written)))

    assert given_dose.when.occurred_at == AT + timedelta(seconds=1)


def test_the_day_of_a_dose_is_vietnams():
    assert day_of_dose(AT.replace(hour=17, minute=30)) == "2026-11-23"


def test_a_vaccine_and_a_lot_are_compared_as_people_mean_them():
    assert vaccine_key("VẮC-XIN  Một") == vaccine_key("vac xin mot")
    assert lot_key(" ab-12 3") == "AB123"


def test_an_event_of_a_visit_that_names_none_is_a_trouble():
    found = made_of(stored(event(1, site.ReactionRecorded(severity="mild", staff="hoa"))))

    assert [type(fact) for fact in found] == [DeviceSeen, Trouble]
    assert found[1].detail == "reaction_recorded"


def test_a_complaint_is_known_by_person_and_words():
    who = events.Identity(document="cccd_2021", number=MAU.number, name=MAU.name, words="thiếu mũi")
    made = sealed(event(1, events.ComplaintOpened(subject="dose_missing", ticket="PA1")), who)

    complaint = only(facts.Complaint, stored(made))

    assert (complaint.number, complaint.words, complaint.problem) == (MAU.number, "thiếu mũi", None)
    assert "thiếu" not in repr(complaint)


def test_a_complaint_of_somebody_unknown_is_no_trouble():
    made = event(1, events.ComplaintOpened(subject="other", ticket="PA1"), visit=visit_id(1))

    found = made_of(stored(made))

    assert not [fact for fact in found if isinstance(fact, Trouble)]
    assert only(facts.Complaint, stored(made)).visit == visit_id(1)


@pytest.mark.parametrize(
    "body",
    [
        events.ComplaintOpened(subject="other", ticket="PA1"),
        site.StaffAdded(staff="hoa", role="injection"),
    ],
)
def test_a_seal_that_does_not_open_is_a_trouble_beside_the_fact(body):
    made = event(1, body)
    fields = {name: getattr(made, name) for name in made.__struct_fields__}
    seal = sealing.seal(events.encode_identity(MAU), made.id, [OTHER_SEAL.public_key()])

    found = made_of(stored(events.Event(**(fields | {"sealed": seal}))))

    (trouble,) = [fact for fact in found if isinstance(fact, Trouble)]
    assert trouble.kind == "identity_unreadable"
    assert {fact.problem for fact in found if hasattr(fact, "problem")} == {"not_sealed_to_us"}


def test_a_member_of_staff_has_a_name_at_the_centre():
    who = events.Identity(document="staff", number=None, name="Kator Thị Nháp")
    made = sealed(event(1, site.StaffAdded(staff="hoa", role="injection", by="lan")), who)

    joined = only(facts.StaffJoined, stored(made))

    assert (joined.member, joined.name) == ("phuoc-dinh/hoa", "Kator Thị Nháp")


def test_paper_vials_hub_and_days_have_their_rows():
    found = made_of(
        stored(event(1, events.PaperChanged(paper="near_end", used_mm=40_000, left_mm=900))),
        *(stored(event(n, body)) for n, body in enumerate(site_bodies(), 2)),
    )

    kinds = {type(fact) for fact in found}
    assert kinds >= {
        facts.Paper, facts.OpenedVial, facts.DiscardedDoses, facts.StaffGone, facts.Promotion,
        facts.Opening, facts.Closing,
    }  # fmt: skip


def _day():
    """A site's day with everything twice, corrected, from two hubs and with a body that is wrong."""
    bodies = [stored(at_desk(n, body)) for n, body in enumerate(site_bodies(), 1)]
    made = [
        *bodies,
        *(replace(one, device="kiosk-0002") for one in bodies[:8]),
        *(stored(at_desk(n + 40, body)) for n, body in enumerate(site_bodies(), 1)),
        stored(check_in(90)),
        stored(event(89, events.ScanRefused(document="url", reason="web_address"))),
        *(replace(stored(check_in(88)), device=device) for device in ("kiosk-0003", "kiosk-0002")),
        stored(dose(91)),
        stored(dose(92, replaces=dose(91).id, lot="CD")),
        stored(event(93, events.PaperChanged(paper="out", used_mm=1))),
        stored(event(94, events.PaperChanged(paper="enough", used_mm=0, roll_changed=True))),
        stored(event(95, site.Called(ticket="A1", station="x", desk="1", staff="l"))),
        stored(at_desk(96, site.Left(staff="hoa"), hlc="garbage")),
        stored(
            events.encode_event(event(97, site.Left(staff="hoa"))).replace(b'"hoa"', b"7")
        ),
    ]  # fmt: skip
    return [*made, *(later(one, 30) for one in made[::2]), *(later(one, 9) for one in made[::5])]


DAY = _day()
EXPECTED = tables(made_of(*DAY))


@given(st.permutations(range(len(DAY))), st.lists(st.sampled_from(range(len(DAY))), max_size=5))
def test_any_order_and_any_repetition_give_the_same_tables(order, again):
    assert tables(made_of(*(DAY[place] for place in [*order, *again]))) == EXPECTED


def test_an_event_that_came_from_two_devices_is_told_of_one_of_them():
    refused = stored(event(1, events.ScanRefused(document="url", reason="web_address")))
    other = replace(refused, device="kiosk-0002")

    assert tables(made_of(refused, other)) == tables(made_of(other, refused))


def test_a_body_that_cannot_be_read_is_a_trouble_alone():
    troubles = [fact for fact in made_of(*DAY) if isinstance(fact, Trouble)]

    assert {(one.kind, one.detail) for one in troubles} == {
        ("event_unreadable", "bad_body"),
        ("visit_missing", "called"),
    }


WORDS = st.text(max_size=300)


@given(
    body=st.one_of(
        st.builds(site.Vaccinated, vaccine=WORDS, lot=WORDS, dose_number=st.integers(1, 99),
                  injector=WORDS, staff=WORDS, expiry=WORDS, happened_at=WORDS, replaces=WORDS),
        st.builds(site.Called, ticket=WORDS, station=WORDS, desk=WORDS, staff=WORDS),
        st.builds(site.VialOpened, vial=WORDS, vaccine=WORDS, lot=WORDS, staff=WORDS,
                  doses=st.just(1)),
        st.builds(site.StaffAdded, staff=WORDS, role=WORDS),
        st.builds(site.SessionOpened, day=WORDS),
        st.builds(events.ComplaintOpened, subject=WORDS, ticket=WORDS),
    ),
    visit=st.none() | WORDS,
    sealing_=st.none() | st.dictionaries(WORDS, WORDS, max_size=2),
)  # fmt: skip
def test_whatever_a_hub_writes_is_facts_and_never_an_error(body, visit, sealing_):
    assert facts_of(stored(event(1, body, visit=visit, sealed=sealing_)), unseal)
