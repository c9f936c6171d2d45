"""From events to facts, and from facts to rows: whatever the order, whatever is missing."""

from datetime import timedelta

import pytest
from factories.devices import AT
from factories.facts import MAU, check_in, event, later, slip, stored, visit_id
from factories.wire import CENTRE_SEAL, OTHER_SEAL
from hypothesis import given
from hypothesis import strategies as st

from central.domain.facts import (
    Boot,
    CertificateCopy,
    DeviceSeen,
    KnownIdentity,
    Print,
    RefusedScan,
    Trouble,
    Visit,
)
from central.domain.projection import RULES, facts_of, settle
from central.domain.told import time_of
from protocol import events, sealing


def unseal(sealed, event_id):
    return sealing.unseal(sealed, event_id, CENTRE_SEAL)


def facts(*made):
    return [fact for one in made for fact in facts_of(one, unseal)]


def tables(found):
    return {rule.fact.__name__: settle(rule, {}, found) for rule in RULES}


def only(kind, found):
    (fact,) = [fact for fact in found if isinstance(fact, kind)]
    return fact


def test_a_check_in_makes_a_visit_and_an_identity():
    found = facts(stored(check_in(1)))

    visit = only(Visit, found)
    assert (visit.visit, visit.ticket, visit.site) == (visit_id(1), "A001", "phuoc-dinh")
    assert visit.identity_problem is None
    identity = only(KnownIdentity, found)
    assert (identity.number, identity.name) == ("058185000123", "Nguyễn Thị Mẫu")


def test_a_check_in_that_names_no_visit_is_a_visit_all_the_same():
    made = check_in(1, visit=None)
    bare = events.Event(**{n: getattr(made, n) for n in made.__struct_fields__ if n != "visit"})

    assert only(Visit, facts(stored(bare))).visit == made.id


def test_an_identity_sealed_to_somebody_else_flags_the_visit_and_raises_an_alarm():
    made = check_in(1)
    plain = events.encode_identity(MAU)
    for_others = sealing.seal(plain, made.id, [OTHER_SEAL.public_key()])
    fields = {n: getattr(made, n) for n in made.__struct_fields__}

    found = facts(stored(events.Event(**(fields | {"sealed": for_others}))))

    assert only(Visit, found).identity_problem == "not_sealed_to_us"
    assert only(Trouble, found).kind == "identity_unreadable"
    assert not [fact for fact in found if isinstance(fact, KnownIdentity)]


def test_an_identity_lifted_from_another_event_does_not_open():
    donor, made = check_in(1), check_in(2)
    fields = {n: getattr(made, n) for n in made.__struct_fields__}

    found = facts(stored(events.Event(**(fields | {"sealed": donor.sealed}))))

    assert only(Visit, found).identity_problem == "bad_seal"


def test_a_named_exception_without_identity_is_no_trouble():
    found = facts(stored(check_in(1, identity=None, exception="Y tá Giả")))

    assert only(Visit, found).exception == "Y tá Giả"
    assert not [fact for fact in found if isinstance(fact, Trouble)]


def test_a_missing_identity_without_exception_is_trouble():
    found = facts(stored(check_in(1, identity=None)))

    assert only(Visit, found).identity_problem == "not_sealed"
    assert only(Trouble, found).detail == "not_sealed"


@pytest.mark.parametrize("data", [b"", b"\xff\x00", b"[]", b'{"seq":1}', b"{" * 5000])
def test_an_event_that_cannot_be_read_is_an_alarm_and_nothing_else(data):
    (found,) = facts(stored(data))

    assert (found.kind, found.detail) == ("event_unreadable", "bad_event")


def test_an_unknown_type_says_only_that_its_device_lives():
    made = event(1, events.Booted(software="9.0"), type="balloon_released")

    (found,) = facts(stored(made))

    assert isinstance(found, DeviceSeen)


def test_every_other_fact_has_its_row():
    found = facts(
        stored(event(1, events.Booted(software="0.1.0", reason="power"))),
        stored(event(2, events.ScanRefused(document="url", reason="web_address"))),
        stored(event(3, events.PrintFailed(job="j", ticket="A001", reason="paper_out"))),
        stored(event(4, events.JournalReplaced(old_epoch="", salvaged=1, unreadable=2))),
    )

    assert only(Boot, found).software == "0.1.0"
    assert only(RefusedScan, found).reason == "web_address"
    assert only(Print, found).outcome == "failed"
    assert only(Trouble, found).detail == "salvaged=1 unreadable=2"


@pytest.mark.parametrize(
    "body",
    [
        events.SlipPrinted(job="j", ticket="A000", proof="proven", kind="test"),
        events.PrintFailed(job="j", ticket="A000", reason="paper_out", kind="test"),
        events.CertificatePrinted(job="j", dose="", proof="proven"),
        events.PrintFailed(job="j", ticket="d-1", reason="reprint_limit", kind="certificate"),
        events.SlipPrinted(job="j", ticket="d-1", proof="proven", kind="pending"),
        events.PrintFailed(job="j", ticket="d-1", reason="paper_out", kind="pending"),
    ],
)
def test_test_prints_and_paper_of_doses_are_in_no_figure_of_slips(body):
    found = facts(stored(event(1, body)))

    assert all(isinstance(fact, DeviceSeen) for fact in found)
    assert found


@pytest.mark.parametrize("proof", ["proven", "doubtful"])
def test_a_certificate_that_may_be_on_paper_is_known_by_its_dose_and_which_one_it_was(proof):
    body = events.CertificatePrinted(job="j", dose="d-1", proof=proof, certificate="ab")

    copy = only(CertificateCopy, facts(stored(event(1, body, visit=visit_id(1)))))

    assert (copy.dose, copy.certificate, copy.site) == ("d-1", "ab", "phuoc-dinh")
    assert copy.event == event(1, body).id
    assert visit_id(1) not in str(copy)


