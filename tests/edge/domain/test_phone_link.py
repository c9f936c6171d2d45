"""The link of a slip: there and back, and nothing else."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.domain.phone_link import link_of, visit_of_code, visit_of_link

ADDRESS = "https://cho.example.vn"


@given(visit=st.uuids().map(str))
def test_a_link_leads_back_to_its_visit(visit):
    link = link_of(ADDRESS, visit)

    assert visit_of_link(link) == visit
    assert visit_of_code(link.rsplit("/", 1)[1].lower()) == visit


def test_a_link_is_capitals_and_digits_so_that_its_code_is_small():
    link = link_of(f"{ADDRESS}:8446/", str(uuid.UUID(int=1)))

    assert link.startswith("HTTPS://CHO.EXAMPLE.VN:8446/Q/")
    assert set(link) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_what_is_no_uuid_has_no_link():
    assert link_of(ADDRESS, "visit-1") == ""


@pytest.mark.parametrize(
    "text", ["", "TRAM1:ABC", "https://cho.example.vn/q/short", "https://a/b/q/" + "a" * 26]
)
def test_other_texts_are_no_links(text):
    assert visit_of_link(text) is None
    assert visit_of_code(text) is None
