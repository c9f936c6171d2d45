"""Joins what lets invented people work on a sample day, in a centre that holds nothing else."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from central.adapters.accounts_sql import SqlAccounts
from central.adapters.clock import SystemClock
from central.adapters.comparison_sql import SqlComparison
from central.adapters.complaints_sql import SqlComplaints
from central.adapters.event_store_sql import SqlEventStore
from central.adapters.persons_sql import SqlPersons
from central.adapters.requests_sql import SqlRequests
from central.adapters.sample_sql import everything_said
from central.adapters.worklist_sql import SqlWorklist
from central.bootstrap.core import open_database, open_registry
from central.config import CentralConfig
from central.ports import Registry
from central.services.complaints import Complaints
from central.services.discrepancies import Discrepancies
from central.services.opening import Opener
from central.services.persons import Persons
from central.services.requests import Requests
from central.simulated.sample_work import Desks, SampleClock, must_be_sample, work

_MOST = 2_000  # A sample day has some two hundred events.


def sample_work(
    config: CentralConfig, *, site: str, province: str, commune: str, head: str
) -> None:
    """Let the people with these log-in names do what is done on the day after a sample day.

    Raises:
        NotASampleDay: The centre holds something else; nothing was changed.
        PortError: Registry or database cannot be used.
    """
    engine = open_database(config)
    try:
        must_be_sample(everything_said(engine, _MOST), _MOST)
        made = desks(engine, open_registry(config), config.accounts.communes, SystemClock().now())
        work(made, site, province, commune, head)
    finally:
        engine.dispose()


def desks(
    engine: sa.Engine, registry: Registry, communes: Mapping[str, Sequence[str]], now: datetime
) -> Desks:
    """Return what the pages ask, on one clock that can be set and stands at ``now``."""
    clock = SampleClock(now)
    persons = Persons(SqlPersons(engine), clock)
    return Desks(
        clock=clock,
        complaints=Complaints(
            SqlComplaints(engine), SqlAccounts(engine), clock, os.urandom, communes
        ),
        persons=persons,
        requests=Requests(SqlRequests(engine), persons, clock),
        discrepancies=Discrepancies(SqlWorklist(engine), SqlAccounts(engine), communes, clock),
        comparison=SqlComparison(engine),
        opener=Opener(registry),
        store=SqlEventStore(engine),
    )
