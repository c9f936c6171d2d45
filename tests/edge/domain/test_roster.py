"""What the list says of a person: who is found, what differs, and where it leads."""

import hashlib

import pytest
from factories.rosters import claim, entry, page
from hypothesis import given
from hypothesis import strategies as st

from edge.domain.roster import Desks, Difference, Roster, Standing, match
from edge.simulated.roster import SimulatedRoster
from protocol.documents.model import DocumentClass, PartialDate
from protocol.identity import SiteId


def key(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()


def roster(*entries) -> Roster:
    return Roster().apply(page(entries), key)


def differences(entry, claim):
    return [(d.field, d.card, d.roster) for d in match(claim, entry).differences]


def test_a_person_is_found_by_number():
    assert roster(entry(1), entry(2, number="058185000124")).find(claim(), key).id == 1


def test_a_person_whom_the_list_has_under_the_old_number_is_found_by_it():
    found = roster(entry(number="264000456")).find(claim(old_number="264000456"), key)

    assert found.id == 1
    assert differences(found, claim()) == [("number", "058185000123", "******456")]


def test_a_person_with_another_number_is_found_by_name_and_birth_however_it_is_typed():
    listed = entry(number="058185999999", name="NGUYEN THI MAU")

    assert roster(listed).find(claim(), key) == listed


def test_two_people_of_one_name_and_birth_are_nobodys_match():
    twins = roster(entry(1, number="058185000001"), entry(2, number="058185000002"))

    assert twins.find(claim(), key) is None


def test_of_two_namesakes_the_one_with_the_whole_same_birth_date_is_meant():
    both = roster(entry(1, number=None), entry(2, number=None, birth=PartialDate(1985)))

    assert both.find(claim(), key).id == 1


def test_a_birth_year_alone_is_enough_where_nobody_else_fits():
    assert roster(entry(number=None, birth=PartialDate(1985))).find(claim(), key).id == 1


@pytest.mark.parametrize("lacking", [{"name": None}, {"birth": None}])
def test_without_name_or_birth_nobody_is_found_by_them(lacking):
    other = {"number": "058185000999"} | lacking

    assert roster(entry()).find(claim(**other), key) is None


@pytest.mark.parametrize(
    ("listed", "card"),
    [
        ("Nguyễn Thị Hoà", "Nguyễn Thị Hòa"),
        ("NGUYỄN THỊ HÒA", "Nguyễn Thị Hòa"),
        ("Ðổng Thị Giả", "Đổng Thị Giả"),
        ("Pi-năng  Dụ", "Pinăng Dụ"),
    ],
)
def test_how_a_name_was_typed_is_no_difference(listed, card):
    assert differences(entry(name=listed), claim(name=card)) == []


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ({"name": "Nguyễn Thị Mậu"}, ("name", "Nguyễn Thị Mẫu", "Nguyễn Thị Mậu")),
        ({"birth": PartialDate(1985, 8, 18)}, ("birth", "1985-08-17", "1985-08-18")),
        ({"birth": PartialDate(1986)}, ("birth", "1985-08-17", "1986")),
        ({"sex": "male"}, ("sex", "female", "male")),
        ({"number": "058185000321"}, ("number", "058185000123", "*********321")),
    ],
)
def test_each_field_that_differs_is_told(listed, expected):
    assert differences(entry(**listed), claim()) == [expected]


@pytest.mark.parametrize("unknown", [{"name": None}, {"birth": None}, {"sex": None}])
def test_what_either_side_does_not_say_is_no_difference(unknown):
    assert differences(entry(**unknown), claim()) == []
    assert differences(entry(), claim(**unknown)) == []


def test_a_year_on_the_list_and_a_day_on_the_card_do_not_contradict():
    assert differences(entry(birth=PartialDate(1985)), claim()) == []


def test_a_passport_without_accents_is_compared_without_accents():
    card = claim(document=DocumentClass.PASSPORT, name="NGUYEN THI MAU")

    assert differences(entry(), card) == []


def test_what_the_police_verified_under_other_data_is_to_be_supplemented():
    assert match(claim(), entry()).standing is Standing.VERIFIED
    assert match(claim(sex="male"), entry()).standing is Standing.TO_SUPPLEMENT


def test_who_is_not_on_the_list_is_unknown_and_a_foreigner_exempt():
    assert match(claim(), None).standing is Standing.UNKNOWN
    assert match(claim(nationality="SWE"), None).standing is Standing.EXEMPT
    assert match(claim(document=DocumentClass.PASSPORT), None).standing is Standing.EXEMPT


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (Standing.VERIFIED, "verified"),
        (Standing.TO_SUPPLEMENT, "to_supplement"),
        (Standing.EXEMPT, "exempt"),
        (Standing.UNKNOWN, "unverified"),
    ],
)
def test_nobody_on_the_list_is_told_that_they_are_not(standing, told):
    assert match(claim(), entry(standing=standing)).told == told


