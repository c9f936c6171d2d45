"""What the page of a person's doses says of one that is known in part."""

import json
from datetime import UTC, date, datetime

import pytest
from factories.kiosks import ZONE

from edge.domain.answers import Answer, Found, Item
from edge.domain.screen import Certificates
from edge.services.display import Bar, Shown
from edge.ui.pages import Pages

WHOLE = Item("d-1", 2, date(2021, 6, 15), certificate="HC1:X")
MONTH = Item("d-2", 0, date(2021, 6, 1), certificate="HC1:Y", partly="06/2021")
NOTHING = Item("d-3", 0, date.min, certificate="HC1:Z")


@pytest.mark.parametrize(
    ("item", "named", "button"),
    [
        (WHOLE, "<li>Mũi 2 · 15/06/2021</li>", "In giấy chứng nhận mũi 2</button>"),
        (MONTH, "<li>Mũi tiêm · 06/2021</li>", "In giấy chứng nhận (06/2021)</button>"),
        (NOTHING, "<li>Mũi tiêm</li>", "In giấy chứng nhận</button>"),
    ],
)
def test_no_number_and_no_day_is_made_up(item, named, button):
    screen = Certificates(Answer(Found.AVAILABLE, (item,)), "N. T. M***")
    shown = Shown(1, screen, bar=Bar(0, datetime(2026, 11, 22, tzinfo=UTC)))

    pages = Pages(device="kiosk-0001", site_name="Trạm", zone=ZONE)
    page = json.loads(pages.message(shown))["html"]["vi"]

    assert named in page
    assert button in page
