"""Two neighbouring ports per checkout: the site, and the demo shop on another origin.

A checkout keeps the ports of its first start (the shop's address is written into the demo data);
8000 and 8001 are tried first, then the next free pair. `PORT` asks for a pair and no other.
"""

import json
import os
import socket
from pathlib import Path

from marketplace.embedded import Refused

FIRST, LAST = 8000, 8098


def choose(remembered: Path, host: str) -> tuple[int, int]:
    """Return (site, shop). Raise `Refused` when the asked-for ports, or all, are taken."""
    asked = os.environ.get("PORT")
    if asked:
        if not asked.isdigit() or not 1 <= int(asked) <= 65534:
            raise Refused(f"PORT={asked} is not a port: name a number from 1 to 65534.")
        pair = int(asked), int(os.environ.get("SHOP_PORT") or int(asked) + 1)
        for port in pair:
            if not is_free(port, host):
                raise Refused(
                    f"Port {port} is taken by another program.\n"
                    f"Stop that program, or choose other ports: make run PORT={_free_pair(host)[0]}"
                )
        return pair
    try:
        site, shop = json.loads(remembered.read_text())
        if is_free(site, host) and is_free(shop, host):
            return site, shop
    except (FileNotFoundError, ValueError):
        pass
    pair = _free_pair(host)
    remembered.write_text(json.dumps(pair))
    return pair


def _free_pair(host: str) -> tuple[int, int]:
    for port in range(FIRST, LAST + 1, 2):
        if is_free(port, host) and is_free(port + 1, host):
            return port, port + 1
    raise Refused(f"Every port from {FIRST} to {LAST + 1} is taken. Choose one: make run PORT=9000")


def is_free(port: int, host: str) -> bool:
    """Say whether a server could listen on `port` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
