"""Who is one person: linked by number or name and birth date, joined by people, undone by people."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories.dashboards import StandingClock
from factories.devices import AT
from factories.facts import MAU, Journal, check_in, visit_id
from factories.logins import browser
from factories.wire import CENTRE_SEAL
from hypothesis import given
from hypothesis import strategies as st

from central.adapters.persons_sql import SqlPersons
from central.adapters.tables_people import audit
from central.adapters.visit_store import SqlProjection
from central.domain.accounts import Role, Visitor
from central.domain.persons import Identity, Merge, MergeRefused, Person, check_merge, persons
from central.services.persons import Persons
from central.services.projection import Projector
from protocol import events

NUMBERS = st.sampled_from([None, "058185000123", "058185000124", "264000456"])
NAMES = st.sampled_from([None, "Nguyễn Thị Mẫu", "NGUYEN THI MAU", "Đổng Thị Giả", "--"])
BIRTHS = st.sampled_from([None, "1985-08-17", "1985-08-18", "1985"])


@st.composite
def crowds(draw):
    """Return identities with ids of their own, and merges between them, some undone."""
    size = draw(st.integers(1, 9))
    known = [
        Identity(
            f"v{place}", "phuoc-dinh", AT + timedelta(minutes=draw(st.integers(0, 3))),
            number=draw(NUMBERS), old_number=draw(NUMBERS), name=draw(NAMES), birth=draw(BIRTHS),
            sex=draw(st.sampled_from([None, "male", "female"])),
        )
        for place in range(size)
    ]  # fmt: skip
    visits = st.sampled_from([f"v{place}" for place in range(size + 1)])
    merges = [
        merge(number, draw(visits), draw(visits), undone=draw(st.booleans()))
        for number in range(draw(st.integers(0, 4)))
    ]
    return known, merges


def merge(number, left, right, *, undone=False):
    return Merge(number, left, right, "card_seen", "xa", AT, undone_at=AT if undone else None)


def groups(found):
    return {person.visits for person in found}


@given(crowds(), st.randoms())
def test_the_order_in_which_things_are_known_changes_nothing(crowd, random):
    known, merges = crowd
    expected = persons(known, merges)
    shuffled, others = known[:], merges[:]
    random.shuffle(shuffled)
    random.shuffle(others)

    assert persons(shuffled, others) == expected
    assert sorted(v for group in groups(expected) for v in group) == sorted(i.visit for i in known)


@given(crowds(), st.integers(0, 8), st.integers(0, 8))
def test_a_merge_joins_and_its_undoing_returns_to_an_equal_state(crowd, one, other):
    known, merges = crowd
    left, right = (known[place % len(known)].visit for place in (one, other))
    before = persons(known, merges)

    joined = persons(known, [*merges, merge(99, left, right)])
    undone = persons(known, [*merges, merge(99, left, right, undone=True)])

    assert any({left, right} <= group for group in groups(joined))
    assert undone == before


@given(crowds())
def test_one_number_is_one_person_whatever_else_is_said(crowd):
    known, merges = crowd
    home = {visit: person for person in persons(known, merges) for visit in person.visits}
    for one in known:
        for two in known:
            if one.number is not None and one.number in {two.number, two.old_number}:
                assert home[one.visit] is home[two.visit]


def who(visit, **said):
    return Identity(visit, "phuoc-dinh", AT, **said)


NAMED = {"name": "Nguyễn Thị Mẫu", "birth": "1985-08-17"}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([who("b", number="1", **NAMED)], {frozenset("ab")}),
        ([who("b", number="1", sex="male", **NAMED)], {frozenset("a"), frozenset("b")}),
        ([who("b", name="NGUYEN THI MAU", birth="1985-08-17", number="1")], {frozenset("ab")}),
        ([who("b", name="Nguyễn Thị Mẫu", birth="1985", number="1")],
         {frozenset("a"), frozenset("b")}),
        ([who("b", sex="female", **NAMED)], {frozenset("ab")}),
        ([who("b", **NAMED)], {frozenset("a"), frozenset("b")}),
    ],
)  # fmt: skip
def test_without_a_number_name_birth_date_and_sex_decide(others, expected):
    assert groups(persons([who("a", sex="female", **NAMED), *others], [])) == expected


def test_of_two_namesakes_nobody_guesses():
    found = persons(
        [who("a", **NAMED), who("b", number="1", **NAMED), who("c", number="2", **NAMED)], []
    )

    assert groups(found) == {frozenset("a"), frozenset("b"), frozenset("c")}
    assert [person.doubtful for person in found] == [True, False, False]


def test_a_number_that_was_issued_anew_is_an_alias():
    later = Identity("b", "x", AT + timedelta(days=1), number="2", old_number="1")
    [person] = persons([who("a", number="1"), later], [])

    assert person.numbers == ("2", "1")
    assert person.handle == "a"


def test_one_person_cannot_be_joined_with_themselves():
    person = Person((who("a"),))

    with pytest.raises(MergeRefused, match="one_already"):
        check_merge(person, person)
    check_merge(person, Person((who("b"),)))


@pytest.fixture
def engine(engine):
    """Mẫu twice by one number, once by another number, and somebody at another site."""
    anew = events.Identity(
        document="cccd_2021", number="058185000999", name="NGUYỄN THỊ MẪU", birth="1985-08-17",
        sex="female",
    )  # fmt: skip
    Journal(engine).add(check_in(1), check_in(2), check_in(3, identity=anew))
    Journal(engine, device="kiosk-0002", site="phuoc-dai").add(check_in(4, identity=anew))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    return engine


def found(client, **form):
    return re.findall(r'name="visit" value="([^"]+)"', client.post("/persons", data=form).text)


def test_a_look_up_by_name_finds_both_a_merge_joins_them_and_undo_parts_them(engine, url):
    named = {"name": "nguyen thi mau", "birth": "1985-08-17"}
    with browser(url, "tinh") as client:
        both = found(client, **named)
        assert len(both) == 2
        assert found(client, number=MAU.number) == both[:1]

        done = client.post("/persons/merge", data={"visit": both, "reason": "number_reissued"})
        page = client.get(done.headers["location"]).text
        assert "058185000999, 058185000123" in page
        assert found(client, number=MAU.number) == found(client, **named) == both[:1]

        again = client.post("/persons/merge", data={"visit": both, "reason": "card_seen"})
        assert "đã là một người" in client.get(again.headers["location"]).text
        client.post("/persons/undo", data={"merge": 1})
        assert found(client, **named) == both
        again = client.post("/persons/undo", data={"merge": 1})
        assert "Không có lần gộp" in client.get(again.headers["location"]).text

    with engine.connect() as connection:
        rows = connection.execute(sa.select(audit)).all()
    said = [row.what for row in rows]
    assert said.count("person_merged") == said.count("person_unmerged") == 1
    assert said.count("person_searched") == 5
    assert "person_read" in said
    assert "058185" not in str(rows)
    assert "mau" not in str(rows).lower()


def test_of_elsewhere_no_merge_is_shown_and_none_undone(engine):
    anyone = Persons(SqlPersons(engine), StandingClock())
    province = Visitor("tinh", "Đổng Thị Tỉnh", Role.PROVINCE, None)
    here = Visitor("xa", "Kator Văn Xã", Role.COMMUNE, frozenset({"phuoc-dinh"}))
    elsewhere = Visitor("xa-2", "Pi Năng Văn Xã", Role.COMMUNE, frozenset({"my-son"}))
    number = anyone.merge(province, visit_id(1), visit_id(3), "card_seen")

    for visitor, merge in ((elsewhere, number), (here, 99)):
        with pytest.raises(MergeRefused, match="no_merge"):
            anyone.undo(visitor, merge)
    assert anyone.merges(elsewhere) == []
    assert [one.stands for one in anyone.merges(here)] == [True]
    anyone.undo(here, number)
    assert [one.stands for one in anyone.merges(province)] == [False]


def test_a_site_sees_who_came_to_it_and_joins_nobody(url):
    with browser(url, "tram") as client:
        assert "Không tìm thấy ai." in client.post("/persons", data={"number": MAU.number}).text
        page = client.post("/persons", data={"number": "058185000999"}).text
        assert "•••999" in page
        assert client.post("/persons/merge", data={"visit": ["a", "b"]}).status_code == 403
        assert client.get("/persons/of/nobody").status_code == 404
    with browser(url, "cntt") as client:
        assert client.get("/persons").status_code == 403


def test_nothing_is_asked_for_nothing(url):
    with browser(url, "tinh") as client:
        assert "Không tìm thấy ai." in client.post("/persons").text
        one = {"visit": ["a"], "reason": "card_seen"}
        assert "problem=choose_two" in client.post("/persons/merge", data=one).headers["location"]
