"""Who left a site without a certificate, and why, as the centre knows it."""

from datetime import date

import pytest
from factories.closings import DAY, SITE
from factories.dashboards import served
from factories.facts import Journal, check_in
from factories.logins import browser
from factories.migrated import migrated_engine
from factories.site_days import at_desk
from factories.wire import CENTRE_SEAL

from central.adapters.overview_sql import SqlOverview
from central.adapters.visit_store import SqlProjection
from central.api.words_certificates import WITHOUT
from central.services.projection import Projector
from edge.ui.site.desk_certificates import NOT_SAID, NOT_WANTED, REASONS
from protocol import site_events as site

LEFT = ("unsigned", "unsigned", "", "printer", "<b>new</b>")


def left(seq: int, number: int, why: str, certificate: str = "none"):
    body = site.Left(staff="hoa", certificate=certificate, certificate_why=why)
    return at_desk(seq, body, number)


@pytest.fixture
def url(tmp_path):
    engine = migrated_engine(tmp_path)
    journal = Journal(engine)
    journal.add(*(check_in(n) for n in range(1, 6)))
    journal.add(*(left(10 + n, n, why) for n, why in enumerate(LEFT, 1)))
    # Came back and got it after all: the last word stands.
    journal.add(left(20, 2, "", "printed"))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    with served(SqlOverview(engine), engine=engine) as url:
        yield url
    engine.dispose()


def test_the_days_page_counts_who_left_without_one_by_the_reason(url):
    with browser(url, "xa") as client:
        page = client.get("/closing", params={"site": SITE, "date": DAY}).text
        english = client.get("/closing", params={"site": SITE, "date": DAY, "lang": "en"}).text
        other = date.fromisoformat(DAY).replace(day=1).isoformat()
        before = client.get("/closing", params={"site": SITE, "date": other}).text

    assert 'Ra về không có giấy chứng nhận <span class="count">3</span>' in page
    for line in ("Chờ người phụ trách ký: 1", "Máy in hỏng hoặc hết giấy: 1"):
        assert f"<li>{line}</li>" in page
    assert "<li>Responsible signature outstanding: 1</li>" in english
    # A reason of a later version is shown as it came, and as text.
    assert "<li>&lt;b&gt;new&lt;/b&gt;: 1</li>" in page
    assert "Ra về không có" not in before


def test_programs_are_told_the_same_figures_beside_the_equations(url):
    with browser(url, "xa") as client:
        one = client.get(f"/api/closing/{SITE}", params={"date": DAY}).json()
        every = client.get("/api/closing", params={"date": DAY}).json()

    assert one["without_certificate"] == {"<b>new</b>": 1, "printer": 1, "unsigned": 1}
    assert every == [one]


def test_every_reason_that_a_desk_can_give_has_words_in_both_languages():
    codes = {*REASONS, NOT_SAID, NOT_WANTED}

    assert set(WITHOUT["vi"]) == set(WITHOUT["en"]) == codes
