"""What fills the demo's lists: the programs' own commands, in the order in which they need one another."""

from datetime import date

from provisioning.domain.local_samples import samples


def test_the_day_is_written_brought_signed_a_list_sent_and_worked_on():
    made = samples("/demo", "python", "/lists/people.csv", date(2026, 11, 22))

    assert [one.name.removeprefix("sample-") for one in made] == [
        "day", "export", "import", "project", "people", "round", "sheet", "batch", "sign", "work",
    ]  # fmt: skip
    assert all(one.listens == () for one in made)
    assert "/demo/samples/phuoc-dinh-2026-11-21.json" in made[-2].command
