"""Which addresses may be called at all: public ones, over TLS. Held when one is typed in and again at every call."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import Text

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
FORGOTTEN = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20")))
"""Not public, though this Python's library takes them to be: they were set aside later, or given up while some still use them."""


class Refused(Exception):
    """We do not call there; `text` says why, to an administrator."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(str(text))


def parsed(url: str) -> SplitResult:
    """Without looking up the name. Plain http is for trying things out on one's own machine only."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise Refused(_("This is not an address.")) from None
    if any(character <= " " or character == "\x7f" or character == "\\" for character in url) or not host or port == 0:
        raise Refused(_("This is not an address."))
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.WEBHOOKS_TO_LOOPBACK):
        raise Refused(_("The address must begin with https://."))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused(_("The address may hold no user name, password or fragment."))
    return parts


def port_of(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def resolved(host: str, port: int) -> IP:
    """The address to connect to. If any address of the name is not public, none is called: a name that points inside by
    turns would get there sooner or later. Who calls connects to exactly this one and does not look the name up again."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(_("The name of the server is not known.")) from None
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(map(may_be_called, addresses)):
        raise Refused(_("The address leads to a network that is not public."))
    return addresses[0]


def may_be_called(address: IP) -> bool:
    if settings.WEBHOOKS_TO_LOOPBACK and address.is_loopback:
        return True
    is_public = address.is_global and not address.is_multicast and not address.is_reserved
    return is_public and not _is_detour(address) and not any(address in network for network in FORGOTTEN)


def _is_detour(address: IP) -> bool:
    """An IPv6 address that carries an IPv4 one inside, which a gateway might unpack."""
    if isinstance(address, ipaddress.IPv4Address):
        return False
    carries = address.ipv4_mapped or address.sixtofour or address.teredo
    return carries is not None or any(address in network for network in NAT64)
