"""Finds the pages one can reach by links, so that a new page is looked at without anybody listing it."""

import re
from typing import Any
from urllib.parse import urlsplit

LEAVES = re.compile(r"/(logout|download|export|feed|preview)|\.(csv|ics|json|svg|pdf|zip|jwt)$")
PUBLIC_ID = re.compile(r"[a-z]{3}_[0-9a-z]{26}")


def shape(address: str) -> str:
    """The address without ids and parameters: two blocks are one kind of page."""
    return PUBLIC_ID.sub("*", urlsplit(address).path)


def links_of(page: Any, prefixes: tuple[str, ...]) -> list[str]:
    """Addresses of this site under `prefixes` that the page links to, in order."""
    found = page.evaluate("() => [...document.querySelectorAll('a[href]')].map((a) => a.href)")
    own = urlsplit(page.url).netloc
    paths = [urlsplit(address) for address in found]
    return [
        p.path + (f"?{p.query}" if p.query else "")
        for p in paths
        if p.netloc == own and p.path.startswith(prefixes) and not LEAVES.search(p.path)
    ]


def crawl(page: Any, start: str, prefixes: tuple[str, ...], *, limit: int = 60) -> Any:
    """Open `start` and whatever it leads to, one page of each kind, and yield each address while it is open."""
    waiting, seen = [start], {shape(start)}
    opened = 0
    while waiting and opened < limit:
        address = waiting.pop(0)
        answer = page.goto(address)
        opened += 1
        assert answer is not None, address
        assert answer.status < 400, f"{address} answers {answer.status}"
        yield address
        for found in links_of(page, prefixes):
            if shape(found) not in seen:
                seen.add(shape(found))
                waiting.append(found)