@pytest.mark.parametrize(
    ("remarks", "alarms"), [(("good",), []), (("blurred", "dark"), ["blurred dark"])]
)
def test_only_a_camera_that_needs_attention_is_an_alarm(remarks, alarms):
    body = events.SelfTested(
        frames=8, read=8, sharpness=0.9, light=0.5, glare=0.0, contrast=0.8, module_px=4.2,
        decode_ms=3.1, remarks=remarks,
    )  # fmt: skip

    found = facts(stored(event(1, body)))

    assert [fact.detail for fact in found if isinstance(fact, Trouble)] == alarms


def test_a_text_that_is_longer_than_its_column_is_cut():
    body = events.CheckedIn(ticket="A" * 500, document="cccd_2021", exception="x" * 500)

    visit = only(Visit, facts(stored(event(1, body))))

    assert (visit.ticket, visit.exception) == ("A" * 20, "x" * 120)


@pytest.mark.parametrize(
    ("at", "clock_ok"),
    [
        ((AT - timedelta(days=3 * 365)).isoformat(), True),
        ((AT + timedelta(days=3 * 365)).isoformat(), True),
        (AT.isoformat(), False),
        ("yesterday", True),
        ("2026-11-22T01:00:00", True),
        ("0001-01-01T00:00:00+14:00", True),
        ("9999-12-31T23:59:59-14:00", True),
    ],
)
def test_a_clock_that_cannot_be_right_is_kept_and_not_believed(at, clock_ok):
    made = event(1, events.Booted(software="1"), at=at, clock_ok=clock_ok)

    when = time_of(made, AT)

    assert (when.device_time, when.occurred_at, when.estimated) == (at, AT, True)


def test_a_believable_clock_is_believed_though_the_event_came_a_week_late():
    made = event(1, events.Booted(software="1"), at=AT.isoformat())

    when = time_of(made, AT + timedelta(days=7))

    assert (when.occurred_at, when.estimated) == (AT, False)


def test_two_check_ins_that_claim_one_visit_are_flagged_and_the_earliest_stands():
    one, two = stored(check_in(1, visit=7)), stored(check_in(2, visit=7, ticket="B002"))

    (row,) = tables(facts(two, one))["Visit"].values()

    assert (row.ticket, row.conflict) == ("A001", True)


def test_the_same_event_twice_is_no_conflict():
    one = stored(check_in(1))

    (row,) = tables(facts(one, later(one, 60)))["Visit"].values()

    assert row.conflict is False
    assert row.when.received_at == one.received_at


def _crowd():
    """Events that get in each other's way: doubles, clones, wrong clocks, one job printed twice."""
    made = [
        stored(check_in(1)),
        stored(check_in(2, visit=1, ticket="B002")),
        stored(check_in(2, visit=1, ticket="B002"), device="kiosk-0002"),
        stored(check_in(3, hlc="garbage")),
        stored(check_in(4, identity=None)),
        stored(check_in(5, clock_ok=False, at="1970-01-01T00:00:00Z")),
        stored(slip(6, 1)),
        stored(event(7, events.PrintFailed(job="job-1", ticket="A001", reason="cut"))),
        stored(event(8, events.Booted(software="1"))),
        stored(event(9, events.Booted(software="2"))),
        stored(event(10, events.ScanRefused(document="url", reason="web_address"))),
        stored(b"garbage"),
    ]
    return [*made, *(later(one, 30) for one in made[:6])]


CROWD = _crowd()
EXPECTED = tables(facts(*CROWD))


@given(st.permutations(range(len(CROWD))), st.lists(st.sampled_from(range(len(CROWD))), max_size=5))
def test_any_order_and_any_repetition_give_the_same_tables(order, again):
    assert tables(facts(*(CROWD[place] for place in [*order, *again]))) == EXPECTED


@given(st.permutations(range(len(CROWD))), st.integers(0, len(CROWD)))
def test_two_halves_settled_apart_and_then_together_give_the_same_tables(order, cut):
    first = tables(facts(*(CROWD[place] for place in order[:cut])))
    second = facts(*(CROWD[place] for place in order[cut:]))

    joined = {rule.fact.__name__: settle(rule, first[rule.fact.__name__], second) for rule in RULES}

    assert joined == EXPECTED


def test_a_fact_of_a_person_does_not_print_the_person():
    identity = only(KnownIdentity, facts(stored(check_in(1))))

    assert "Mẫu" not in repr(identity)
    assert "058185000123" not in repr(identity)


WORDS = st.text(max_size=400) | st.sampled_from(["", "\\", "%s", "0001-01-01T00:00:00+14:00"])


@given(
    body=st.one_of(
        st.builds(events.CheckedIn, ticket=WORDS, document=WORDS, exception=WORDS),
        st.builds(events.CertificatePrinted, job=WORDS, dose=WORDS, certificate=WORDS),
        st.builds(events.PrintFailed, job=WORDS, ticket=WORDS, reason=WORDS),
        st.builds(events.ScanRefused, document=WORDS, reason=WORDS),
        st.builds(events.Booted, software=WORDS, reason=WORDS),
    ),
    fields=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("at", "hlc", "boot", "visit", "person"), WORDS)
    ),
    sealed=st.none() | st.dictionaries(WORDS, WORDS, max_size=3),
)
def test_whatever_a_device_writes_is_facts_and_never_an_error(body, fields, sealed):
    made = event(1, body, sealed=sealed, **fields)

    assert facts_of(stored(made), unseal)
