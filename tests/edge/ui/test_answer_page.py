"""What the page of a person's doses says of one that is known in part, and of those without room."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from factories.kiosks import ZONE

from edge.domain.answers import Answer, Found, Item, Why
from edge.domain.screen import Certificates, Doses
from edge.services.display import Bar, Shown
from edge.ui.pages import Pages

WHOLE = Item("d-1", 2, date(2021, 6, 15), certificate="HC1:X")
MONTH = Item("d-2", 0, date(2021, 6, 1), certificate="HC1:Y", partly="06/2021")
NOTHING = Item("d-3", 0, date.min, certificate="HC1:Z")


def drawn(*items: Item) -> str:
    """Return the page of certificates in Vietnamese."""
    screen = Certificates(Answer(Found.AVAILABLE, items), "N. T. M***")
    shown = Shown(1, screen, bar=Bar(0, datetime(2026, 11, 22, tzinfo=UTC)))
    pages = Pages(device="kiosk-0001", site_name="Trạm", zone=ZONE)
    html: str = json.loads(pages.message(shown))["html"]["vi"]
    return html


@pytest.mark.parametrize(
    ("item", "named", "button"),
    [
        (WHOLE, "<li>Mũi 2 · 15/06/2021</li>", "In giấy chứng nhận mũi 2</button>"),
        (MONTH, "<li>Mũi tiêm · 06/2021</li>", "In giấy chứng nhận (06/2021)</button>"),
        (NOTHING, "<li>Mũi tiêm</li>", "In giấy chứng nhận</button>"),
    ],
)
def test_no_number_and_no_day_is_made_up(item, named, button):
    page = drawn(item)

    assert named in page
    assert button in page


@pytest.mark.parametrize(
    ("there", "buttons", "unseen"),
    [
        ("there there", [1, 2], 0),
        ("there there there", [2, 3], 1),
        ("none there there", [3], 1),
        ("there there none none", [2], 2),
        ("none none none", [], 1),
    ],
)
def test_two_doses_have_room_of_each_kind_the_newest_and_the_others_are_counted(
    there, buttons, unseen
):
    items = [
        replace(WHOLE, id=f"d-{n}", dose=n)
        if kind == "there"
        else replace(WHOLE, id=f"d-{n}", dose=n, certificate="", why=Why.UNSIGNED)
        for n, kind in enumerate(there.split(), 1)
    ]

    page = drawn(*items)

    assert [int(n) for n in re.findall(r'data-touch="certificate/(\d+)"', page)] == buttons
    assert re.findall(r"Số mũi không hiện ở đây: (\d+)", page) == ([str(unseen)] if unseen else [])
    assert ('data-touch="pending"' in page) is ("none" in there)


@pytest.mark.parametrize(("doses", "shown"), [(0, 0), (3, 3), (4, 2)])
def test_of_more_than_three_recorded_doses_two_are_shown_and_the_others_counted(doses, shown):
    items = tuple(replace(WHOLE, id=f"d-{n}", certificate="") for n in range(doses))

    assert Doses(Answer(Found.AVAILABLE, items)).shown == items[doses - shown :]
