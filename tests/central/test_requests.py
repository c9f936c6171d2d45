"""What people may ask for: all that is held of them, and to be erased, with a proof."""

import io
import re

import msgspec
import openpyxl
import pytest
import sqlalchemy as sa
from factories.devices import AT
from factories.facts import MAU, Journal, check_in, event, sealed, stored, visit_id
from factories.logins import browser
from factories.site_days import at_desk, dose
from factories.wire import CENTRE_SEAL

from central.adapters import database, tables_projection, tables_requests, tables_site
from central.adapters.audit_sql import add_act
from central.adapters.requests_sql import SqlRequests
from central.adapters.tables_doses import dose_records, reaction_records
from central.adapters.tables_people import audit
from central.adapters.visit_store import SqlProjection
from central.domain.audit import Act
from central.domain.erasure import erased, is_form, is_of, proof
from central.domain.projection import facts_of
from central.services.projection import Projector
from central.services.requests import cells
from protocol import chain, events, sealing, site_events

OTHER = events.Identity(
    document="cccd_2021", number="058200000015", name="Chamaléa Văn Thử", birth="2000-02-29"
)
COMPLAINT = sealed(
    event(3, events.ComplaintOpened(subject="other", ticket="PA1"), visit=visit_id(1)),
    events.Identity(document="cccd_2021", number=MAU.number, name=MAU.name, words="Bí mật"),
)


def form(seq, visit):
    body = site_events.Screened(conclusion="eligible", staff="kham-1")
    return sealed(event(seq, body, visit=visit_id(visit)), MAU if visit == 1 else OTHER)


@pytest.fixture
def engine(engine):
    Journal(engine).add(check_in(1), check_in(2, identity=OTHER), COMPLAINT)
    Journal(engine, device="hub-0001").add(form(4, 1), form(5, 2))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    return engine


def rows(engine, table):
    with engine.connect() as connection:
        ordered = sa.select(table).order_by(*table.primary_key.columns)
        return [dict(row) for row in connection.execute(ordered).mappings()]


def readable(engine):
    """Return everything in the database that the centre's key opens, and every text in it."""
    said = []
    for table in database.metadata.sorted_tables:
        said += [str(row) for row in rows(engine, table)]
    for row in rows(engine, database.raw_events):
        told = events.decode_event(row["data"])
        if told.sealed and "erased" not in told.sealed:
            said.append(sealing.unseal(told.sealed, told.id, CENTRE_SEAL).decode())
    return "\n".join(said)


def grouped(person):
    return " ".join(person.number[n : n + 3] for n in range(0, 12, 3))


def tables_made(engine):
    names = ("visits", "identities", "complaints", "screenings")
    return {name: rows(engine, database.metadata.tables[name]) for name in names}


def test_all_that_is_held_of_a_person_is_given_out_and_that_it_was_is_written_down(engine, url):
    with browser(url, "tinh") as client:
        held = client.get(f"/requests/{visit_id(1)}/export.json").json()
        book = client.get(f"/requests/{visit_id(1)}/export.xlsx").content
        english = client.get(f"/requests/{visit_id(1)}/export.xlsx?lang=en").content
        assert client.get("/requests/nobody/export.json").status_code == 404
        assert client.get("/requests/nobody/export.xlsx").status_code == 404

    assert [row["name"] for row in held["identities"]] == [MAU.name]
    assert [row["words"] for row in held["complaints"]] == ["Bí mật"]
    assert OTHER.number not in str(held)
    sheet = openpyxl.load_workbook(io.BytesIO(book))["Danh tính"]
    assert "Họ và tên" in [cell.value for cell in sheet[1]]
    assert MAU.name in [cell.value for cell in sheet[2]]
    events_held = openpyxl.load_workbook(io.BytesIO(english))["in_events"]
    assert [cell.value for cell in events_held[2]][:2] == [
        "identity on arrival", "sealed to the centre and to site phuoc-dinh",
    ]  # fmt: skip
    assert [r["what"] for r in rows(engine, audit)].count("person_exported") == 3


