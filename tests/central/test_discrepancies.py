"""The worklist of discrepancies: named, with owner and age, handed over once and for good."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories import dashboards, logins
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.site_days import dose
from factories.wire import CENTRE_SEAL

from central.adapters.accounts_sql import SqlAccounts
from central.adapters.audit_sql import SqlAudit
from central.adapters.discrepancies_sql import settle_findings
from central.adapters.tables_doses import dose_discrepancies
from central.adapters.visit_store import SqlProjection
from central.adapters.worklist_sql import SqlWorklist
from central.domain.accounts import Role, Visitor
from central.domain.audit import Act
from central.domain.discrepancies import EXPLAINED, Handover, HandoverRefused, Why, is_key
from central.domain.findings import OF_PERSON, Finding
from central.ports.complaints import Overtaken
from central.services.discrepancies import Discrepancies, NoSuchDiscrepancy, Wish
from central.services.projection import Projector

LATE = AT + timedelta(hours=60)
PROVINCE = Visitor("tinh", "Đổng Thị Tỉnh", Role.PROVINCE, None)
SITE = Visitor("tram", "Pi Năng Thị Trạm", Role.SITE, frozenset({"phuoc-dai"}))
COMMUNE = Visitor("xa", "Kator Văn Xã", Role.COMMUNE, frozenset({"phuoc-dinh"}))


class Clock:
    at = LATE

    def now(self):
        return self.at


@pytest.fixture
def engine(engine):
    dashboards.fill(engine)
    Journal(engine, device="kiosk-0009", site="phuoc-dai").add(check_in(70), dose(71, visit=70))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    logins.with_people(engine)
    found = [
        ("dose", dose(71).id, "differs", "lot", "phuoc-dai", AT + timedelta(hours=59)),
        ("entry", "i9", "no_check_in", "", "phuoc-dai", AT),
        ("person", "058185000123", "two_places", "", "phuoc-dinh", AT + timedelta(hours=50)),
    ]
    with engine.begin() as connection:
        for scope, subject, kind, name, site, at in found:
            connection.execute(
                sa.insert(dose_discrepancies).values(
                    scope=scope, subject=subject, kind=kind, field=name, site=site, ours="AB-12",
                    theirs="AB-21", owner=site, opened_at=at,
                )
            )  # fmt: skip
    return engine


@pytest.fixture
def desk(engine):
    return Discrepancies(SqlWorklist(engine), SqlAccounts(engine), logins.COMMUNES, Clock())


def kinds(desk, visitor, **wish):
    return [(one.kind, one.site) for one in desk.worklist(visitor, Wish(**wish))[0]]


def test_what_is_overdue_is_first_and_each_has_owner_and_age(desk):
    rows, number = desk.worklist(PROVINCE, Wish())

    assert number == 4
    assert [(one.kind, one.field, one.owner) for one in rows] == [
        ("no_check_in", "", "phuoc-dai"),
        ("differs", "birth", "phuoc-dinh"),
        ("two_places", "", "phuoc-dinh"),
        ("differs", "lot", "phuoc-dai"),
    ]
    assert [one.overdue(LATE) for one in rows] == [True, True, False, False]
    assert [one.age_hours(LATE) for one in rows] == [60, 59, 10, 1]
    assert rows[3].ticket == "A070"


def test_it_is_chosen_by_site_kind_owner_and_overdue(desk):
    assert kinds(desk, PROVINCE, site="phuoc-dai", kind="differs") == [("differs", "phuoc-dai")]
    assert len(kinds(desk, PROVINCE, owner="phuoc-dinh")) == 2
    assert len(kinds(desk, PROVINCE, overdue=True)) == 2
    assert {site for _, site in kinds(desk, SITE)} == {"phuoc-dai"}
    assert len(list(desk.all_open(PROVINCE, Wish()))) == 4


def test_what_is_about_two_sites_is_seen_by_both_and_shown_once_to_whoever_sees_both(engine, desk):
    changed = sa.update(dose_discrepancies).where(dose_discrepancies.c.kind == "two_places")
    with engine.begin() as connection:
        connection.execute(changed.values(also="phuoc-dai"))
    both = replace(COMMUNE, sites=frozenset({"phuoc-dai", "phuoc-dinh"}))

    for visitor in (SITE, COMMUNE, both, PROVINCE):
        rows, _ = desk.worklist(visitor, Wish(kind="two_places"))
        assert [(one.site, one.also) for one in rows] == [("phuoc-dinh", "phuoc-dai")]
        assert desk.case(visitor, rows[0].key).kind == "two_places"
    for name in ("phuoc-dai", "phuoc-dinh"):
        assert len(desk.worklist(PROVINCE, Wish(kind="two_places", site=name))[0]) == 1
    assert desk.worklist(PROVINCE, Wish())[1] == 4
    elsewhere = replace(SITE, sites=frozenset({"bac-ai"}))
    assert desk.worklist(elsewhere, Wish())[1] == 0
    one = desk.worklist(SITE, Wish(kind="two_places"))[0][0]
    with pytest.raises(HandoverRefused):  # It is the other site's until that hands it over.
        desk.hand_over(SITE, one.key, "xa", Why.NOT_MINE, "", 0)
    assert "tram" in dict(desk.owners(one))
    with pytest.raises(NoSuchDiscrepancy):
        desk.case(elsewhere, one.key)


def test_an_open_one_learns_of_its_other_site_and_keeps_its_age(engine):
    found = Finding("person", "058185000123", "two_places", "phuoc-dinh", "", "AB-12", "AB-21")
    of = dose_discrepancies.c
    with engine.begin() as connection:
        settle_findings(
            connection, of.scope == "person", OF_PERSON, [replace(found, also="phuoc-dai")], LATE
        )
        row = connection.execute(sa.select(of.also, of.opened_at).where(of.kind == "two_places"))
        assert row.one() == ("phuoc-dai", AT + timedelta(hours=50))


def test_when_an_earlier_fact_comes_late_both_sites_still_see_it_and_the_later_one_answers(
    engine, desk
):
    both = Finding("person", "058185000123", "two_places", "phuoc-dinh", "", "1", "2", "phuoc-dai")
    turned = replace(both, site="phuoc-dai", ours="2", theirs="1", also="phuoc-dinh")
    of = dose_discrepancies.c

    def after(found):
        with engine.begin() as connection:
            settle_findings(connection, of.scope == "person", OF_PERSON, [found], LATE)
            where = of.kind == "two_places", of.closed_at.is_(None)
            (row,) = connection.execute(sa.select(dose_discrepancies).where(*where))
        return row.site, row.also, row.owner

    assert after(both) == ("phuoc-dinh", "phuoc-dai", "phuoc-dinh")
    assert after(turned) == ("phuoc-dai", "phuoc-dinh", "phuoc-dai")
    one = desk.worklist(PROVINCE, Wish(kind="two_places"))[0][0]
    desk.hand_over(PROVINCE, one.key, "xa", Why.AWAY, "", 0)
    assert after(both) == ("phuoc-dinh", "phuoc-dai", "xa")
    assert after(replace(both, site="", also="")) == ("phuoc-dinh", "", "xa")


def test_a_hand_over_is_kept_with_its_reason_and_in_the_audit(engine, desk):
    one = desk.worklist(COMMUNE, Wish())[0][1]

    desk.hand_over(COMMUNE, one.key, "tinh", Why.NEEDS_PROVINCE, "số 058185000123 bị trùng", 0)

    again = Discrepancies(SqlWorklist(engine), SqlAccounts(engine), logins.COMMUNES, Clock())
    now, values, past = again.read(PROVINCE, one.key)
    assert (now.owner, now.steps) == ("tinh", 1)
    assert (values.ours, values.theirs) == ("AB-12", "AB-21")
    assert [(step.by, step.before, step.owner, step.reason) for step in past] == [
        ("xa", "phuoc-dinh", "tinh", "needs_province")
    ]
    assert "058185" not in past[0].note
    acts = [row.act.what for row in SqlAudit(engine).newest(10)]
    assert acts[:2] == ["discrepancy_read", "discrepancy_handed_over"]


def test_a_visits_discrepancy_is_handed_over_too(desk):
    key = desk.worklist(PROVINCE, Wish(kind="differs", site="phuoc-dinh"))[0][0].key

    desk.hand_over(PROVINCE, key, "xa", Why.NEEDS_SITE, "", 0)

    assert key.startswith("visit:")
    assert [one.key for one in desk.worklist(PROVINCE, Wish(owner="xa"))[0]] == [key]
    _, values, _ = desk.read(PROVINCE, key)
    assert (values.ours, values.theirs) == ("1985-08-17", "1986-08-17")


@pytest.mark.parametrize(
    ("to", "steps", "code"),
    [
        ("cong-an", 0, "to_whom"),  # may not see it
        ("xa", 0, "to_whom"),  # another commune's
        ("nobody", 0, "to_whom"),
        ("", 0, "to_whom"),
        ("phuoc-dai", 0, "to_whom"),  # has it already
        ("tram", 3, "overtaken"),
    ],
)
def test_it_goes_only_to_who_may_have_it_and_from_who_saw_it_as_it_is(desk, to, steps, code):
    one = desk.worklist(PROVINCE, Wish(kind="no_check_in"))[0][0]

    with pytest.raises(HandoverRefused) as refused:
        desk.hand_over(PROVINCE, one.key, to, Why.AWAY, "", steps)

    assert refused.value.code == code


def test_a_site_gives_away_only_what_is_its_own(desk):
    one = desk.worklist(SITE, Wish(kind="no_check_in"))[0][0]
    desk.hand_over(SITE, one.key, "tinh", Why.NEEDS_PROVINCE, "", 0)

    with pytest.raises(HandoverRefused) as refused:
        desk.hand_over(SITE, one.key, "tram", Why.NOT_MINE, "", 1)

    assert refused.value.code == "not_yours"


def test_of_two_at_once_one_is_told_that_the_other_was_quicker(engine, desk):
    one = desk.worklist(PROVINCE, Wish(kind="no_check_in"))[0][0]

    class Between(SqlWorklist):
        def hand_over(self, before, step, act):
            desk.hand_over(PROVINCE, one.key, "tram", Why.NEEDS_SITE, "", 0)
            super().hand_over(before, step, act)

    slow = Discrepancies(Between(engine), SqlAccounts(engine), logins.COMMUNES, Clock())

    with pytest.raises(HandoverRefused) as refused:
        slow.hand_over(PROVINCE, one.key, "tinh", Why.AWAY, "", 0)

    assert refused.value.code == "overtaken"
    assert desk.case(PROVINCE, one.key).owner == "tram"


def test_what_is_settled_stays_where_it_is(engine, desk):
    one = desk.worklist(PROVINCE, Wish(kind="no_check_in"))[0][0]
    with engine.begin() as connection:
        connection.execute(sa.update(dose_discrepancies).values(closed_at=LATE))

    assert not desk.case(PROVINCE, one.key).overdue(LATE)
    with pytest.raises(HandoverRefused) as refused:
        desk.hand_over(PROVINCE, one.key, "tinh", Why.AWAY, "", 0)
    assert refused.value.code == "settled"


WORDS = "Hai mũi có thật, đã hỏi cả hai trạm y tế."


def compared(engine, *findings):
    with engine.begin() as connection:
        settle_findings(connection, sa.true(), OF_PERSON, findings, LATE + timedelta(hours=1))


def test_what_is_true_as_it_stands_is_closed_with_words_and_stays_so(engine, desk):
    one = desk.worklist(PROVINCE, Wish(kind="two_places"))[0][0]
    same = Finding("person", "058185000123", "two_places", "phuoc-dinh", "", "AB-12", "AB-21")

    desk.explain(COMMUNE, one.key, f"{WORDS} 058185000123", 0)
    compared(engine, same)

    assert kinds(desk, PROVINCE, kind="two_places") == []
    now, _, past = desk.read(PROVINCE, one.key)
    assert (now.closed_at, now.owner) == (LATE, "phuoc-dinh")
    assert [(step.by, step.reason) for step in past] == [("xa", EXPLAINED)]
    assert past[0].note.startswith(WORDS)
    assert "058185000123" not in past[0].note
    assert SqlAudit(engine).newest(2)[1].act.what == "discrepancy_explained"

    compared(engine, same, replace(same, kind="interval"), replace(same, theirs="AB-22"))
    opened = desk.worklist(PROVINCE, Wish(site="phuoc-dinh"))[0]
    assert {one.kind for one in opened} == {"differs", "interval", "two_places"}


@pytest.mark.parametrize(
    ("by", "kind", "words", "steps", "code"),
    [
        (SITE, "no_check_in", WORDS, 0, "not_above"),
        (PROVINCE, "differs", WORDS, 0, "not_above"),
        (PROVINCE, "no_check_in", "  ", 0, "no_words"),
        (PROVINCE, "no_check_in", WORDS, 2, "overtaken"),
    ],
)
def test_only_who_answers_for_several_sites_explains_and_only_what_cannot_be_mended(
    desk, by, kind, words, steps, code
):
    one = desk.worklist(by, Wish(kind=kind))[0][0]

    with pytest.raises(HandoverRefused) as refused:
        desk.explain(by, one.key, words, steps)

    assert refused.value.code == code
    assert desk.case(by, one.key).closed_at is None


def test_what_was_explained_is_explained_once(engine, desk):
    one = desk.worklist(PROVINCE, Wish(kind="no_check_in"))[0][0]
    slow = SqlWorklist(engine)
    desk.explain(PROVINCE, one.key, WORDS, 0)
    act = Act("tinh", "province", "discrepancy_explained", f"discrepancy:{one.key}")

    with pytest.raises(HandoverRefused) as refused:
        desk.explain(PROVINCE, one.key, WORDS, 1)
    with pytest.raises(Overtaken):
        slow.explain(one, Handover(LATE, "tinh", "", "", EXPLAINED, WORDS), act)

    assert refused.value.code == "settled"


@pytest.mark.parametrize(
    "key", ["dose:999", "dose:0", "person:1", "x", "dose:1;", "visit:" + "9" * 30]
)
def test_one_that_is_not_there_is_told_like_one_of_elsewhere(desk, key):
    with pytest.raises(NoSuchDiscrepancy):
        desk.case(PROVINCE, key)


def test_another_sites_is_not_shown(desk):
    one = desk.worklist(PROVINCE, Wish(kind="two_places"))[0][0]

    with pytest.raises(NoSuchDiscrepancy):
        desk.read(SITE, one.key)


def test_a_key_is_a_kind_and_a_number():
    assert is_key("visit:12")
    assert not is_key("visit:012")
