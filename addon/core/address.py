"""Where a backend that somebody else started is listening."""

from __future__ import annotations

from dataclasses import field
from urllib.parse import urlsplit

from .errors import AddressError
from .wire import dataclass

_LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class RemoteBackend:
    """A backend that is running already, and the token that it was started with (which no log may show)."""

    address: str
    token: str = field(repr=False)

    @property
    def url(self) -> str:
        """The address as a WebSocket's.

        Raises:
            AddressError: it is none, or the token would travel where others can read it.
        """
        scheme, host, port = _split_address(self.address)
        if scheme == "ws" and host not in _LOCAL_HOSTS:
            raise AddressError(
                f"The token would cross the network for all to read on its way to {host}: open a tunnel "
                f"(ssh -L {port}:127.0.0.1:{port} {host}) and write 127.0.0.1:{port}, or use a wss:// address."
            )
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    @property
    def is_local(self) -> bool:
        """Tells whether it is reached on this machine (itself, or the near end of a tunnel)."""
        return _split_address(self.address)[1] in _LOCAL_HOSTS


def _split_address(address: str) -> tuple[str, str, int]:
    """Scheme, host and port of "host:port", "ws://host:port" or "wss://host:port"."""
    text = address.strip()
    try:
        split = urlsplit(text if "://" in text else f"ws://{text}")
        scheme, host, port = split.scheme, split.hostname, split.port
        beyond = split.path.strip("/") or split.query or split.username
    except ValueError:
        scheme, host, port, beyond = "", None, None, None
    if scheme not in ("ws", "wss") or not host or not port or beyond:
        raise AddressError(f"'{text[:80]}' is no address of a backend: write host:port, as in 127.0.0.1:9000.")
    return scheme, host, port
