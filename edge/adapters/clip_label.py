"""The label in a WAV file that a machine spoke: what it says, and a digest of the sound.

The label is in the file itself, so that putting a recording in its place is all that a person does.
The digest is there because sound editors keep the labels of a file whose sound was replaced.

Source: Multimedia Programming Interface and Data Specifications 1.0 (1991), INFO list chunk.
"""

import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path

MAKER = b"tram make-clips"
_RIFF, _HEADER = struct.Struct("<4sI4s"), struct.Struct("<4sI")


def labelled(wav: bytes, words: str) -> bytes:
    """Return the file ``wav`` with a label that a machine says ``words`` in it."""
    digest = _digest(dict(_chunks(wav)).get(b"data", b""))
    texts = ((b"INAM", words.encode()), (b"ISFT", MAKER), (b"ICMT", digest))
    label = b"INFO" + b"".join(_chunk(name, text + b"\0") for name, text in texts)
    body = wav[_RIFF.size :] + _chunk(b"LIST", label)
    return _RIFF.pack(b"RIFF", 4 + len(body), b"WAVE") + body


def machine_words(data: bytes) -> str | None:
    """Return what a machine says in the file ``data``, or None for a recording of a person."""
    chunks = dict(_chunks(data))
    label = chunks.get(b"LIST", b"")
    texts = {name: text.rstrip(b"\0") for name, text in _parts(label, 4)}
    same = texts.get(b"ICMT") == _digest(chunks.get(b"data", b""))
    if texts.get(b"ISFT") != MAKER or not same:
        return None
    return texts.get(b"INAM", b"").decode(errors="replace")


def made_by_machine(path: Path) -> str | None:
    """Return what a machine says in the clip at ``path``, or None for a recording of a person."""
    if path.suffix.lower() != ".wav":
        return None
    try:
        return machine_words(path.read_bytes())
    except OSError:
        return None


def _digest(sound: bytes) -> bytes:
    return hashlib.sha256(sound).hexdigest().encode()


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        yield from _parts(data, _RIFF.size)


def _parts(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    while at + _HEADER.size <= len(data):
        name, length = _HEADER.unpack_from(data, at)
        at += _HEADER.size
        yield name, data[at : at + length]
        at += length + length % 2


def _chunk(name: bytes, content: bytes) -> bytes:
    return _HEADER.pack(name, len(content)) + content + b"\0" * (len(content) % 2)
