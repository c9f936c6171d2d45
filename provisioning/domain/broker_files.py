"""The two files that mosquitto reads: settings, and who may say and hear what.

They work with mosquitto 2.0.11 (Debian 12), 2.0.21 (Debian 13) and 2.1.
"""

from collections.abc import Iterable

from protocol import topics
from protocol.messages import MAX_BATCH_BYTES
from provisioning.domain.certificates import CENTRE
from provisioning.domain.installation import Installation

_HEADER_ROOM_BYTES = 4096


def mosquitto_conf(installation: Installation, directory: str, user: str) -> str:
    """Return ``mosquitto.conf``; all paths in it are absolute.

    Args:
        directory: Where the broker's files lie on the machine that runs it.
        user: Account that the broker changes to when root starts it.
    """
    bind = f" {installation.broker_bind}" if installation.broker_bind else ""
    store = installation.broker_store
    persistence = (
        ["persistence true", f"persistence_location {store.rstrip('/')}/", "autosave_interval 60"]
        if store
        else ["persistence false"]
    )
    lines = [
        "# Made by tram-provision. Nothing here may be needed for correctness: a batch counts as",
        "# delivered when the centre has signed for it, whatever the broker says or forgets.",
        f"user {user}",
        f"listener {installation.broker_port}{bind}",
        f"cafile {directory}/ca.crt",
        f"certfile {directory}/server.crt",
        f"keyfile {directory}/server.key",
        "tls_version tlsv1.3",
        "require_certificate true",
        "# User name and client id come from the certificate, so nobody can take another's.",
        "use_identity_as_username true",
        "use_username_as_clientid true",
        "allow_anonymous false",
        f"acl_file {directory}/acl",
        "# Without it every connection with a client certificate waits 40 ms for an old TCP habit.",
        "set_tcp_nodelay true",
        f"message_size_limit {MAX_BATCH_BYTES}",
        f"max_packet_size {MAX_BATCH_BYTES + _HEADER_ROOM_BYTES}",
        "max_inflight_messages 200",
        "max_queued_messages 10000",
        f"max_queued_bytes {64 * 1024 * 1024}",
        "persistent_client_expiration 7d",
        *persistence,
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        "log_type notice",
        "log_type information",
        "connection_messages true",
    ]
    lines += _worker_listener(installation, directory, bind)
    return "\n".join(lines) + "\n"


def _worker_listener(installation: Installation, directory: str, bind: str) -> list[str]:
    if installation.broker_worker_port is None:
        return []
    return [
        "# For the centre's ingest workers alone: let no device's network reach this port. All of",
        "# them show the centre's certificate, and each chooses a client id of its own.",
        f"listener {installation.broker_worker_port}{bind}",
        f"cafile {directory}/ca.crt",
        f"certfile {directory}/server.crt",
        f"keyfile {directory}/server.key",
        "tls_version tlsv1.3",
        "require_certificate true",
        "use_identity_as_username true",
        "allow_anonymous false",
    ]


def acl(revoked: Iterable[str] = ()) -> str:
    """Return the access rules: each device its own two trees, the centre the other side of all.

    Args:
        revoked: Devices that may still have a valid certificate and no longer any right.
    """
    lines = [
        "# Made by tram-provision; mosquitto reads it again on SIGHUP.",
        f"user {CENTRE}",
        f"topic read {topics.up_tree()}",
        f"topic write {topics.down_tree()}",
    ]
    for device in sorted(revoked):
        lines.extend(["", f"user {device}", "topic deny #"])
    lines.extend(
        ["", f"pattern write {topics.up_tree('%u')}", f"pattern read {topics.down_tree('%u')}"]
    )
    return "\n".join(lines) + "\n"