def test_whoever_is_erased_can_be_opened_by_nobody_and_the_proof_names_every_event(engine, url):
    before = {row["seq"]: bytes(row["hash"]) for row in rows(engine, database.raw_events)}
    assert "Mẫu" in readable(engine)
    with browser(url, "tinh") as client:
        client.post("/requests/erase", data={"visit": visit_id(1), "reference": "YC-7"})
        page = client.get("/requests").text
        assert client.get(f"/persons/of/{visit_id(1)}").status_code == 404

    left = readable(engine)
    assert "Mẫu" not in left
    assert MAU.number not in left
    assert "Bí mật" not in left
    assert OTHER.name in left
    assert {row["seq"]: bytes(row["hash"]) for row in rows(engine, database.raw_events)} == before
    shown = re.search(r"<code>([0-9a-f]{64})</code>", page)[1]
    gone = [
        bytes(row["hash"])
        for row in rows(engine, database.raw_events)
        if "erased" in (events.decode_event(row["data"]).sealed or {})
    ]
    assert len(gone) == 3
    assert shown == proof(gone)


def test_what_was_typed_of_a_person_goes_and_the_audit_stays_whole(engine, url):
    held = event(
        9,
        site_events.Held(
            ticket="A001", station="screening", desk="kham-1", staff="s", reason="Chị Mẫu mệt"
        ),
        visit=visit_id(1),
    )
    left = event(10, site_events.Left(staff="s", reason="Chị Mẫu về"), visit=visit_id(1))
    Journal(engine, device="hub-0002").add(held, left)
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    assert [row["reason"] for row in rows(engine, tables_site.departures)] == ["Chị Mẫu về"]
    difference = {"visit": visit_id(1), "field": "birth", "ours": "1985", "theirs": "1986"}
    opened = {"owner": "tinh", "opened_at": AT, "closed_at": None}
    with engine.begin() as connection:
        connection.execute(sa.insert(tables_projection.discrepancies).values(difference | opened))
        # As an earlier version wrote it: what was typed stands in the audit for ever.
        old = Act(
            "xa", "commune", "discrepancy_handed_over", "discrepancy:visit:1", "away → tinh x"
        )
        add_act(connection, old, AT)
    with browser(url, "tinh") as client:
        wish = {"steps": 0, "to": "xa", "reason": "away", "note": "hỏi lại chị Mẫu"}
        assert client.post("/discrepancies/visit:1/hand-over", data=wish).status_code == 303
        assert "hỏi lại chị Mẫu" in client.get("/discrepancies/visit:1").text
        export = client.get(f"/requests/{visit_id(1)}/export.json").json()
        assert [row["note"] for row in export["notes"]] == ["hỏi lại chị Mẫu"]
        client.post("/requests/erase", data={"visit": visit_id(1), "reference": "YC-7"})
        page = client.get("/requests").text
        checked = client.get("/audit/check").text

    assert "Mẫu" not in readable(engine)
    [row] = rows(engine, tables_requests.erasures)
    # Handed over twice and read once; the person read twice, their data taken, then erased.
    assert (row["notes"], row["kept"], row["kept_words"]) == (1, 7, 1)
    assert "1 có lời ghi tay từ bản cũ" in page
    assert "✔" in checked
    said = [one["why"] for one in rows(engine, audit) if one["what"] == "discrepancy_handed_over"]
    assert said == ["away → tinh x", "away → xa"]


def test_the_audit_s_rows_of_joining_the_person_and_undoing_it_are_counted_among_those_that_stay(
    engine, url
):
    with browser(url, "tinh") as client:
        joined = {"visit": [visit_id(1), visit_id(2)], "reason": "card_seen"}
        client.post("/persons/merge", data=joined)
        client.post("/persons/undo", data={"merge": 1})
        client.post("/requests/erase", data={"visit": visit_id(1), "reference": "YC-7"})

    said = [row["what"] for row in rows(engine, audit) if row["what"] != "logged_in"]
    [row] = rows(engine, tables_requests.erasures)
    assert said == ["person_merged", "person_unmerged", "person_read", "person_erased"]
    assert row["kept"] == 4


