"""The port ``ReactionPlatform``: one suite, on our sandbox by FHIR and by files."""

import re
from dataclasses import replace
from itertools import count

import pytest
from factories.carried_sheets import Carried
from factories.migrated import migrated_engine
from factories.platforms import ask, sandbox
from factories.wires import watched

from central.adapters.platform_fhir_reactions import FhirReactions
from central.domain.reactions import ToldReaction, compare_reactions
from central.ports import PlatformRefused

_numbers = count(1)


def told_reaction(**changes):
    number = next(_numbers)
    told = ToldReaction(
        reaction=f"019aa000-0000-7000-a000-{number:012x}",
        visit=f"019aa000-0000-7000-8000-{number:012x}",
        site="phuoc-dinh",
        occurred_at="2026-11-22T01:52:03.004+00:00",
        severity="moderate",
        staff="theo-doi-1",
        dose=f"019aa000-0000-7000-9000-{number:012x}",
        number=f"058385{number:06d}",
        name="Nguyễn Thị Mẫu",
        birth="1985-08-17",
        sex="female",
    )
    return replace(told, **changes)


@pytest.fixture(scope="module", params=["sandbox", "spreadsheet"])
def running(request, tmp_path_factory):
    with sandbox(tmp_path_factory.mktemp("platform")) as there:
        yield request.param, there.url


@pytest.fixture(scope="module")
def url(running):
    return running[1]


@pytest.fixture(scope="module")
def wire(url):
    with watched(url) as wire:
        yield wire


@pytest.fixture(scope="module")
def platform(running, wire, tmp_path_factory):
    kind, address = running
    if kind == "spreadsheet":
        engine = migrated_engine(tmp_path_factory.mktemp("centre"))
        yield Carried(engine, address)
        engine.dispose()
        return
    platform = FhirReactions(wire.url)
    yield platform
    platform.close()


def total(url, kind, told):
    found = ask(f"{url}/{kind}", params={"identifier": told}).json()
    return len(found.get("entry", []))


def test_what_was_told_is_read_back_field_by_field(platform):
    told = told_reaction()

    receipt = platform.submit_reaction(told)

    (held,) = platform.reactions_of(told)
    assert compare_reactions(told, [held]) == []
    assert (held.id, held.patient) == (receipt.resource, receipt.patient)


def test_what_is_not_known_is_left_out(platform):
    told = told_reaction(name=None, birth=None, sex=None, dose=None)

    platform.submit_reaction(told)

    assert compare_reactions(told, platform.reactions_of(told)) == []


def test_telling_again_creates_nothing_and_returns_the_same_place(platform, url):
    told = told_reaction()

    assert platform.submit_reaction(told) == platform.submit_reaction(told)

    assert total(url, "AdverseEvent", told.reaction) == 1
    assert total(url, "Patient", told.number) == 1


def test_a_reaction_that_was_never_told_is_not_there(platform):
    told = told_reaction()

    assert platform.reactions_of(told) == []
    assert compare_reactions(told, []) is None


def test_a_reaction_without_a_time_is_refused_in_the_platforms_words(platform):
    with pytest.raises(PlatformRefused, match=r"AdverseEvent\.date"):
        platform.submit_reaction(told_reaction(occurred_at="hôm qua"))


def test_a_person_whom_the_platform_knows_otherwise_is_a_difference(platform):
    first = told_reaction(name="Trần Văn Khác")
    platform.submit_reaction(first)
    second = told_reaction(number=first.number)

    platform.submit_reaction(second)

    found = compare_reactions(second, platform.reactions_of(second))
    assert [(one.field, one.theirs) for one in found] == [("name", "Trần Văn Khác")]


def test_nobodys_number_stands_where_servers_and_proxies_write_logs(platform, wire):
    told = told_reaction()

    platform.submit_reaction(told)
    assert compare_reactions(told, platform.reactions_of(told)) == []

    assert re.findall(r"058\d{9}|12AB34567", "\n".join(wire.heads)) == []
