"""Turn the kept JSON lines into the tables of docs/performance.md, between its two markers."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BEGIN = "<!-- figures: begin, written by python -m bench --write -->"
END = "<!-- figures: end -->"
Line = dict[str, Any]


def write(page: Path, results: Path, names: Sequence[str]) -> None:
    """Write the tables of ``names`` anew between the markers of ``page``; the others stay."""
    before, _, rest = page.read_text().partition(BEGIN)
    old, _, after = rest.partition(END)
    tables = {text.partition("\n")[0]: f"### {text.strip()}" for text in old.split("### ")[1:]}
    tables |= {name: _section(results / f"{name}.jsonl") for name in names}
    shown = "\n\n".join(tables[name] for name in sorted(tables))
    page.write_text(f"{before}{BEGIN}\n\n{shown}\n\n{END}{after}")


def _section(path: Path) -> str:
    machine, *lines = (json.loads(line) for line in path.read_text().splitlines())
    command = machine.get("command", f"python -m bench {path.stem}")
    head = f"### {path.stem}\n\n`{command}`, {_on(machine)}\n"
    table = ["| what | figures | ratio | goal |", "|---|---|---|---|", *map(_row, lines)]
    return head + "\n" + "\n".join(table)


def _on(machine: Line) -> str:
    return (
        f"{machine['at']}, {machine['cores']} cores of {machine['cpu']}, "
        f"Python {machine['python']}, load {machine['load_1_min']:.1f} at the start"
    )


def _row(line: Line) -> str:
    named = {"bench", "set", "way", "case", "what", "from", "ratio"}
    goals = {name: value for name, value in line.items() if "goal" in name}
    name = next(
        (str(line[key]) for key in ("set", "way", "case", "what", "from") if key in line),
        line["ratio"] if isinstance(line.get("ratio"), str) else line["bench"],
    )
    figures = {k: v for k, v in line.items() if k not in named and k not in goals}
    ratio = line.get("ratio", "")
    cells = (name, _said(figures), "" if isinstance(ratio, str) else ratio, _said(goals))
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _said(figures: Line) -> str:
    return "; ".join(
        f"{name}: {_said(value)}" if isinstance(value, dict) else f"{name} {value}"
        for name, value in figures.items()
    ).replace("_", " ")