def test_an_erasure_takes_the_turn_of_the_audit_only_after_it_has_changed_all_rows(engine):
    written = []

    def note(_connection, _cursor, statement, *_more):
        words = statement.split()
        if words[0] in {"INSERT", "UPDATE", "DELETE"}:
            written.append(words[1] if words[0] == "UPDATE" else words[2])

    sa.event.listen(engine, "before_cursor_execute", note)
    act = Act("tinh", "province", "person_erased", f"person:{visit_id(1)}")
    SqlRequests(engine).erase([visit_id(1)], "YC-7", act, AT)

    assert written[-2:] == ["audit", "erasures"]
    assert "dose_discrepancies" in written[:-2]


def test_what_somebody_looks_for_in_the_audit_is_no_name_there(engine, url):
    with browser(url, "tinh") as client:
        client.get("/audit", params={"record": "Nguyễn Thị Mẫu"})
        client.get("/audit", params={"record": "058185000123"})
        client.get("/audit", params={"who": "xa"})

    asked = [row["record"] for row in rows(engine, audit) if row["what"] == "audit_read"]
    assert asked == ["audit:other", "audit:…", "audit:xa"]


def test_a_complaint_without_a_check_in_and_at_another_site_belongs_to_the_person(engine, url):
    elsewhere = sealed(
        event(7, events.ComplaintOpened(subject="other", ticket="PA7"), visit=visit_id(77)),
        events.Identity(document="cccd_2021", number=MAU.number, name=MAU.name, words="Ở nơi khác"),
    )
    numberless = sealed(
        event(8, events.ComplaintOpened(subject="other", ticket="PA8"), visit=visit_id(78)),
        events.Identity(
            document="cccd_2021",
            number=None,
            name="NGUYỄN THỊ MẪU",
            birth=MAU.birth,
            words="Không số",
        ),
    )
    namesake = sealed(
        event(9, events.ComplaintOpened(subject="other", ticket="PA9"), visit=visit_id(79)),
        events.Identity(
            document="cccd_2021", number=None, name=MAU.name, birth="1990-01-01", words="Trùng tên"
        ),
    )
    Journal(engine, device="kiosk-0009", site="phuoc-dai").add(elsewhere, numberless, namesake)
    Projector(SqlProjection(engine), CENTRE_SEAL).step()

    typed = {"site": "phuoc-dai", "subject": "other", "words": "Gọi điện", "number": grouped(MAU)}

    with browser(url, "tinh") as client:
        assert client.post("/complaints", data=typed).status_code == 303
        held = client.get(f"/requests/{visit_id(1)}/export.json").json()
        client.post("/requests/erase", data={"visit": visit_id(1), "reference": "YC-7"})

    assert {row["words"] for row in held["complaints"]} == {"Bí mật", "Ở nơi khác", "Không số"}
    left = readable(engine)
    assert [row["words"] for row in held["complaints_at_the_centre"]] == ["Gọi điện"]
    assert "Ở nơi khác" not in left
    assert "Gọi điện" not in left
    assert "Không số" not in left
    assert "Trùng tên" in left


def test_an_erased_person_does_not_come_back_by_a_rebuild_and_raises_no_alarm(engine, url):
    with browser(url, "tinh") as client:
        client.post("/requests/erase", data={"visit": visit_id(1), "reference": "YC-7"})
    before = tables_made(engine)

    Projector(SqlProjection(engine), CENTRE_SEAL).rebuild()

    after = tables_made(engine)
    for name in ("visits", "identities", "screenings"):
        assert after[name] == before[name]
    assert [row["problem"] for row in after["complaints"]] == ["erased"]
    assert rows(engine, database.alarms) == []
    visit = next(row for row in after["visits"] if row["visit"] == visit_id(1))
    assert visit["identity_problem"] == "erased"


