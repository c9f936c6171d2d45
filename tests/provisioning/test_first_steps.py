"""A demo whose first start was cut short: the next one does what is left, and nothing twice."""

from datetime import date

import pytest

from provisioning.adapters.store_directory import DirectoryStore
from provisioning.bootstrap import open_local_site
from provisioning.ports import ProgramFailed, StoreError
from provisioning.services.first_steps import FILE, FirstSteps

DAY = date(2026, 11, 22)


class CutShort:
    """Runs commands until one of them does not end well."""

    def __init__(self, fails_at: str) -> None:
        self.fails_at = fails_at
        self.ran: list[str] = []

    def run(self, program, _seconds: float) -> None:
        if program.name == self.fails_at:
            raise ProgramFailed(program.name, "cut short")
        self.ran.append(program.name)


def test_a_site_of_an_earlier_version_has_no_steps(tmp_path):
    steps = FirstSteps(DirectoryStore(tmp_path))
    steps.finish("sample-day")

    assert (steps.day(), steps.done()) == (None, [])


def test_the_day_stays_the_one_of_the_first_start_and_steps_are_kept(tmp_path):
    steps = FirstSteps(DirectoryStore(tmp_path))
    steps.begin(DAY)
    steps.finish("sample-day")
    steps.finish("sample-day")
    again = FirstSteps(DirectoryStore(tmp_path))
    again.begin(date(2026, 11, 23))

    assert (again.day(), again.done()) == (DAY, ["sample-day"])


def test_a_file_that_is_no_json_is_told(tmp_path):
    (tmp_path / FILE).write_text("{")

    with pytest.raises(StoreError):
        FirstSteps(DirectoryStore(tmp_path)).day()


def test_a_start_that_was_cut_short_is_gone_on_with_where_it_stopped(tmp_path):
    FirstSteps(DirectoryStore(tmp_path)).begin(DAY)
    site = open_local_site(tmp_path)
    site._programs = broken = CutShort("sample-people")
    site.add_leaders()
    with pytest.raises(ProgramFailed):
        site.add_samples()
    second = open_local_site(tmp_path)
    second._programs = whole = CutShort("")
    second.add_leaders()
    second.add_samples()

    assert broken.ran[0] == "accounts-import"
    assert whole.ran[0] == "sample-people"
    assert set(broken.ran).isdisjoint(whole.ran)
    assert whole.ran[-1] == "sample-work"
    assert second.samples_left() == []
