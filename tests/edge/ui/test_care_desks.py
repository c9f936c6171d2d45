"""The desks of screening, injection and data entry over real https; observation is next door."""

from urllib.parse import parse_qs, urlsplit

import pytest
from factories.care_desks import ASTRA, COMIRNATY, CareHub, care_hub, form_of

from edge.domain.queue.commands import CallNext, Recall
from edge.domain.queue.visit import Phase
from edge.domain.roster import Match, Standing
from edge.ui.site.desk_screening import ANSWERS
from protocol.documents.model import PartialDate
from protocol.site_events import ScreeningForm

ALL_NO = dict.fromkeys(ANSWERS, "no")
WELL = {**ALL_NO, "celsius": "36,8", "conclusion": "eligible"}


async def before(hub: CareHub, station: str, *, to: str | None = None) -> str:
    """Have somebody called to desk 1 of a station."""
    visit = await hub.come(to if to is not None else station)
    await hub.do(CallNext(station=station, desk="1", staff="lan"))
    return visit


def query(location: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(location).query)


async def test_one_press_writes_the_conclusion_sends_on_and_calls_the_next(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = await before(hub, "screening")
        following = await hub.come("screening")
        page = (await http.get("/desk/screening/1")).text
        answer = await http.post(
            "/desk/screening/1/screening", data=form_of(page, "screening") | WELL
        )
        await hub.site.people.refresh()
        form = hub.site.people.form(hub.visit(visit).screening_event, ScreeningForm)

    assert (answer.status_code, query(answer.headers["location"])["did"]) == (303, ["screened"])
    assert (hub.visit(visit).conclusion, hub.visit(visit).station) == ("eligible", "injection")
    assert hub.visit(visit).screened_by == "kham-1"
    assert hub.visit(following).phase is Phase.CALLED
    assert form == ScreeningForm(answers=(False,) * 10, celsius_tenths=368)


async def test_no_answer_of_a_screening_is_in_the_journal_in_plain(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        await before(hub, "screening")
        page = (await http.get("/desk/screening/1")).text
        told = {**WELL, "note": "KHÔNG AI ĐƯỢC ĐỌC", "answer_6": "yes", "conclusion": "deferred"}
        await http.post("/desk/screening/1/screening", data=form_of(page, "screening") | told)
        entries = hub.hub.journal.entries(0, most=1000, most_bytes=1 << 20)

    kept = b"".join(entry.data for entry in entries)
    assert "KHÔNG AI".encode() not in kept
    assert b"celsius" not in kept
    assert b'"conclusion":"deferred"' in kept


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"conclusion": ""}, "Chưa chọn kết luận"),
        ({"conclusion": "maybe"}, "Chưa chọn kết luận"),
        ({"celsius": "ba bảy"}, "Nhiệt độ này không đọc được"),
        ({"celsius": "99"}, "Nhiệt độ này không đọc được"),
    ],
)
async def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(tmp_path, changed, words):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = await before(hub, "screening")
        page = (await http.get("/desk/screening/1")).text
        told = {**WELL, "note": "đang uống thuốc", "answer_6": "yes"} | changed
        answer = await http.post(
            "/desk/screening/1/screening", data=form_of(page, "screening") | told
        )

    assert words in answer.text
    assert "đang uống thuốc" in answer.text
    assert 'name="answer_6" value="yes" checked' in answer.text
    assert hub.visit(visit).conclusion is None


