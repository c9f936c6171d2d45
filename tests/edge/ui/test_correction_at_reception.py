"""Reception hands out what differs between card and list once more."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from factories.care_desks import CareHub, care_hub, form_of

from edge.domain.queue.visit import Visit
from edge.domain.roster import Difference, Match, Standing
from edge.ui.site.desk_model import Slips

FOUND = (Difference("birth", "1985-08-17", "1985-07-18"),)
DESK = "/desk/reception/1"


def differing(hub: CareHub) -> None:
    hub.facts["match"] = lambda _: Match(Standing.TO_SUPPLEMENT, differences=FOUND)


async def test_a_hub_without_a_printer_shows_it_marked_for_the_browser_to_print(
    tmp_path: Path,
) -> None:
    async with care_hub(tmp_path) as hub, hub.at("reception") as http:
        differing(hub)
        visit = await hub.come()
        page = (await http.get(f"{DESK}?visit={visit}")).text
        answer = await http.post(f"{DESK}/correction", data=form_of(page, "correction"))
        shown = (await http.get(answer.headers["location"])).text
        page = (await http.get(f"{DESK}?visit={visit}")).text
        hub.facts.clear()
        refused = await http.post(f"{DESK}/correction", data=form_of(page, "correction"))
        plain = (await http.get(f"{DESK}?visit={visit}")).text

    assert answer.headers["location"] == f"{DESK}/correction/{visit}"
    assert _both("BẢN IN LẠI", "REPRINT") in shown
    assert _both("Cần sửa thông tin", "To be corrected") in shown
    assert _both("Ngày sinh", "Date of birth") in shown
    assert "<td>17/08/1985</td><td>18/07/1985</td>" in shown
    assert "Nguyễn Thị Mẫu" not in shown
    assert "không thấy chỗ nào khác" in refused.text
    assert 'data-action="correction"' not in plain


def _both(vietnamese: str, english: str) -> str:
    return f'<span lang="vi">{vietnamese}</span> <span lang="en">{english}</span>'


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_paper_from_a_browser_is_in_both_languages_whichever_the_staff_read(
    tmp_path: Path, language: str
) -> None:
    async with care_hub(tmp_path) as hub, hub.at("reception") as http:
        await http.post("/desk/language", data={"language": language, "back": DESK})
        slip = (await http.get(f"{DESK}/slip/{await hub.come()}")).text
        complaint = (await http.get(f"{DESK}/complaint/PA002")).text

    assert _both("Số thứ tự", "Number") in slip
    assert _both("Mời đến: Đón tiếp", "Please go to: Đón tiếp") in slip
    assert _both("Số phản ánh", "Complaint number") in complaint


async def test_a_hub_with_a_printer_prints_it(tmp_path: Path) -> None:
    printed = []

    def correct(visit: Visit, masked: str | None, found: Sequence[Difference]) -> None:
        printed.append((visit.id, masked, tuple(found)))

    slips = Slips(sign=lambda *_: "", prints=True, correct=correct)
    async with care_hub(tmp_path, slips=slips) as hub, hub.at("reception") as http:
        differing(hub)
        visit = await hub.come()
        page = (await http.get(f"{DESK}?visit={visit}")).text
        answer = await http.post(f"{DESK}/correction", data=form_of(page, "correction"))

    assert answer.headers["location"] == f"{DESK}?did=correction&visit={visit}"
    assert printed == [(visit, "N. T. M***", FOUND)]
