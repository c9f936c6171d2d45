"""What is inside a certificate: read tolerantly where issuers differ, refused where it is no certificate."""

from datetime import UTC, date, datetime

import cbor2
import pytest
from factories.certificates import EXPIRES, PERSON, VACCINATION, claims, dcc, dcc_of_dose

from protocol.certificates.content import read_content
from protocol.certificates.model import Person, Stated, Statement
from protocol.documents.model import PartialDate
from protocol.errors import WireError

ENTRY = {"tg": "840539006", "co": "VN", "is": "Ban Cơ yếu", "ci": "URN:UVCI:01:VN:ABC"}


def person(**names: object) -> Person:
    return read_content(claims(dcc(nam=names))).person


def dose(**changes: object):
    [found] = read_content(claims(dcc_of_dose(**changes))).vaccinations
    return found


def birth(written: object) -> PartialDate | None:
    return read_content(claims(dcc(dob=written))).person.birth


def refused(payload: bytes) -> bool:
    with pytest.raises(WireError, match="bad_certificate_content"):
        read_content(payload)
    return True


def test_what_was_written_is_read():
    content = read_content(claims())

    assert content.person == PERSON
    assert content.vaccinations == (VACCINATION,)
    assert content.identifiers == (VACCINATION.identifier,)
    assert content.statement is Statement.VACCINATION
    assert (content.issuer, content.expires_at) == ("VN", EXPIRES.timestamp())
    assert content.not_before is None


def test_blanks_around_texts_do_not_count():
    assert dose(mp="EU/1/20/1528  ", co=" VN ").product == "EU/1/20/1528"
    assert person(fn="Nguyễn ", fnt="NGUYEN\t").surname == "Nguyễn"


def test_signs_that_move_a_cursor_or_turn_the_writing_become_blanks():
    assert person(fn="A\x1b[2JB", fnt="AB").surname == "A [2JB"
    assert person(fn="A\u202eB", fnt="AB").surname == "A B"


def test_a_decomposed_name_is_composed():
    assert person(fn="Ma\u0302\u0303u", fnt="MAU").surname == "Mẫu"


@pytest.mark.parametrize("group", [None, []])
def test_an_empty_group_is_like_none(group):
    assert read_content(claims(dcc(t=group, r=group))).vaccinations == (VACCINATION,)


def test_null_beside_a_dose_is_left_out():
    [entry] = dcc()["v"]

    assert len(read_content(claims(dcc(v=[None, entry]))).vaccinations) == 1


def test_numbers_of_doses_may_be_floats():
    found = dose(dn=2.0, sd=3.0)

    assert (found.dose, found.doses) == (2, 3)


def test_an_issuer_may_not_know_how_many_doses_there_are():
    assert dose(dn=1, sd=0).doses == 0


def test_more_doses_than_planned_are_no_fault():
    assert dose(dn=3, sd=2).dose == 3


@pytest.mark.parametrize(
    "number", [100, 1.5, -1, True, "2", None, ..., 1 << 70, float("nan"), float("inf")]
)
def test_a_number_that_counts_no_doses_is_refused(number):
    assert refused(claims(dcc_of_dose(dn=number)))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1985", PartialDate(1985)),
        ("1985-08", PartialDate(1985, 8)),
        ("1985-08-17", PartialDate(1985, 8, 17)),
        ("1985-00-00", PartialDate(1985)),
        ("1985-08-17T00:00:00", PartialDate(1985, 8, 17)),
        ("1985-08-17 ", PartialDate(1985, 8, 17)),
        ("", None),
        (" ", None),
        (None, None),
    ],
)
def test_birth_dates_may_be_incomplete(written, expected):
    assert birth(written) == expected


@pytest.mark.parametrize(
    "written", ["17.08.1985", "1985-02-30", "0000", "85", "1985-8-17", 1985, ...]
)
def test_what_is_no_birth_date_is_refused(written):
    fields = dcc(dob=written)

    assert refused(claims({k: v for k, v in fields.items() if v is not ...}))


def test_a_day_that_the_issuer_tagged_is_a_day():
    assert dose(dt=date(2021, 11, 15)).day == PartialDate(2021, 11, 15)
    assert dose(dt=datetime(2021, 11, 15, 8, tzinfo=UTC)).day == PartialDate(2021, 11, 15)


