"""The wire as an AsyncAPI 3.0 document, made from the code that speaks it.

It describes the device's side: what it sends is what the centre receives. Field lists come from the
messages themselves, so a field that nobody described here is an error and not an omission.
"""

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, get_args

import msgspec
import yaml

from edge.domain.health import FaultCode
from edge.services.uplink import presence
from protocol import events, messages, topics
from protocol.certificates.notice import LISTS_NOTICE, ListsNotice

Schema = dict[str, Any]
_REF = "#/components/schemas/{name}"
_HASH: Schema = {"type": "string", "format": "binary", "minLength": 32, "maxLength": 32}
_WHOLE: Schema = {"type": "integer", "minimum": 0, "maximum": (1 << 53) - 1}
_NAME: Schema = {"type": "string", "pattern": "^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$"}
_TEXT: Schema = {"type": "string", "maxLength": 200}

_FIELDS: Mapping[str, Schema] = {
    "v": {"type": "integer", "minimum": 1, "description": "Version of the protocol: 1."},
    "device": {**_NAME, "description": "Common name of the device's certificate."},
    "epoch": {
        "type": "string",
        "pattern": "^[0-9a-f]{32}$",
        "description": "Random id, made with the journal.",
    },
    "first": {**_WHOLE, "minimum": 1, "description": "Sequence number of the first event."},
    "prev": {**_HASH, "description": "Hash of the entry before `first`."},
    "events": {
        "type": "array",
        "minItems": 1,
        "maxItems": messages.MAX_BATCH_EVENTS,
        "items": {
            "type": "string",
            "format": "binary",
            "maxLength": events.MAX_EVENT_BYTES,
            "x-holds": {"$ref": _REF.format(name="AnyEvent")},
        },
        "description": "Exact bytes of the events: UTF-8 JSON, never encoded again.",
    },
    "after_loss": {
        "type": "boolean",
        "description": "What lay right before `first` is gone for ever; left out when false.",
    },
    "through": {**_WHOLE, "description": "Highest sequence number that is acknowledged."},
    "last": {**_WHOLE, "description": "Highest sequence number that was written."},
    "head": {**_HASH, "description": "Hash of the entry `through`."},
    "boot": {**_TEXT, "description": "Id of the machine's boot."},
    "software": {**_TEXT, "description": "Name and version of the device's program."},
    "window": {**_WHOLE, "minimum": 1, "description": "Batches that may be under way at once."},
    "now": {**_TEXT, "description": "The centre's clock, RFC 3339 in UTC."},
    "trust": {**_WHOLE, "description": "Newest issue of the list of signers; 0: none."},
    "revocations": {**_WHOLE, "description": "The same of revoked certificates."},
    "online": {"type": "boolean", "description": "False in the will."},
    "diverged": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Epochs of which the centre acknowledged a hash that is not the device's.",
    },
    "faults": {
        "type": "array",
        "items": {"type": "string", "examples": [code.value for code in FaultCode]},
        "description": "Codes of what is wrong with the machine, worst first.",
    },
}
_SIGNED = {
    "batch": (messages.Batch, messages.BATCH),
    "hello": (messages.Hello, messages.HELLO),
    "ack": (messages.Ack, messages.ACK),
    "notice": (ListsNotice, LISTS_NOTICE),
}
_RESERVED = "Reserved; nothing is said here in version 1."


def asyncapi() -> Schema:
    """Return the document."""
    up = {kind: topics.up_tree("{device}") for kind in get_args(topics.Up)}
    down = {kind: topics.down_tree("{device}") for kind in get_args(topics.Down)}
    sides = {**dict.fromkeys(up, "send"), **dict.fromkeys(down, "receive")}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Trạm: the wire between a device and the centre",
            "version": str(messages.VERSION),
            "description": "Made by `make docs` from `protocol/`. In words: `protocol.md`.",
            "license": {"name": "Apache-2.0"},
        },
        "servers": {"broker": _broker()},
        "channels": {kind: _channel(kind, address) for kind, address in {**up, **down}.items()},
        "operations": {
            kind: {"action": action, "channel": {"$ref": f"#/channels/{kind}"}}
            for kind, action in sides.items()
            if kind in _messages()
        },
        "components": {
            "parameters": {
                "shard": {
                    "description": "`s00` to `s63`: the first byte of the device id's SHA-256, modulo 64."
                },
                "device": {"description": "Id of the device."},
            },
            "messages": _messages(),
            "schemas": _schemas(),
            "securitySchemes": {"certificate": {"type": "X509"}},
        },
    }


