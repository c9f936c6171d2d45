"""Files to the Platform and back: what staff meet, from the page, the command and bad files."""

import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from factories.carried_sheets import PROVINCE, Courier, StoppedClock, desk
from factories.dashboards import served
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.logins import browser
from factories.platforms import ask, record, sandbox
from factories.told_doses import told_dose
from factories.wire import CENTRE_SEAL

from central.__main__ import main
from central.adapters.audit_sql import SqlAudit
from central.adapters.overview_sql import SqlOverview
from central.adapters.platform_file import PlatformWorkbook
from central.adapters.platform_sheets_sql import SqlSheets
from central.adapters.platform_spreadsheet import SpreadsheetDoses, SpreadsheetPlatform
from central.adapters.record_store import SqlRecords
from central.adapters.tables_projection import records
from central.adapters.visit_store import SqlProjection
from central.api.words_rows import plain_words, row_words
from central.domain.breaker import Breaker
from central.domain.records import Pace, RecordState
from central.domain.sheet_cells import Broken
from central.ports import ListUnreadable, PlatformNotYet, PlatformRefused
from central.services.conversations import VisitConversation
from central.services.platform_line import PlatformLine
from central.services.projection import Projector
from central.services.reconcile import Reconciler
from central.services.roster_import import LeftOut

HEADINGS = (
    "Mã bản ghi", "Số giấy tờ", "Họ và tên", "Ngày sinh", "Ngày tiêm", "Vắc xin",
    "Mã trên Nền tảng", "Trạng thái", "Lý do",
)  # fmt: skip


@pytest.fixture
def doses(engine):
    return SpreadsheetDoses(SqlSheets(engine), StoppedClock())


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    with sandbox(tmp_path_factory.mktemp("platform")) as running:
        yield running


def export(*rows, headings=HEADINGS, title="Mũi tiêm"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in (headings, *rows):
        book.active.append(row)
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row(number, *, event="", state="Hợp lệ", day="22/11/2026", who=None):
    return (
        event, who or f"058185{number:06d}", "Nguyễn Thị Mẫu", "17/08/1985", day, "VX Một",
        f"i{number}", state, "",
    )  # fmt: skip


def taken(engine, data, name="export.xlsx"):
    return desk(engine).take_in(PROVINCE, PlatformWorkbook(Path(name), data), "page")


def pending(doses, told):
    with pytest.raises(PlatformNotYet):
        doses.submit_dose(told)


def test_a_wrong_row_is_named_by_sheet_row_and_column_and_the_others_go_in(engine, doses):
    first, third = told_dose(), told_dose()
    data = export(
        row(1, who=first.number), row(2, day="hôm qua"), (), row(3, who=third.number), row(3)
    )

    done = taken(engine, data)

    assert [str(one) for one in done.left_out] == [
        "sheet Mũi tiêm, row 3, column E (Ngày tiêm): is no date; write it as dd/mm/yyyy",
        "sheet Mũi tiêm, row 6, column G (Mã trên Nền tảng): is the entry of row 5 again",
    ]
    assert (done.rows, done.wrong) == (4, 2)
    assert [one.id for one in doses.doses_of(first).held] == ["i1"]
    assert [one.id for one in doses.doses_of(third).held] == ["i3"]
    # Counted where all that changed is read, too, as any entry that cannot be read.
    assert [page.unreadable for page in doses.changed_doses("")] == [1]


def test_the_same_file_twice_changes_nothing(engine, doses):
    data = export(row(1), row(2), row(3, day="x"))

    first, again = taken(engine, data), taken(engine, data)

    assert (first.changed, again.changed) == (3, 0)
    through = [*doses.changed_doses("")][-1].through
    assert [page.held for page in doses.changed_doses(through)] == [()]


def test_a_row_that_changed_is_told_once_more_and_a_withdrawn_one_as_gone(engine, doses):
    taken(engine, export(row(1), row(2)))
    through = [*doses.changed_doses("")][-1].through

    done = taken(engine, export(row(1, day="21/11/2026"), row(2, state="Đã hủy")))

    (page,) = doses.changed_doses(through)
    assert done.changed == 2
    assert [one.day for one in page.held] == ["2026-11-21"]
    assert page.gone == ("i2",)


def test_a_long_list_is_read_on_page_by_page(engine, doses):
    taken(engine, export(*(row(number) for number in range(1, 1202))))

    pages = [*doses.changed_doses("")]

    assert [len(page.held) for page in pages] == [500, 500, 201]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 50, "old .xls file or locked"),
        ("a.csv", "Mã bản ghi,Số\n".encode(), "no .xlsx workbook, such as a text or .csv"),
        ("a.xlsx", "Mã".encode("utf-16"), "no .xlsx workbook"),
        ("a.xlsx", b"PK\x03\x04 and then nothing", "no whole .xlsx file"),
        ("a.xlsx", export(("x", "y"), headings=("Họ tên", "Lớp")), "no row of headings found"),
        (
            "a.xlsx",
            export(headings=("Ngày tiêm", "Trạng thái", "Số giấy tờ")),
            "sheet Mũi tiêm has no column Mã bản ghi, Vắc xin, Mã trên Nền tảng",
        ),
    ],
)
def test_a_file_that_is_no_export_is_said_so_in_plain_words(engine, name, data, said):
    with pytest.raises(ListUnreadable, match=said):
        taken(engine, data, name)

    assert desk(engine).files() == []


