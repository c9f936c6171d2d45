"""The key that opens what devices sealed to the centre, from the folder that provisioning made."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from central.ports import KeysError


def load_seal_key(path: Path) -> X25519PrivateKey:
    """Return the key in a PEM file.

    Raises:
        KeysError: The file is missing or holds another kind of key.
    """
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise KeysError(f"cannot read {path.name}: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise KeysError(f"{path.name} is no unencrypted private key in PEM form") from error
    if not isinstance(key, X25519PrivateKey):
        raise KeysError(f"{path.name} is no X25519 key")
    return key