def test_a_dose_without_its_day_is_refused():
    assert refused(claims(dcc_of_dose(dt="")))


@pytest.mark.parametrize("field", ["tg", "vp", "mp", "ma", "dn", "sd", "dt", "co", "is", "ci"])
def test_a_dose_that_lacks_a_field_is_refused(field: str):
    assert refused(claims(dcc_of_dose(**{field: ...})))


def test_unknown_codes_are_kept():
    assert dose(vp="J07BX03", mp="một vắc xin lạ").product == "một vắc xin lạ"


def test_a_text_beyond_all_measure_is_refused():
    assert refused(claims(dcc_of_dose(ma="x" * 201)))


def test_odd_standard_names_are_kept():
    found = person(fnt="nguyen thi", gnt=None, fn=None)

    assert found.standard_surname == "nguyen thi"
    assert found.name == "nguyen thi"


def test_a_name_in_standard_letters_alone_is_shown_with_blanks():
    assert person(fnt="NGUYEN", gnt="THI<MAU").name == "NGUYEN THI MAU"


@pytest.mark.parametrize("names", [{}, {"fn": " "}, {"fnt": "<<"}, {"fn": 7}, None, []])
def test_a_certificate_of_nobody_is_refused(names):
    assert refused(claims(dcc(nam=names)))


@pytest.mark.parametrize("kind", ["t", "r"])
def test_a_test_or_a_recovery_has_no_vaccinations(kind: str):
    content = read_content(claims(dcc(v=None, **{kind: [ENTRY]})))

    assert content.statement.value == kind
    assert content.vaccinations == ()
    assert content.identifiers == ("URN:UVCI:01:VN:ABC",)


@pytest.mark.parametrize(
    "changes",
    [
        {"v": None},
        {"t": [ENTRY]},
        {"v": {"0": ENTRY}},
        {"v": "ABC"},
        {"v": [None]},
        {"v": [7]},
        {"v": [{}] * 21},
        {"v": None, "t": [{}]},
    ],
)
def test_what_does_not_hold_exactly_one_kind_of_entry_is_refused(changes):
    assert refused(claims(dcc(**changes)))


@pytest.mark.parametrize("exp", [1669852800.5, 1669852800, datetime(2022, 12, 1, tzinfo=UTC)])
def test_times_may_be_floats_and_tagged(exp):
    assert int(read_content(claims(exp=exp)).expires_at) == 1669852800


@pytest.mark.parametrize(
    "exp", [..., None, "2022-12-01", float("nan"), float("inf"), 1 << 80, -(1 << 80), b"1"]
)
def test_a_certificate_whose_end_cannot_be_read_is_refused(exp):
    assert refused(claims(exp=exp))


def test_who_issued_it_and_when_may_be_missing():
    content = read_content(claims(iss=..., iat=...))

    assert (content.issuer, content.issued_at) == (None, None)


@pytest.mark.parametrize("payload", [{}, {-260: 7}, {-260: {}}, {-260: {1: []}}, [], 7, "x"])
def test_claims_without_a_certificate_are_refused(payload):
    assert refused(cbor2.dumps(payload))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"t": [ENTRY | {"sc": "2021-12-01T08:00:00Z"}]}, Stated(PartialDate(2021, 12, 1))),
        (
            {"t": [ENTRY | {"sc": datetime(2021, 12, 1, 8, tzinfo=UTC)}]},
            Stated(PartialDate(2021, 12, 1)),
        ),
        ({"t": [ENTRY | {"sc": "yesterday"}]}, Stated()),
        ({"t": [ENTRY]}, Stated()),
        (
            {"r": [ENTRY | {"df": "2021-04-04", "du": "2021-10"}]},
            Stated(first=PartialDate(2021, 4, 4), last=PartialDate(2021, 10)),
        ),
        ({"r": [ENTRY | {"df": "2021-04-31", "du": 7}]}, Stated()),
    ],
)
def test_the_days_of_a_test_or_a_recovery_are_told_and_make_nothing_malformed(changes, expected):
    assert read_content(claims(dcc(v=..., **changes))).stated == expected


def test_a_dose_has_no_such_days():
    assert read_content(claims()).stated == Stated()


def test_what_a_certificate_says_of_a_person_is_in_no_representation():
    assert "Nguyễn" not in repr(read_content(claims()))
