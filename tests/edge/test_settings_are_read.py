"""Every setting of a Pi is read by somebody: one that does nothing is a promise that nobody keeps."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from edge.bootstrap.hub import _policy
from edge.config import device, settings, site
from edge.config.plain import NotValidError
from edge.config.section import Section
from edge.config.settings import Settings
from edge.config.site import DeskSettings, QueueSettings
from edge.domain.roster import Desks

EDGE = Path(__file__).parents[2] / "edge"
READERS = "\n".join(path.read_text(encoding="utf-8") for path in sorted(EDGE.rglob("*.py")))
SECTIONS = sorted(
    {
        each
        for module in (device, settings, site)
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, Section)
        and each not in {Section, DeskSettings}
    },
    key=lambda each: each.__name__,
)


def test_the_desk_of_each_standing_is_handed_over_whole():
    assert list(DeskSettings.__struct_fields__) == [each.name for each in fields(Desks)]


@pytest.mark.parametrize("section", [*SECTIONS, Settings], ids=lambda each: each.__name__)
def test_every_setting_is_read_by_somebody(section):
    unread = [name for name in section.__struct_fields__ if not re.search(rf"\.{name}\b", READERS)]

    assert unread == []


LEAST = {
    "device": "kiosk-0001",
    "site": "phuoc-dinh",
    "site_name": "Trạm Y tế Phước Dinh",
    "data_directory": "data",
    "keys_directory": ".",
}


def policy(**queue):
    return _policy(Settings.of({**LEAST, "queue": queue}))


def test_what_a_site_decides_of_its_queue_is_what_the_queue_does():
    decided = policy(recalls_most=5, passed_over_most=2, head_start_minutes={"elderly": 45})

    assert (decided.recalls_most, decided.passed_over_most) == (5, 2)
    assert (decided.head_start_minutes["elderly"], decided.head_start_minutes["child"]) == (45, 15)
    assert (decided.observation_minutes, decided.training) == (30, False)


def test_observation_is_short_only_where_it_is_called_training():
    short = policy(training_observation_minutes=2)

    assert (short.observation_minutes, short.training) == (2, True)
    with pytest.raises(NotValidError):
        QueueSettings.of({"observation_minutes": 29})
    with pytest.raises(NotValidError):
        QueueSettings.of({"training_observation_minutes": 30})
