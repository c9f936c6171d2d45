"""What a phone shows of a number, over https."""

import uuid
from dataclasses import replace

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from factories.care_desks import care_hub
from factories.chromium import chromium
from factories.halls import hall
from factories.pictures import pictures
from factories.queues import at_desk
from playwright.sync_api import expect

from edge.domain.phone_link import link_of
from edge.domain.queue.commands import Finish, LetGo, MarkMissed
from edge.ui.site.phone import Rate, phone_routes

PICTURES = pictures("board")
PHONE = {"width": 390, "height": 780}


@pytest.fixture
def site(tmp_path):
    with hall(
        tmp_path, more=lambda site, entry, queue: phone_routes(entry.pages, queue, site.clock)
    ) as found:
        yield found


def come(site, people: int = 1):
    """Let people check in whose visits have real ids."""
    return [site.come(1, visit=str(uuid.uuid4()))[0] for _ in range(people)]


def path_of(visit) -> str:
    return "/q/" + link_of("https://x", visit.id).rsplit("/", 1)[1]


def read(site, visit) -> httpx.Response:
    return httpx.get(site.url + path_of(visit), verify=False)


def test_a_phone_reads_how_many_are_before_its_number_and_nothing_else(site):
    *_, last = come(site, 4)

    page = read(site, last)

    assert page.status_code == 200
    assert last.ticket in page.text
    assert "Trước ông/bà còn 3 người" in page.text
    assert "Thời gian chờ: chưa rõ" in page.text
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert last.id not in page.text
    assert last.person not in page.text


def test_a_phone_is_told_where_to_go_and_what_comes_after(site):
    visit = come(site)[0]
    assert "Ông/bà là người tiếp theo" in read(site, visit).text
    site.call("reception", "2")
    assert "Mời đến bàn 2, Đón tiếp" in read(site, visit).text
    site.do(MarkMissed(visit=visit.id, staff="lan"))
    assert "Số của ông/bà đã được gọi" in read(site, visit).text
    site.do(LetGo(visit=visit.id, staff="lan", reason="own_wish"))
    assert "Đã xong" in read(site, visit).text
    assert "http-equiv" not in read(site, visit).text


def test_a_phone_of_two_numbers_is_told_which_one_counts(site):
    first, second = (site.come(1, visit=str(uuid.uuid4()), person="c" * 64)[0] for _ in range(2))

    assert f"Xin theo dõi số {first.ticket}" in read(site, second).text


def test_a_number_that_is_not_known_yet_is_looked_for_again(site):
    page = httpx.get(f"{site.url}/q/{'A' * 26}", verify=False)

    assert page.status_code == 404
    assert "Chưa thấy số này" in page.text
    assert 'http-equiv="refresh"' in page.text


def test_who_guesses_at_links_is_slowed_down_and_who_has_one_is_not(site):
    visit = come(site)[0]
    with httpx.Client(verify=False, base_url=site.url) as client:
        codes = [client.get(f"/q/{uuid.uuid4().hex[:26]}").status_code for _ in range(40)]

        assert codes[0] == 404
        assert codes[-1] == 429
        assert client.get(path_of(visit)).status_code == 200


def test_a_link_has_its_own_pace():
    rate = Rate()

    burst = [rate.may("A001", 100.0) for _ in range(12)]
    assert burst.count(True) == 7
    assert not burst[-1]
    assert rate.may("A002", 100.0)
    assert rate.may("A001", 103.0)


@pytest.mark.system
def test_the_page_updates_itself_with_and_without_scripts_and_says_when_it_is_old(site):
    visit = come(site)[0]
    with chromium() as browser:
        for scripts in (True, False):
            context = browser.new_context(
                ignore_https_errors=True, viewport=PHONE, java_script_enabled=scripts
            )
            page = context.new_page()
            page.goto(site.url + path_of(visit))
            expect(page.locator(".before")).to_contain_text("Ông/bà là người tiếp theo")
            if scripts:
                page.screenshot(path=PICTURES / "phone-waiting.png")
                found = Axe().run(page)
                assert [each["id"] for each in found.response["violations"]] == []
                site.call("reception", "1")
                expect(page.locator(".what")).to_contain_text("Mời đến bàn 1", timeout=25_000)
                page.screenshot(path=PICTURES / "phone-called.png")
                site.do(Finish(visit=visit.id, staff="lan"))
                visit = come(site)[0]
            else:
                site.call("reception", "1")
                expect(page.locator(".what")).to_contain_text("Mời đến bàn 1", timeout=25_000)
            assert context.cookies() == []
            context.close()


async def test_a_desk_that_scans_the_link_finds_its_visit(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = str(uuid.uuid4())
        await hub.do(replace(at_desk(1), visit=visit))
        what = {"what": link_of("https://cho.example.vn", visit)}
        answer = await http.post("/desk/screening/1/find", data=what)

    assert answer.headers["location"].endswith(f"visit={visit}")
