"""Whatever a logged-in browser sends to any route of the centre, the answer is never a 500.

schemathesis makes the requests from the description of all routes, right and wrong ones.
"""

from collections.abc import Iterator

import pytest
import schemathesis
from factories.carried_sheets import desk
from factories.dashboards import fill, served
from factories.logins import browser
from factories.migrated import migrated_engine
from factories.openapi import app_without_services
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings

from central.adapters.overview_sql import SqlOverview
from central.adapters.platform_file import PlatformWorkbook

EXAMPLES = 6
# One never ends, the other ends the log-in that all others need.
LEFT_OUT = ("/events", "/logout")


def described():
    """Return the description of all routes, those that only browsers know too."""
    app = app_without_services()
    for holder in (*_holders(app.routes),):
        holder.include_in_schema = getattr(holder, "path", "") not in LEFT_OUT
    return app.openapi()


def _holders(routes):
    """Yield whatever says that something is left out of a description, at any depth."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield inner
            yield route.include_context
            yield from _holders(inner.routes)


@pytest.fixture(scope="module")
def operations():
    found = schemathesis.openapi.from_dict(described()).get_all_operations()
    return [one.ok() for one in found]


@pytest.fixture(scope="module")
def centre(tmp_path_factory) -> Iterator[tuple[str, dict[str, str]]]:
    """Return where a centre answers, and the cookies of a log-in of the province and of IT."""
    engine = migrated_engine(tmp_path_factory.mktemp("centre"))
    fill(engine)
    more = {"platform_sheets": desk(engine), "exported": PlatformWorkbook}
    with served(SqlOverview(engine), engine=engine, **more) as url:
        yield url, {login: cookies(url, login) for login in ("tinh", "cntt")}
    engine.dispose()


def cookies(url, login):
    with browser(url, login) as client:
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def test_every_page_and_every_file_is_among_the_routes(operations):
    paths = {one.path for one in operations}

    assert {"/", "/api/summary", "/platform/export", "/requests", "/verification"} <= paths
    assert len(operations) > 40


def test_no_request_is_answered_by_a_500(operations, centre, subtests):
    for operation in operations:
        with subtests.test(operation.label):
            url, known = centre
            # Each by whom it is for: what the province may not do would always be a 403.
            login = "cntt" if operation.path.startswith("/accounts") else "tinh"
            never_a_500(operation, url, known[login])


def never_a_500(operation, url, cookies):
    statuses = set()

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def ask(case):
        headers = {"origin": url, "cookie": cookies}
        answer = case.call(base_url=url, headers=headers, allow_redirects=False)
        statuses.add(answer.status_code)
        assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text[:500]}"

    ask()
    # Else the route was never reached, and could not have failed.
    assert statuses - {401, 403} or operation.path == "/refused"


@pytest.mark.parametrize("path", ["/verification/{}/sheet", "/verification/{}/answers"])
def test_a_number_larger_than_any_column_is_no_number(path, centre):
    url, _ = centre
    with browser(url, "tinh") as client:
        assert client.post(path.format(1 << 63)).status_code == 422
        assert client.get(f"/platform/{1 << 63}.xlsx").status_code == 422