def test_nobody_is_erased_without_a_reference_or_while_a_dose_is_not_on_the_platform(engine, url):
    Journal(engine, device="hub-0002").add(dose(6, visit=1))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    asked = {"visit": visit_id(1), "reference": "YC-7"}
    with browser(url, "tinh") as client:
        assert "doses_open" in client.post("/requests/erase", data=asked).headers["location"]
        nothing = client.post("/requests/erase", data=asked | {"reference": " "})
        assert "no_reference" in nothing.headers["location"]
        assert client.post("/requests/erase", data=asked | {"visit": "x"}).status_code == 404
        with engine.begin() as connection:
            connection.execute(sa.update(dose_records).values(immunization="i1"))
        assert client.post("/requests/erase", data=asked).headers["location"] == "/requests"
    with browser(url, "xa") as client:
        assert client.post("/requests/erase", data=asked).status_code == 403


def test_nobody_is_erased_whose_reaction_the_platform_was_not_told(engine, url):
    Journal(engine, device="hub-0002").add(
        at_desk(6, site_events.ReactionRecorded(severity="mild", staff="lan"), 1)
    )
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    asked = {"visit": visit_id(1), "reference": "YC-7"}
    with browser(url, "tinh") as client:
        refused = client.post("/requests/erase", data=asked).headers["location"]
        said = client.get(refused).text
        with engine.begin() as connection:
            connection.execute(sa.update(reaction_records).values(adverse_event="a1"))
        taken = client.post("/requests/erase", data=asked).headers["location"]

    assert "Còn phản ứng sau tiêm chưa báo lên Nền tảng" in said
    assert taken == "/requests"


def test_erasing_twice_changes_nothing_and_facts_keep_their_order():
    made = check_in(1)
    data = events.encode_event(made)
    gone = erased(data)

    assert erased(gone) is None
    assert erased(b"?") is None
    assert is_of(gone, {made.visit}, ())
    assert is_of(gone, (), {made.id})
    assert not is_of(b"?", {made.visit}, ())
    assert is_form(events.encode_event(form(1, 1)))
    assert not is_form(gone)
    assert not is_form(b"?")
    first = stored(made)
    again = stored(gone)
    unseal = lambda sealed_, id_: sealing.unseal(sealed_, id_, CENTRE_SEAL)  # noqa: E731
    assert facts_of(first, unseal)[-1].stamp == facts_of(again, unseal)[-1].stamp
    assert chain.link(b"\0" * 32, data) != chain.link(b"\0" * 32, gone)


def typed(kind, **said):
    body = site_events.SentBack(ticket="A1", station="screening", to="reception", staff="s", **said)
    return msgspec.structs.replace(event(6, body, visit=visit_id(1)), type=kind)


def test_what_staff_typed_goes_and_a_code_stays():
    gone = erased(events.encode_event(typed("sent_back", reason="Bà Mẫu quên giấy")))

    assert b"M\xe1\xba\xabu" not in gone
    assert msgspec.json.decode(events.decode_event(gone).body)["to"] == "reception"
    assert erased(gone) is None
    assert erased(events.encode_event(typed("sent_back"))) is None
    assert erased(events.encode_event(typed("left", reason="completed"))) is None
    assert erased(events.encode_event(typed("left", reason="Bà Mẫu bị ngất"))) is not None
    strange = msgspec.structs.replace(typed("held"), body=msgspec.Raw(b"[]"))
    assert erased(events.encode_event(strange)) is None


def test_what_somebody_typed_is_no_formula_in_the_sheets():
    assert cells({"a": [{"x": "=1+1", "y": None, "z": 3}], "b": []}) == {
        "a": [["x", "y", "z"], ["'=1+1", "", "3"]]
    }