def test_damage_in_the_middle_of_a_file_is_said_so(engine):
    whole = export(*(row(number) for number in range(1, 50)))

    with pytest.raises(ListUnreadable):
        taken(engine, whole[: len(whole) // 2])


def test_formulas_errors_and_merged_cells_are_named_by_their_cells(engine):
    book = openpyxl.load_workbook(io.BytesIO(export(row(1), row(2), row(3), row(4))))
    sheet = book.active
    sheet["E2"] = "=TODAY()"
    sheet["F3"] = "#REF!"
    sheet.merge_cells("B4:B5")

    done = taken(engine, saved(book))

    assert [(one.row, one.column, one.reason) for one in done.left_out] == [
        (2, "E", "holds a formula; put its value in its place"),
        (3, "F", "holds an error of the spreadsheet"),
        (5, "B", "is empty; of merged cells only the first one counts"),
    ]


def test_what_was_said_otherwise_meanwhile_goes_out_anew(engine, doses):
    told = told_dose()
    pending(doses, told)
    assert desk(engine).make(PROVINCE, "page").rows == 1
    pending(doses, told)
    assert desk(engine).unsent() == 0

    pending(doses, told_dose(dose=told.dose, number=told.number, lot="AB-13"))

    assert desk(engine).unsent() == 1


def test_a_refusal_speaks_of_what_was_in_the_file_alone(engine, doses):
    told = told_dose()
    refusal = export((told.dose, *[None] * 6, "Từ chối", "trùng mũi tiêm"))
    pending(doses, told)
    taken(engine, refusal)
    pending(doses, told)
    desk(engine).make(PROVINCE, "page")

    done = taken(engine, refusal)

    assert done.changed == 1
    assert taken(engine, refusal).changed == 0
    with pytest.raises(PlatformRefused, match="trùng mũi tiêm"):
        doses.submit_dose(told)


def test_a_dose_that_never_left_is_withdrawn_at_once(engine, doses):
    told = told_dose()
    pending(doses, told)

    doses.withdraw_dose(told.dose)

    assert desk(engine).unsent() == 0


def test_a_dose_in_a_file_is_withdrawn_when_the_platform_says_so(engine, doses):
    told = told_dose()
    pending(doses, told)
    desk(engine).make(PROVINCE, "page")
    with pytest.raises(PlatformNotYet):
        doses.withdraw_dose(told.dose)
    desk(engine).make(PROVINCE, "page")
    # The Platform never had it: it holds nothing valid, which is what was asked for.
    taken(engine, export((told.dose, *[None] * 6, "Từ chối", "không có bản ghi này")))

    doses.withdraw_dose(told.dose)

    assert desk(engine).sheets()[0].open == 0


async def test_waiting_for_files_is_no_outage_and_what_comes_back_wakes_the_record(
    engine, platform
):
    clock = StoppedClock(AT + timedelta(minutes=2))
    store, line = SqlRecords(engine), PlatformLine(Breaker(threshold=1))
    reconciler = Reconciler(
        store, VisitConversation(SpreadsheetPlatform(SqlSheets(engine), clock)), clock,
        lambda: 1.0, pace=Pace(), line=line,
    )  # fmt: skip
    Journal(engine).add(check_in(1), check_in(2))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()

    assert await reconciler.step() == 2
    assert await reconciler.step() == 0
    (first, _) = store.due(AT + timedelta(hours=7), 10)
    assert (first.record.state, first.record.reason, first.record.attempts) == (
        RecordState.PENDING, "carried_by_hand", 0,
    )  # fmt: skip
    assert not line.closed(clock.now())

    Courier(engine, platform.url).carry()
    assert await reconciler.step() == 2
    assert await reconciler.step() == 2

    assert await reconciler.step() == 0
    with engine.connect() as connection:
        states = connection.scalars(sa.select(records.c.state)).all()
    assert states == [RecordState.RECONCILED, RecordState.RECONCILED]


async def test_what_no_file_brought_back_in_a_day_is_overdue(engine):
    clock = StoppedClock(AT + timedelta(minutes=2))
    store = SqlRecords(engine)
    visits = SpreadsheetPlatform(SqlSheets(engine), clock)
    reconciler = Reconciler(store, VisitConversation(visits), clock, lambda: 1.0, pace=Pace())
    Journal(engine).add(check_in(1))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    await reconciler.step()

    assert store.mark_overdue(AT + timedelta(hours=25)) == 1


def test_the_page_makes_files_and_takes_the_platforms_back(engine, platform):
    visits = SpreadsheetPlatform(SqlSheets(engine), StoppedClock())
    told = record()
    with pytest.raises(PlatformNotYet):
        visits.submit(told)
    more = {"platform_sheets": desk(engine), "exported": PlatformWorkbook}
    with served(SqlOverview(engine), engine=engine, **more) as url, browser(url, "tinh") as client:
        assert "Tệp Nền tảng" in client.get("/").text
        made = client.post("/platform")
        sheet = client.get("/platform/1.xlsx").content
        upload = f"{platform.url.removesuffix('/fhir')}/sheets/upload"
        answer = ask(upload, method="POST", content=sheet).content
        done = client.post("/platform/export", files={"export": ("tra-ve.xlsx", answer)})
        bad = client.post("/platform/export", files={"export": ("a.csv", b"x,y")})
        nothing = client.post("/platform?lang=en")
        missing = client.get("/platform/9.xlsx")

    assert made.status_code == 200
    assert "Đã nhận tệp" in done.text
    assert told.name not in done.text
    assert (bad.status_code, nothing.status_code, missing.status_code) == (422, 422, 404)
    assert "a.csv không phải tệp .xlsx" in bad.text
    assert "No record waits for a file." in nothing.text
    assert visits.read_back(told.visit) == [told]
    done = [(one.act.what, one.act.record) for one in SqlAudit(engine).newest(10)]
    assert {
        ("platform_sheet_made", "platform"),
        ("platform_sheet_read", "platform_sheet:1"),
        ("platform_sheet_taken", "platform"),
    } <= set(done)


SAID = [
    Broken.FORMULA, Broken.ERROR, "is empty; of merged cells only the first one counts",
    "is no date; write it as dd/mm/yyyy", "is none of: Nam, Nữ, Khác, Không rõ",
    "is no number of a dose", "is longer than 80 letters", "is the entry of row 5 again",
]  # fmt: skip


@pytest.mark.parametrize("reason", SAID)
def test_what_is_wrong_with_a_row_is_said_in_the_language_of_the_page(reason):
    row = LeftOut("Mũi tiêm", 3, "E", "Ngày tiêm", reason)

    said = row_words("vi", row)

    assert said.startswith("trang tính Mũi tiêm, dòng 3, cột E (Ngày tiêm): ")
    assert reason not in said
    assert row_words("en", row) == str(row)
    assert plain_words("vi", "whatever else") == "whatever else"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1"), "a.xls là tệp .xls cũ hoặc có mật khẩu"),
        ("a.xlsx", b"PK?", "a.xlsx không phải tệp .xlsx nguyên vẹn"),
        ("a.xlsx", export(headings=("Họ tên",)), "không thấy dòng tiêu đề; tệp xuất phải có"),
        (
            "a.xlsx", export(headings=("Ngày tiêm", "Trạng thái")),
            "trang tính Mũi tiêm không có cột Mã bản ghi",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_in_the_language_of_the_page(engine, name, data, said):
    with pytest.raises(ListUnreadable) as refused:
        taken(engine, data, name)

    assert said in plain_words("vi", str(refused.value))


def test_the_page_is_for_the_province_alone_and_only_where_files_are_carried(engine):
    more = {"platform_sheets": desk(engine), "exported": PlatformWorkbook}
    with served(SqlOverview(engine), engine=engine, **more) as url:
        for login, status in (("tinh", 200), ("xa", 403), ("cong-an", 403), ("cntt", 403)):
            with browser(url, login) as client:
                assert client.get("/platform").status_code == status
                assert ("/platform" in client.get("/verification").text) == (login == "tinh")
    with served(SqlOverview(engine), engine=engine) as url, browser(url, "tinh") as client:
        assert client.get("/platform").status_code == 404
        assert "Tệp Nền tảng" not in client.get("/").text


def test_the_commands_do_the_same(engine, tmp_path, capsys, doses):
    pending(doses, told_dose())
    engine.dispose()
    settings = tmp_path / "central.toml"
    settings.write_text('data_directory = "."\nkeys_directory = "keys"\n')
    config = ["--config", str(settings)]
    out, back = tmp_path / "out.xlsx", tmp_path / "back.xlsx"
    back.write_bytes(export(row(1), row(2, day="x")))

    assert main(["platform-file", "make", "--out", str(out), *config]) == 0
    assert main(["platform-file", "make", "--out", str(out), *config]) == 0
    assert main(["platform-file", "get", "1", "--out", str(out), *config]) == 0
    assert main(["platform-file", "get", "7", "--out", str(out), *config]) == 2
    assert main(["platform-file", "take", str(back), *config]) == 3
    assert main(["platform-file", "take", str(tmp_path / "none.xlsx"), *config]) == 2
    assert main(["platform-file", "list", *config]) == 0

    said = capsys.readouterr()
    assert "file 1 written; 0 records are in no file yet" in said.out
    assert "nothing waits" in said.out
    assert "2 rows, 2 new or changed, 1 left out" in said.out
    assert "1 of 1 rows without an answer" in said.out
    assert "left out: sheet Mũi tiêm, row 3, column E (Ngày tiêm): is no date" in said.err
    assert "there is no such file" in said.err
    assert openpyxl.load_workbook(out).sheetnames == ["Mũi tiêm"]
