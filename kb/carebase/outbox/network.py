"""Connecting to addresses that somebody else chose, and to none within our own network.

A name is resolved once, and the connection goes to the very address that was checked: between two
look-ups a name server could change its mind ("DNS rebinding").
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from http.client import HTTPConnection

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class AddressRefused(Exception):  # noqa: N818 - an answer, not a failure
    """A name leads only to addresses that must not be called."""


def find_address(host: str, port: int, allow_private: bool) -> tuple[str, int]:
    """Give the first address of a host that may be called.

    Raises `AddressRefused` when there is none among them, `OSError` when there is none at all.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, address in found:
        if allow_private or is_public(str(address[0])):
            return str(address[0]), port
    raise AddressRefused


def is_public(address: str) -> bool:
    """Tell whether an IP address lies in the public network: not ours, and not this machine."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        # Addresses of the old kind within those of the new one lead to the former.
        within = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if within is None and ip in _NAT64:
            within = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if within is not None:
            ip = within
    return ip.is_global and not ip.is_multicast


def is_named_private(host: str) -> bool:
    """Tell whether a host is private by its very name, without a look-up."""
    try:
        return not is_public(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class PinnedConnection(HTTPConnection):
    """An HTTP connection to one address; the host is still the one named in headers and TLS."""

    def __init__(
        self,
        host: str,
        address: tuple[str, int],
        context: ssl.SSLContext | None,
        timeout: float,
    ) -> None:
        super().__init__(host, address[1], timeout=timeout)
        # Without it the port 443 would stand in the header `Host`.
        self.default_port = 443 if context else 80
        self._address = address
        self._context = context

    def connect(self) -> None:
        """Connect to the address, without another look-up."""
        self.sock = socket.create_connection(self._address, self.timeout)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)
