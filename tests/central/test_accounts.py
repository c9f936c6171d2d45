"""Who may do what, of which sites; and the audit's chain."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from hypothesis import given
from hypothesis import strategies as st

from central.adapters import database
from central.adapters.audit_sql import SqlAudit
from central.adapters.tables_people import audit
from central.api.words_people import PEOPLE, PEOPLE_CODES
from central.domain.accounts import (
    Account,
    AccountRefused,
    Right,
    Role,
    Visitor,
    checked,
    names_said,
    role_said,
    sites_of,
    visitor,
)
from central.domain.audit import Act, AuditRow, cleaned, first_broken, hash_of
from central.domain.sessions import BY_ADDRESS, BY_NAME, Throttle
from central.ports import StoreError

COMMUNES = {"bac-ai": ("phuoc-dai", "phuoc-tien")}
ACT = Act("xa", "commune", "person_read", "person:1", "", "page")


@pytest.mark.parametrize(
    ("account", "sites"),
    [
        (Account("a1", "A", Role.PROVINCE), None),
        (Account("a1", "A", Role.PROVINCE, sites=("x",)), frozenset({"x"})),
        (Account("a1", "A", Role.SITE), frozenset()),
        (Account("a1", "A", Role.COMMUNE, communes=("bac-ai",)), frozenset(COMMUNES["bac-ai"])),
        (Account("a1", "A", Role.COMMUNE, communes=("gone",)), frozenset()),
    ],
)
def test_an_account_sees_its_sites_and_never_all_by_mistake(account, sites):
    assert sites_of(account, COMMUNES) == sites


@pytest.mark.parametrize("role", [Role.SITE, Role.COMMUNE])
def test_a_site_or_commune_without_a_place_makes_no_sense(role):
    with pytest.raises(AccountRefused, match="needs a site or a commune"):
        checked(Account("xa", "X", role))
    assert checked(Account("xa", "X", role, sites=("s",))).role is role


@pytest.mark.parametrize("login", ["", "a", "a b", "x" * 81])
def test_a_log_in_name_can_be_typed(login):
    with pytest.raises(AccountRefused, match="log-in name"):
        checked(Account(login, "X", Role.IT))


def test_whoever_keeps_the_machines_sees_no_person():
    it = visitor(Account("it", "I", Role.IT), {})

    assert [right for right in Right if it.may(right)] == [
        Right.FIGURES, Right.AUDIT, Right.ACCOUNTS
    ]  # fmt: skip
    assert it.sees("anywhere")
    assert not Visitor("a", "A", Role.SITE, frozenset()).sees("anywhere")


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("a", Role.SITE), (["a", "b"], Role.PROVINCE), (["c"], None), ("c", None), (None, None),
        ([7, "b"], Role.PROVINCE), ({}, None),
    ],
)  # fmt: skip
def test_an_organisations_word_becomes_a_role_of_ours(said, role):
    assert role_said(said, {"a": "site", "b": "province"}) is role


def test_an_organisations_words_become_places():
    assert names_said("x y") == ("x", "y")
    assert names_said(["x", 7, "", "y" * 65]) == ("x",)
    assert names_said(7) == ()


def test_a_throttle_forgets_the_longest_untouched_and_old_guesses():
    throttle, now = Throttle(BY_ADDRESS), AT
    for number in range(1001):
        for _ in range(10 if number == 0 else 1):
            throttle.wrong(str(number), now)
    assert throttle.wait("0", now) == timedelta()

    by_name = Throttle(BY_NAME)
    for _ in range(30):
        by_name.wrong("a", now)
    assert by_name.wait("a", now) == timedelta(minutes=1)
    assert by_name.wait("a", now + timedelta(minutes=16)) == timedelta()
    by_name.wrong("a", now + timedelta(minutes=16))
    assert by_name.wait("a", now + timedelta(minutes=16)) == timedelta()


def chain(acts):
    rows, before = [], "0" * 64
    for number, act in enumerate(acts, 1):
        digest = hash_of(before, number, AT, act)
        rows.append(AuditRow(number, AT, act, digest))
        before = digest
    return rows


@given(st.integers(0, 4), st.sampled_from(["change", "drop", "swap", "date"]))
def test_whatever_is_changed_in_the_audit_shows(place, how):
    rows = chain([replace(ACT, record=f"person:{number}") for number in range(6)])
    assert first_broken(rows) is None

    match how:
        case "change":
            rows[place] = replace(rows[place], act=replace(rows[place].act, who="nobody"))
        case "drop":
            del rows[place]
        case "swap":
            rows[place], rows[place + 1] = rows[place + 1], rows[place]
        case "date":
            rows[place] = replace(rows[place], at=datetime(2026, 1, 1, tzinfo=UTC))

    assert first_broken(rows) == place + 1


def test_a_reason_carries_no_number_and_no_birth_date():
    typed = "trùng  số 058185000123,\nsinh 17/08/1985 hay 1985-08-17"

    assert cleaned(typed) == "trùng số …, sinh … hay …"
    assert len(cleaned("x" * 999)) == 300


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


@pytest.mark.parametrize("change", [sa.delete(audit), sa.update(audit).values(who="nobody")])
def test_the_database_lets_nobody_change_the_audit(engine, change):
    store = SqlAudit(engine)
    store.add(ACT, AT)
    store.add(replace(ACT, who="tinh"), AT)

    with pytest.raises(StoreError), database.store_errors(), engine.begin() as connection:
        connection.execute(change)

    assert first_broken(store.rows()) is None
    assert [row.act.who for row in store.newest(10)] == ["tinh", "xa"]
    assert [row.id for row in store.newest(10, who="xa", record="person:1")] == [1]


def test_both_languages_have_the_same_words():
    assert PEOPLE["vi"].keys() == PEOPLE["en"].keys()
    assert PEOPLE_CODES["vi"].keys() == PEOPLE_CODES["en"].keys()
