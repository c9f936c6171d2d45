"""Where somebody is after a log-in: at a page that they may open."""

import pytest

from central.api.pages import first_page
from central.domain.accounts import Role, Visitor


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.SITE, "/"),
        (Role.COMMUNE, "/"),
        (Role.PROVINCE, "/"),
        (Role.IT, "/"),
        (Role.POLICE, "/verification"),
    ],
)
def test_everybody_begins_at_a_page_of_theirs(role, page):
    assert first_page(Visitor("somebody", "Somebody", role, None)) == page
