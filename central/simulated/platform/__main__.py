"""``python -m central.simulated.platform --port 8090 --data DIR``: run the sandbox Platform."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from central.simulated.platform.app import build_app
from central.simulated.platform.faults import Faults
from central.simulated.platform.signing import load_signers
from central.simulated.platform.store import ResourceStore


def main(arguments: list[str]) -> int:
    """Serve until told to stop; exit 0."""
    parser = argparse.ArgumentParser(prog="python -m central.simulated.platform")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--data", type=Path, required=True, help="directory of what is stored")
    options = parser.parse_args(arguments)
    store = ResourceStore(options.data)
    app = build_app(store, Faults(), _now, load_signers(options.data))
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning", access_log=False)
    store.close()
    return 0


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the sandbox is a process of its own


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
