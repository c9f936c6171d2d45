"""The documentation names everything that a person can set, call, publish or run."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
import typer
from pydantic import BaseModel

from central.config import CentralConfig
from edge.config.section import Section
from edge.config.settings import Settings
from edge.domain.health import FaultCode
from edge.ui.words import built_in
from protocol import events, topics
from protocol.certificates.lists import STILL, TRUST_LIST
from protocol.certificates.notice import LISTS_NOTICE
from protocol.certificates.revocations import REVOCATION_LIST
from protocol.messages import ACK, BATCH, HELLO, Ack, Batch, Hello
from protocol.registry import REGISTRY
from provisioning.bootstrap import open_local_site
from provisioning.cli.demo import demo_command
from provisioning.cli.main import app

ROOT = Path(__file__).resolve().parents[1]
OPERATIONS = (ROOT / "docs/operations.md").read_text()
PROTOCOL = (ROOT / "docs/protocol.md").read_text()


def settings_of(model: type[BaseModel | Section], prefix: str = "") -> Iterator[str]:
    for name, kind in get_type_hints(model).items():
        if isinstance(kind, type) and issubclass(kind, BaseModel | Section):
            yield from settings_of(kind, f"{name}.")
        else:
            yield prefix + name


def section(title: str) -> str:
    """Return the part of the operations page under a heading of the second level."""
    return OPERATIONS.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[str]:
    """Return the first column of the settings tables in a section."""
    return re.findall(r"^\| `([a-z_.]+)` \|", text, re.MULTILINE)


def commands() -> dict[str, typer.core.TyperCommand]:
    app.command("demo")(demo_command(open_local_site))
    group = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():
        below = getattr(command, "commands", None)
        if below is None:
            found[name] = command
        else:
            found |= {f"{name} {part}": each for part, each in below.items()}
    return found


COMMANDS = commands()


def test_every_setting_of_a_kiosk_is_explained_and_no_other() -> None:
    assert rows(section("Settings of a kiosk: `edge.toml`")) == list(settings_of(Settings))


def test_every_setting_of_the_centre_is_explained_and_no_other() -> None:
    expected = list(settings_of(CentralConfig))

    assert rows(section("Settings of the centre: `central.toml`")) == expected


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_provisioning_is_explained(command: str) -> None:
    assert f"| `tram-provision {command}" in OPERATIONS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_explained(command: str) -> None:
    options = [
        option
        for parameter in COMMANDS[command].params
        if parameter.param_type_name == "option"
        for option in parameter.opts
        if option.startswith("--") and option != "--help"
    ]

    assert [option for option in options if f"`{option}`" not in OPERATIONS] == []


@pytest.mark.parametrize(
    "command",
    [
        "python -m edge --config FILE",
        "python -m edge --config FILE --show-config",
        "python -m edge decode FILE… --json",
        "python -m edge verify-certificate --trust FILE --json",
        "python -m edge self-test --print-target FILE",
        "python -m edge self-test --config FILE --json",
        "python -m edge test-print --config FILE --json",
        "python -m central --config FILE",
        "python -m central --config FILE --show-config",
        "python -m central rebuild-projection --config FILE",
    ],
)
def test_every_way_to_start_a_program_is_explained(command: str) -> None:
    assert f"| `{command}` |" in OPERATIONS


def test_every_target_of_make_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    targets = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()

    assert len(targets) > 10
    assert [target for target in targets if f"`make {target}`" not in OPERATIONS] == []


@pytest.mark.parametrize("kind", events.KNOWN_TYPES)
def test_every_type_of_event_and_each_of_its_fields_is_on_the_page_of_the_wire(kind: str) -> None:
    row = next(line for line in PROTOCOL.splitlines() if line.startswith(f"| `{kind}` |"))

    fields = events.KNOWN_TYPES[kind].__struct_fields__
    assert [field for field in fields if f"`{field}`" not in row] == []


def test_every_field_of_an_event_is_on_the_page_of_the_wire() -> None:
    names = events.Event.__struct_fields__ + events.Identity.__struct_fields__

    assert [name for name in names if f"`{name}`" not in PROTOCOL] == []


def test_every_topic_is_on_the_page_of_the_wire() -> None:
    up = [f"`tram/v1/{{shard}}/{{device}}/up/{kind}`" for kind in get_args(topics.Up)]
    down = [f"dn/{kind}`" for kind in get_args(topics.Down)]

    assert [topic for topic in up + down if topic not in PROTOCOL] == []


@pytest.mark.parametrize(
    "content_type",
    [BATCH, HELLO, ACK, REGISTRY, TRUST_LIST, REVOCATION_LIST, STILL, LISTS_NOTICE],
)
def test_every_kind_of_signed_message_is_on_the_page_of_the_wire(content_type: str) -> None:
    assert f"`{content_type}`" in PROTOCOL


@pytest.mark.parametrize("message", [Batch, Hello, Ack], ids=lambda message: message.__name__)
def test_every_field_of_a_signed_message_is_on_the_page_of_the_wire(message: type) -> None:
    row = next(line for line in PROTOCOL.splitlines() if line.startswith(f"| {message.__name__} "))

    assert [field.name for field in fields(message) if f"`{field.name}`" not in row] == []


def test_every_code_of_a_wire_error_is_on_the_page_of_the_wire() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "protocol").rglob("*.py"))
    codes = set(re.findall(r'WireError\(\s*"([a-z_]+)"', source))

    assert len(codes) > 10
    assert [code for code in sorted(codes) if f"`{code}`" not in PROTOCOL] == []


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


GUIDES = sorted((ROOT / "docs/guides").glob("*.md"))


@pytest.mark.parametrize("code", FaultCode)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_fault_code_is_explained_to_volunteers_as_on_the_screen(
    language: str, code: FaultCode
) -> None:
    guide = (ROOT / f"docs/guides/faults.{language}.md").read_text(encoding="utf-8")

    # In the very words of the screen.
    assert [
        ". ".join(row)
        for row in re.findall(rf"^\| {code} \| ([^|]+) \| ([^|]+) \|$", guide, re.MULTILINE)
    ] == [built_in().say(f"fault.{code.value}", language)]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_volunteers_are_told_no_fault_code_that_does_not_exist(language: str) -> None:
    guide = (ROOT / f"docs/guides/faults.{language}.md").read_text(encoding="utf-8")

    assert set(re.findall(r"\b[A-Z]\d\d\b", guide)) == set(FaultCode)


@pytest.mark.parametrize(
    "name",
    ["volunteer", "faults", "site-head", "reception", "screening", "injection", "observation"],
)
def test_both_languages_of_a_guide_have_the_same_parts(name: str) -> None:
    vietnamese, english = (
        re.findall(
            r"^(#+ |\d+\. |\| |- )", (ROOT / f"docs/guides/{name}.{each}.md").read_text(), re.M
        )
        for each in ("vi", "en")
    )

    assert vietnamese == english


@pytest.mark.parametrize("language", ["vi", "en"])
def test_guides_quote_the_screen_as_it_is(language: str) -> None:
    catalogues = (ROOT / f"edge/ui/locale/{language}/LC_MESSAGES").glob("*.po")
    said = "".join(each.read_text() for each in sorted(catalogues)).replace("\\n", " ")
    quoted = [
        words
        for name in ("volunteer", "faults", "site-head", "screening", "injection", "observation")
        for words in re.findall("“(.+?)”", (ROOT / f"docs/guides/{name}.{language}.md").read_text())
    ]

    assert len(quoted) > 4
    unsaid = [
        words for words in quoted if not re.search(re.escape(words).replace("…", '[^"]*'), said)
    ]
    assert unsaid == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_a_guide_fits_on_a_sheet_of_two_sides(guide: Path) -> None:
    assert len(guide.read_text().split()) < 1000


def test_the_readme_leads_to_every_guide() -> None:
    readme = (ROOT / "README.md").read_text()

    assert [guide.name for guide in GUIDES if f"docs/guides/{guide.name}" not in readme] == []


def test_every_vietnamese_text_is_composed() -> None:
    endings = {".md", ".po", ".py", ".html", ".js", ".yaml", ".yml", ".json", ".toml", ".csv"}
    folders = ("README.md", "CHANGELOG.md", "docs", "edge", "central", "protocol", "provisioning")
    files = [
        file
        for folder in folders
        for file in ([ROOT / folder] if folder.endswith(".md") else (ROOT / folder).rglob("*"))
        if file.suffix in endings
    ]

    assert len(files) > 100
    loose = [
        file for file in files if not unicodedata.is_normalized("NFC", file.read_text("utf-8"))
    ]
    assert loose == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(
        r"`((?:edge|central|protocol|provisioning|tests|ansible|bench)/[\w./-]*)`", page.read_text()
    )

    assert [name for name in named if not (ROOT / name).exists()] == []
