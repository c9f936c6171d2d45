"""A start of the centre does without what is slow to import and what few starts need."""

import json
import subprocess
import sys

from alembic.script import ScriptDirectory
from factories.installations import provisioned
from factories.migrated import migrated_engine

from central.adapters import database
from provisioning.adapters.local_processes import free_ports

SELDOM = ("aiohttp", "alembic", "openpyxl", "pyhanko", "typst")
BUILT = f"""
import json, sys
from pathlib import Path
from central import config
from central.bootstrap.program import build
centre = build(config.load(Path(sys.argv[1])))
print(json.dumps([sorted(centre.roles), [name for name in {SELDOM} if name in sys.modules]]))
"""


def test_the_whole_centre_is_built_on_the_newest_schema_without_what_few_starts_need(tmp_path):
    api, bulk = free_ports(2)
    provisioned(tmp_path, api_port=api, bulk_port=bulk)
    data = tmp_path / "centre" / "data"
    data.mkdir()
    migrated_engine(data).dispose()

    told = subprocess.run(
        [sys.executable, "-c", BUILT, tmp_path / "centre" / "central.toml"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert json.loads(told) == [["api", "ingest", "project", "reconcile"], []]


def test_the_newest_revision_is_the_end_of_all_migrations():
    assert ScriptDirectory(str(database.MIGRATIONS)).get_heads() == [database.newest_revision()]
