"""What somebody explained stays closed at the next comparison, on both databases."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, ready_engine
from factories.devices import AT

from central.adapters.discrepancies_sql import settle_findings
from central.adapters.tables_doses import dose_discrepancies as table
from central.adapters.worklist_sql import SqlWorklist
from central.domain.audit import Act
from central.domain.discrepancies import EXPLAINED, Handover
from central.domain.findings import OF_PERSON, Finding
from central.ports.discrepancies import Chosen

FOUND = Finding("person", "p1", "two_places", "phuoc-dinh", "", "phuoc-dinh", "phuoc-dai")
STEP = Handover(AT, "tinh", "phuoc-dinh", "phuoc-dinh", EXPLAINED, "Đã hỏi cả hai nơi.")


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


def test_it_opens_again_only_with_other_values(engine):
    worklist = SqlWorklist(engine)

    def after(*findings):
        with engine.begin() as connection:
            settle_findings(connection, sa.true(), OF_PERSON, findings, AT)
        return [one.key for one in worklist.open_ones(Chosen(), 10)[0]]

    [key] = after(FOUND)
    act = Act("tinh", "province", "discrepancy_explained", f"discrepancy:{key}")
    worklist.explain(worklist.one(key), STEP, act)

    assert after(FOUND) == []
    assert after() == []
    assert len(after(replace(FOUND, theirs="phuoc-tien"))) == 1
    assert after(FOUND) == []
    with engine.connect() as connection:
        ours = connection.scalars(sa.select(table.c.theirs).order_by(table.c.id)).all()
    assert ours == ["phuoc-dai", "phuoc-tien"]