def asyncapi_page() -> str:
    """Return the document as it stands in ``docs/asyncapi.yaml``."""
    # By way of JSON no part is shared any more, so that none is written as an alias of another.
    plain = json.loads(json.dumps(asyncapi()))
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=110)


def _broker() -> Schema:
    return {
        "host": "mqtt.tram.example:8883",
        "protocol": "secure-mqtt",
        "protocolVersion": "5.0",
        "description": "TLS 1.3 with a client certificate. Its PUBACK proves nothing.",
        "security": [{"$ref": "#/components/securitySchemes/certificate"}],
    }


def _channel(kind: str, tree: str) -> Schema:
    channel: Schema = {
        "address": tree.replace("+", "{shard}").replace("#", kind),
        "parameters": {
            name: {"$ref": f"#/components/parameters/{name}"} for name in ("shard", "device")
        },
    }
    if kind in _messages():
        return channel | {"messages": {kind: {"$ref": f"#/components/messages/{kind}"}}}
    return channel | {"description": _RESERVED}


def _messages() -> dict[str, Schema]:
    signed = {
        kind: {
            "contentType": content_type,
            "summary": _first_line(message),
            "description": (
                f"A tagged COSE_Sign1 (RFC 9052), ES256, over a CBOR map of these fields. Protected "
                f"header: algorithm, key id, content type `{content_type}`. Byte strings are shown "
                f"as binary text. At most {messages.MAX_BATCH_BYTES} bytes in all."
            ),
            "payload": {"$ref": _REF.format(name=message.__name__)},
        }
        for kind, (message, content_type) in _SIGNED.items()
    }
    state = {
        "contentType": "application/json",
        "summary": "Whether the device is there and what is wrong with it.",
        "description": "Unsigned, for the eye only. The will says `online: false`.",
        "payload": {"$ref": _REF.format(name="State")},
    }
    return signed | {"state": state}


def _schemas() -> dict[str, Schema]:
    bodies = tuple(events.KNOWN_TYPES.values())
    _, known = msgspec.json.schema_components(
        (_event_with_a_plain_body(), events.Identity, *bodies), ref_template=_REF
    )
    for kind in (events.Event, events.Identity, *bodies):
        _describe(known[kind.__name__], kind)
    return {
        **{message.__name__: _signed(message) for message, _ in _SIGNED.values()},
        "State": _closed(list(json.loads(presence("", online=True)))),
        "AnyEvent": _any_event(),
        **{
            name: known[name] for name in ("Event", "Identity", *sorted(k.__name__ for k in bodies))
        },
    }


def _event_with_a_plain_body() -> type[msgspec.Struct]:
    """Return the event's fields with a body that a schema can be made of: bytes can't."""
    parts = msgspec.structs.fields(events.Event)
    own = [
        (part.name, part.type)
        if part.required
        else (part.name, part.type, msgspec.field(default=part.default))
        for part in parts
        if part.name != "body"
    ]
    body = ("body", dict[str, Any], msgspec.field(default_factory=dict))
    return msgspec.defstruct(
        "Event", [*own, body], kw_only=True, namespace={"__doc__": events.Event.__doc__}
    )


def _signed(message: type) -> Schema:
    parts = fields(message)
    needed = ["v", *(part.name for part in parts if part.default is MISSING)]
    schema = _closed(["v", *(part.name for part in parts)])
    return schema | {"description": _first_line(message), "required": needed}


def _closed(names: list[str]) -> Schema:
    return {
        "type": "object",
        "properties": {name: _FIELDS[name] for name in names},
        "required": names,
    }


def _any_event() -> Schema:
    """Return an event whose body fits its type; types of later versions pass as they are."""
    return {
        "description": "An event; a type that is not named here keeps its body as it is.",
        "allOf": [
            {"$ref": _REF.format(name="Event")},
            *(
                {
                    "if": {"properties": {"type": {"const": name}}},
                    "then": {"properties": {"body": {"$ref": _REF.format(name=kind.__name__)}}},
                }
                for name, kind in events.KNOWN_TYPES.items()
            ),
        ],
    }


def _describe(schema: Schema, kind: type) -> None:
    """Give each property its own words from the class's docstring."""
    first, _, attributes = inspect.cleandoc(kind.__doc__ or "").partition("Attributes:")
    schema["description"] = first.strip().replace("``", "`")
    for name, words in re.findall(r"^    (\w+): ((?:.|\n(?=        ))+)", attributes, re.MULTILINE):
        schema["properties"][name]["description"] = " ".join(words.replace("``", "`").split())


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").splitlines()[0].replace("``", "`")