async def test_whoever_is_declared_fit_against_the_answers_is_doubted_once(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = await before(hub, "screening")
        page = (await http.get("/desk/screening/1")).text
        told = form_of(page, "screening") | WELL | {"answer_4": "yes", "celsius": ""}
        doubted = await http.post("/desk/screening/1/screening", data=told)
        not_yet = hub.visit(visit).conclusion
        await http.post("/desk/screening/1/screening", data=form_of(doubted.text, "repeat"))

    assert "không nên tiêm tại đây hôm nay" in doubted.text
    assert "Phiếu chưa đủ" in doubted.text
    assert not_yet is None
    assert hub.visit(visit).conclusion == "eligible"


async def test_whoever_is_not_vaccinated_goes_out_with_one_press(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = await before(hub, "screening")
        page = (await http.get("/desk/screening/1")).text
        told = {"conclusion": "to_hospital", "then": "pause"}
        answer = await http.post(
            "/desk/screening/1/screening", data=form_of(page, "screening") | told
        )
        said = (await http.get(answer.headers["location"])).text

    assert "Chưa mời ai." in said
    assert "số mới đã được mời" not in said
    assert hub.visit(visit).phase is Phase.LEFT
    assert hub.visit(visit).leave_reason == "to_hospital"


async def test_a_screening_is_corrected_with_what_was_written_before_in_its_fields(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = await before(hub, "screening")
        desk = "/desk/screening/1"
        page = (await http.get(desk)).text
        told = form_of(page, "screening") | WELL | {"note": "hẹn đo lại"}
        await http.post(f"{desk}/screening", data=told)
        first = hub.visit(visit).screening_event
        again = (await http.get(f"{desk}?visit={visit}")).text
        await http.post(
            f"{desk}/screening", data=form_of(again, "screening") | {"conclusion": "deferred"}
        )

    assert "hẹn đo lại" in again
    assert 'value="36,8"' in again
    assert hub.visit(visit).conclusion == "deferred"
    assert hub.visit(visit).screening_event != first


async def test_what_two_write_about_one_person_is_shown_beside_each_other(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http, hub.at("head") as other:
        visit = await before(hub, "screening")
        page = (await http.get("/desk/screening/1")).text
        theirs = (await other.get("/desk/screening/1")).text
        told = {"conclusion": "deferred", "celsius": "38,2", "then": "pause", "answer_2": "yes"}
        await other.post("/desk/screening/1/screening", data=form_of(theirs, "screening") | told)
        answer = await http.post(
            "/desk/screening/1/screening", data=form_of(page, "screening") | WELL
        )

    assert answer.status_code == 409
    assert "38.2" in answer.text
    assert "36,8" in answer.text
    assert "Trì hoãn tiêm" in answer.text
    assert "Đủ điều kiện tiêm" in answer.text
    assert hub.visit(visit).conclusion == "deferred"


async def test_a_dose_from_the_vial_in_use_is_one_press(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("injection") as http:
        await hub.vial()
        visit = await before(hub, "injection")
        await hub.screened(visit)
        page = (await http.get("/desk/injection/1")).text
        told = {"vial": "1-1", "dose_number": "1", "injector": "tiem-1"}
        answer = await http.post("/desk/injection/1/dose", data=form_of(page, "dose") | told)

    dose = hub.visit(visit).doses[0]
    assert answer.status_code == 303
    assert (dose.vaccine, dose.lot, dose.vial, dose.number) == (COMIRNATY, "FK0112", "1-1", 1)
    assert (dose.injector, dose.staff, dose.warnings) == ("tiem-1", "tiem-1", ())
    assert hub.visit(visit).station == "data_entry"
    assert hub.queue.state.vials["1-1"].left == 5
    assert '<option value="1-1" selected>' in page
    assert 'name="dose_number" value="1"' in page
    assert '<option value="tiem-1" selected>' in page


async def test_lot_and_vaccine_that_disagree_and_an_old_vial_are_told_first(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("injection") as http:
        visit = await before(hub, "injection")
        page = (await http.get("/desk/injection/1")).text
        told = {
            "vaccine": ASTRA,
            "lot": "fk0112",
            "expiry": "2026-10-31",
            "dose_number": "1",
            "injector": "tiem-1",
        }
        doubted = await http.post("/desk/injection/1/dose", data=form_of(page, "dose") | told)
        not_yet = hub.visit(visit).doses
        await http.post("/desk/injection/1/dose", data=form_of(doubted.text, "repeat"))

    assert "Số lô này thuộc một vắc xin khác." in doubted.text
    assert "Vắc xin đã hết hạn" in doubted.text
    assert not_yet == ()
    dose = hub.visit(visit).doses[0]
    assert dose.lot == "FK0112"
    assert set(dose.warnings) == {"not_screened", "lot_of_other_vaccine", "expired"}


async def test_a_dose_too_soon_after_the_one_on_the_list_is_told_first(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("injection") as http:
        hub.facts["match"] = lambda _: Match(
            standing=Standing.VERIFIED, doses=1, last_dose=PartialDate(2026, 11, 10)
        )
        await hub.vial()
        visit = await before(hub, "injection")
        await hub.screened(visit)
        page = (await http.get("/desk/injection/1")).text
        told = {"vial": "1-1", "dose_number": "2", "injector": "tiem-1"}
        doubted = await http.post("/desk/injection/1/dose", data=form_of(page, "dose") | told)

    assert 'name="dose_number" value="2"' in page
    assert "khoảng cách" in doubted.text.lower()
    assert hub.visit(visit).doses == ()


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("listed", "Có trong danh sách, công an chưa xác minh"),
        ("not_listed", "Chưa có trong danh sách của điểm tiêm. Vẫn phục vụ."),
        ("no_list", "Chưa có danh sách ở đây, hoặc danh sách đã quá cũ"),
    ],
)
async def test_a_desk_tells_not_verified_not_listed_and_no_list_apart(tmp_path, listed, said):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        hub.facts["match"] = lambda _: Match(Standing.UNKNOWN, listed=listed)
        await before(hub, "screening")
        page = (await http.get("/desk/screening/1")).text

    notes = page.partition('class="notes"')[2].partition("</ul>")[0]
    assert f'<li class="alert">{said}' in notes
    assert notes.count("danh sách") == said.count("danh sách")


async def test_a_correction_replaces_the_dose_and_gives_it_back_to_its_vial(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("data_entry") as http:
        await hub.vial()
        await hub.vial("1-2", vaccine=ASTRA, lot="ABX3214", doses=10)
        visit = await before(hub, "data_entry")
        await hub.screened(visit)
        await hub.vaccinated(visit, vial="1-1")
        page = (await http.get("/desk/data_entry/1")).text
        told = {"vial": "1-2", "dose_number": "1", "injector": "tiem-1"}
        answer = await http.post("/desk/data_entry/1/correct", data=form_of(page, "correct") | told)
        seen = await http.get(answer.headers["location"])

    (dose,) = hub.visit(visit).doses
    assert (dose.vaccine, dose.lot, dose.staff) == (ASTRA, "ABX3214", "nhap-1")
    assert hub.queue.state.vials["1-1"].left == 6
    assert hub.queue.state.vials["1-2"].left == 9
    assert "Đã ghi bản sửa" in seen.text
    assert hub.visit(visit).phase is Phase.CALLED


async def test_a_dose_that_somebody_else_corrected_is_not_corrected_unseen(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("data_entry") as http:
        visit = await before(hub, "data_entry")
        await hub.screened(visit)
        await hub.vaccinated(visit)
        page = (await http.get("/desk/data_entry/1")).text
        await hub.vaccinated(visit, lot="FL8094", replaces=hub.visit(visit).doses[0].event)
        told = {"vaccine": COMIRNATY, "lot": "X", "dose_number": "1", "injector": "tiem-1"}
        answer = await http.post("/desk/data_entry/1/correct", data=form_of(page, "correct") | told)

    assert answer.status_code == 409
    assert [dose.lot for dose in hub.visit(visit).doses] == ["FL8094"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dose_number": "0"}, "Mũi thứ mấy?"),
        ({"dose_number": "hai"}, "Mũi thứ mấy?"),
        ({"injector": ""}, "Chưa chọn người tiêm"),
        ({"injector": "ai-do"}, "Không có ai đăng nhập bằng tên này"),
        ({"lot": " "}, "Chưa có số lô"),
        ({"vaccine": ""}, "Chưa có tên vắc xin"),
        ({"vial": "9-9"}, "Chưa có lọ này"),
    ],
)
async def test_a_dose_that_lacks_something_is_not_written(tmp_path, changed, words):
    async with care_hub(tmp_path) as hub, hub.at("injection") as http:
        visit = await before(hub, "injection")
        page = (await http.get("/desk/injection/1")).text
        told = {"vaccine": COMIRNATY, "lot": "FK0112", "dose_number": "1", "injector": "tiem-1"}
        answer = await http.post(
            "/desk/injection/1/dose", data=form_of(page, "dose") | told | changed
        )

    assert words in answer.text
    assert hub.visit(visit).doses == ()


async def test_a_vial_is_opened_given_from_and_its_rest_thrown_away(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("injection") as http:
        desk = "/desk/injection/1"
        page = (await http.get(desk)).text
        told = {
            "vial_id": "1-1",
            "vial_vaccine": COMIRNATY,
            "vial_lot": "fk0112",
            "vial_expiry": "2027-01-31",
            "vial_doses": "6",
        }
        await http.post(f"{desk}/open-vial", data=form_of(page, "open-vial") | told)
        visit = await hub.come("observation")
        await hub.screened(visit)
        await hub.vaccinated(visit, vial="1-1")
        page = (await http.get(desk)).text
        told = {"vial": "1-1", "discard_doses": "5", "discard_reason": "time_over"}
        await http.post(f"{desk}/discard-vial", data=form_of(page, "discard-vial") | told)
        after = (await http.get(desk)).text

    vial = hub.queue.state.vials["1-1"]
    assert (vial.lot, vial.doses, vial.given, vial.discarded, vial.left) == ("FK0112", 6, 1, 5, 0)
    assert "mở 6 = tiêm 1 + bỏ 5 + còn 0" in after
    assert 'value="1-2"' in after  # What the next one is called.


async def test_more_doses_than_a_vial_holds_are_doubted(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("injection") as http:
        await hub.vial()
        page = (await http.get("/desk/injection/1")).text
        told = {"vial": "1-1", "discard_doses": "9", "discard_reason": "broken"}
        doubted = await http.post(
            "/desk/injection/1/discard-vial", data=form_of(page, "discard-vial") | told
        )

    assert "Bỏ nhiều hơn số liều còn trong lọ." in doubted.text
    assert hub.queue.state.vials["1-1"].discarded == 0


@pytest.mark.parametrize("role", ["screening", "injection", "data_entry", "observation"])
async def test_each_role_has_its_own_desk_and_no_other(tmp_path, role):
    others = {"screening", "injection", "data_entry", "observation", "reception"} - {role}
    async with care_hub(tmp_path) as hub, hub.at(role) as http:
        own = await http.get(f"/desk/{role}/1")
        answers = [await http.get(f"/desk/{other}/1") for other in sorted(others)]
        head = await http.get("/head")
        slip = await http.get(f"/desk/reception/1/slip/{await hub.come()}")

    assert own.status_code == 200
    assert slip.status_code == 403, "a slip carries a signature: only reception hands it out"
    assert [answer.status_code for answer in answers] == [403] * 4
    assert head.status_code == 403


async def test_a_desk_works_on_by_numbers_while_the_site_is_locked(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = await before(hub, "screening")
        hub.hub.site_keys.lock()
        page = (await http.get("/desk/screening/1")).text
        await http.post("/desk/screening/1/screening", data=form_of(page, "screening") | WELL)

    assert "Nguyễn Thị Mẫu" not in page
    assert hub.visit(visit).conclusion == "eligible"


async def test_the_same_press_sent_twice_writes_one_dose(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("injection") as http:
        await hub.vial()
        visit = await before(hub, "injection")
        await hub.screened(visit)
        page = (await http.get("/desk/injection/1")).text
        told = form_of(page, "dose") | {"vial": "1-1", "dose_number": "1", "injector": "tiem-1"}
        first = await http.post("/desk/injection/1/dose", data=told)
        second = await http.post("/desk/injection/1/dose", data=told)

    assert (first.status_code, second.status_code) == (303, 303)
    assert len(hub.visit(visit).doses) == 1


async def test_news_between_form_and_press_are_shown_not_overwritten(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("injection") as http:
        await hub.vial()
        visit = await before(hub, "injection")
        await hub.screened(visit)
        page = (await http.get("/desk/injection/1")).text
        await hub.do(Recall(visit=visit, staff="lan"))
        told = form_of(page, "dose") | {"vial": "1-1", "dose_number": "1", "injector": "tiem-1"}
        answer = await http.post("/desk/injection/1/dose", data=told)

    assert answer.status_code == 409
    assert "1-1" in answer.text
    assert hub.visit(visit).doses == ()
