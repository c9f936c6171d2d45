"""What `make docs` wrote is what the code says now, and what was once on the wire fits it."""

import json
from pathlib import Path
from typing import Any

import cbor2
import pytest
import yaml
from factories.asyncapi import asyncapi
from jsonschema import Draft7Validator
from write_docs import DOCS, PAGES

from edge.services.uplink import presence
from protocol import cose, topics
from protocol.identity import device_id, shard_of

GOLDEN = Path(__file__).parent / "protocol" / "golden" / "v1"
WIRE = asyncapi()
EVENTS = json.loads((GOLDEN / "events.json").read_text(encoding="utf-8"))
MESSAGES = json.loads((GOLDEN / "messages.json").read_text(encoding="utf-8"))
DEVICE = device_id("kiosk-0001")


def problems(schema: str, value: object) -> list[str]:
    """Return what keeps ``value`` from fitting a schema of the document."""
    whole = {"components": WIRE["components"], "$ref": f"#/components/schemas/{schema}"}
    return [error.message for error in Draft7Validator(whole).iter_errors(value)]


def payload(name: str) -> dict[str, Any]:
    """Return the fields of a stored message; byte strings as text of as many characters."""
    fields = cbor2.loads(cose.parse(bytes.fromhex(MESSAGES[name])).payload)
    return {key: _as_text(value) for key, value in fields.items()}


def _as_text(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return [_as_text(each) for each in value] if isinstance(value, list) else value


# The states have a test of their own, beside that of the conversation.
@pytest.mark.parametrize("name", ["asyncapi.yaml", "openapi.json"])
def test_a_page_made_from_the_code_is_what_the_code_says_now(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


def test_the_document_of_the_wire_is_read_as_it_was_meant():
    written = yaml.safe_load((DOCS / "asyncapi.yaml").read_text(encoding="utf-8"))

    assert written == json.loads(json.dumps(WIRE))


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_that_was_ever_on_the_wire_fits_the_document(kind):
    assert problems("AnyEvent", json.loads(EVENTS[kind])) == []


def test_an_event_of_a_later_version_fits_the_document():
    event = json.loads(EVENTS["booted"]) | {"type": "of_a_later_version", "body": {"new": 1}}

    assert problems("AnyEvent", event) == []


def test_a_body_of_another_type_does_not_fit_the_document():
    event = json.loads(EVENTS["booted"]) | {"type": "checked_in"}

    assert "'ticket' is a required property" in problems("AnyEvent", event)


@pytest.mark.parametrize(
    ("name", "schema"), [("batch", "Batch"), ("hello", "Hello"), ("ack", "Ack")]
)
def test_every_message_that_was_ever_on_the_wire_fits_the_document(name, schema):
    assert problems(schema, payload(name)) == []


def test_a_message_with_a_short_hash_does_not_fit_the_document():
    assert problems("Ack", payload("ack") | {"head": "short"}) != []


def test_what_a_device_says_of_itself_fits_the_document():
    said = json.loads(presence("boot", online=True, faults=["P01"]))

    assert problems("State", said) == []


@pytest.mark.parametrize("name", WIRE["operations"])
def test_the_addresses_are_those_that_the_code_builds(name):
    build = topics.up if WIRE["operations"][name]["action"] == "send" else topics.down
    address = WIRE["channels"][name]["address"]

    assert address.format(shard=shard_of(DEVICE), device=DEVICE) == build(DEVICE, name)
