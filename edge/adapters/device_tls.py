"""The device's side of a connection with centre, broker and hub: its own certificate, TLS 1.3, one authority."""

import ssl
from pathlib import Path

_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME


def device_context(folder: Path, *, trust_clock: bool) -> ssl.SSLContext:
    """Return what to connect with, from ``ca.crt device.crt device.key`` in ``folder``.

    Args:
        trust_clock: False says that the clock may be years off: then nobody's certificate is refused
            for its dates.

    Raises:
        OSError: A file is missing or unusable (``ssl.SSLError`` is one).
    """
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.load_cert_chain(str(folder / "device.crt"), str(folder / "device.key"))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if not trust_clock:
        context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    return context
