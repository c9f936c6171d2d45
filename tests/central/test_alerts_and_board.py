"""Alert rules and board speak of what is measured, and the guide of every alert."""

import json
import re
from pathlib import Path

import pytest
import yaml
from factories.measured import families

ROOT = Path(__file__).parents[2]
FILES = ROOT / "ansible/roles/monitoring/files"
MEASURED = families()
RULES = yaml.safe_load((FILES / "tram.rules.yml").read_text())["groups"][0]["rules"]
BOARD = json.loads((FILES / "tram.grafana.json").read_text())
GUIDE = (ROOT / "docs/operations.md").read_text()
_METRIC = re.compile(r"\btram_[a-z_]+")
_SELECTOR = re.compile(r"\b(tram_[a-z_]+)\{([^}]*)\}")
_LABEL = re.compile(r"([a-z_]+)\s*(?:=~|!~|!=|=)")


def expressions() -> list[str]:
    """Return every expression of rules and board."""
    shown = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
    return [rule["expr"] for rule in RULES] + shown


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_names_what_is_measured_with_the_labels_that_it_has(expression):
    names = set(_METRIC.findall(expression))

    assert names <= set(MEASURED)
    assert names or expression == 'up{job="tram"} == 0'
    for name, selected in _SELECTOR.findall(expression):
        assert set(_LABEL.findall(selected)) <= MEASURED[name]


def test_everything_measured_is_on_the_board_or_wakes_somebody():
    named = {name for expression in expressions() for name in _METRIC.findall(expression)}
    kept = {name for name in MEASURED if not name.endswith(("_created", "_count", "_sum"))}

    # What somebody looks at only once it is asked for.
    assert kept - named == {
        "tram_ingest_acks_total",
        "tram_ingest_batches_total",
        "tram_ingest_greetings_total",
        "tram_ingest_store_failures_total",
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_the_guide_says_of_each_alert_what_to_do(rule):
    assert re.search(rf"^\| `{rule['alert']}` \| .+ \| .+ \|$", GUIDE, re.MULTILINE)
    assert rule["labels"]["severity"] in {"page", "warn"}


def test_the_guide_explains_no_alert_that_is_not_there():
    explained = re.findall(r"^\| `(Tram\w+)` \|", GUIDE, re.MULTILINE)

    assert explained == [rule["alert"] for rule in RULES]


def test_panels_of_the_board_lie_beside_each_other_and_have_ids_of_their_own():
    panels = BOARD["panels"]
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