def test_not_on_the_list_and_no_list_here_are_told_apart():
    assert match(claim(), None).told == "not_listed"
    assert match(claim(), None, absent="no_list").told == "no_list"
    assert match(claim(nationality="SWE"), None, absent="no_list").told == "exempt"


def test_standing_decides_the_desk_and_the_list_may_name_another():
    desks = Desks(to_supplement="Bàn 2", unknown="Bàn 3")

    assert match(claim(), None, desks).desk == "Bàn 3"
    assert match(claim(sex="male"), entry(), desks).desk == "Bàn 2"
    assert match(claim(), entry(), desks).desk == ""
    assert match(claim(), entry(desk="Bàn 9"), desks).desk == "Bàn 9"


def test_appointment_and_doses_come_along_as_a_hint():
    found = match(claim(), entry(appointment="08:00", doses=1, last_dose=PartialDate(2021, 10, 2)))

    assert (found.appointment, found.doses, found.last_dose) == (
        "08:00",
        1,
        PartialDate(2021, 10, 2),
    )


def test_nobody_is_named_where_a_match_or_a_roster_is_shown():
    shown = repr(match(claim(name="Lê Văn Bịa"), entry())) + repr(roster(entry()))

    assert "Mẫu" not in shown
    assert "Bịa" not in shown
    assert Difference("name", "a", "b") == Difference("name", "a", "b")


def test_a_number_that_went_over_to_another_row_is_found_there():
    before = roster(entry(1), entry(2, number=None, name="Lê Văn Bịa"))

    taken = before.apply(page([entry(2, name="Lê Văn Bịa")], 2), key)
    settled = taken.apply(page([entry(1, number=None)], 3), key)

    assert settled.find(claim(), key).id == 2


def test_a_person_without_a_birth_date_can_be_changed_and_removed():
    before = roster(entry(1, birth=None))

    named = before.apply(page([entry(1, birth=None, desk="Bàn 2")], 1), key)
    gone = named.apply(page(since=2, removed=(1,)), key)

    assert named.find(claim(), key).desk == "Bàn 2"
    assert (gone.find(claim(), key), len(gone)) == (None, 0)


def test_a_page_that_does_not_follow_changes_nothing():
    held = roster(entry())

    assert held.apply(page([entry(2)], 7), key) is held


numbers = st.sampled_from(["058185000001", "058185000002", "058185000003", None])
names = st.sampled_from(["Nguyễn Thị Mẫu", "Lê Văn Bịa"])
edits = st.lists(
    st.tuples(st.integers(1, 4), st.none() | st.builds(lambda n, m: {"number": n, "name": m}, numbers, names)),
    max_size=25,
)  # fmt: skip


@given(edits, st.lists(st.integers(0, 25), max_size=8), st.integers(1, 4))
def test_whatever_versions_it_passed_through_a_roster_ends_as_the_whole_one(history, stops, most):
    centre, held = SimulatedRoster(SiteId("phuoc-dinh"), most=most), Roster()
    for number, (row, change) in enumerate(history):
        if change is None:
            centre.remove(row)
        else:
            centre.put(entry(row, **change))
        if number in stops:
            held = brought_up(held, centre)

    held, fresh = brought_up(held, centre), brought_up(Roster(), centre)

    assert held.entries() == fresh.entries() == centre.people()
    assert {name: set(rows) for name, rows in held._by_name.items()} == {
        name: set(rows) for name, rows in fresh._by_name.items()
    }


@given(edits, st.data())
def test_a_page_that_comes_twice_or_late_does_no_harm(history, data):
    centre = SimulatedRoster(SiteId("phuoc-dinh"), most=3)
    centre.put(*(entry(row, **(change or {})) for row, change in history), entry(9))
    pages = [centre.fetch(0, "")]
    while pages[-1].through != pages[-1].last:
        pages.append(centre.fetch(pages[-1].through, pages[-1].head))
    delivered = data.draw(st.lists(st.sampled_from(pages), max_size=10))

    held = Roster()
    for each in [*delivered, *pages]:
        held = held.apply(each, key)

    assert held.entries() == centre.people()


def brought_up(held, centre):
    while True:
        page = centre.fetch(held.through, held.head)
        held = held.apply(page, key)
        if page.through == page.last:
            return held
