"""`make bench`: run every measurement and print its figures as JSON lines.

    python -m bench                               all, about ten minutes on two idle cores
    python -m bench decode slip                   these
    python -m bench --write docs/performance.md   all, and the page's tables anew; of those named alone
    python -m bench.decode --help                 what one of them can be told

Each measurement is a program of its own, so that none warms up another; the first line says which
machine the figures belong to. Ratios within one run carry over to other machines, absolute figures
do not.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import report

HERE = Path(__file__).parent
NOT_MEASUREMENTS = {"__init__", "__main__", "report"}


def machine_facts() -> dict[str, object]:
    """Return what a reader must know of the machine to judge the figures."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith(("model name", "Model"))
        ),
        "unknown",
    )
    return {
        "bench": "machine",
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load_1_min": os.getloadavg()[0],
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "architecture": platform.machine(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251 - a date for readers
    }


def main() -> int:
    """Run the measurements that the command line names, or all."""
    names = sorted(path.stem for path in HERE.glob("*.py") if _is_measurement(path))
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names)}")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="where the tables are to stand")
    options = parser.parse_args()
    chosen = options.names or names
    unknown = sorted(set(chosen) - set(names))
    if unknown:
        parser.error(f"no measurement {unknown[0]}; there are {', '.join(names)}")

    results = HERE / "results"
    results.mkdir(exist_ok=True)
    facts = json.dumps(machine_facts())
    print(facts, flush=True)
    failed = []
    for name in chosen:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        with (results / f"{name}.jsonl").open("w") as kept:
            kept.write(facts + "\n")
            child = subprocess.Popen(
                [sys.executable, "-m", f"bench.{name}"], stdout=subprocess.PIPE, text=True
            )
            for line in child.stdout or ():
                print(line, end="", flush=True)
                kept.write(line)
        if child.wait() != 0:
            failed.append(name)
    if options.write:
        report.write(options.write, results, chosen)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _is_measurement(path: Path) -> bool:
    return path.stem not in NOT_MEASUREMENTS and "__main__" in path.read_text()


if __name__ == "__main__":
    sys.exit(main())
