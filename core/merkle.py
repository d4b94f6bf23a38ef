"""Merkle tree hash of RFC 6962, section 2.1 (SHA-256)."""

from collections.abc import Iterable
from hashlib import sha256


def leaf_hash(leaf: bytes) -> bytes:
    """MTH of one leaf: SHA-256(0x00 || leaf)."""
    return sha256(b"\x00" + leaf).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """MTH of all `leaves`, in memory that grows with the logarithm of their number.

    Keeps one finished subtree per power of two and folds the rest from the right, which is the
    tree RFC 6962 describes (split at the largest power of two below n).
    """
    peaks: list[tuple[int, bytes]] = []
    for leaf in leaves:
        node, size = leaf_hash(leaf), 1
        while peaks and peaks[-1][0] == size:
            _, left = peaks.pop()
            node, size = _node(left, node), size * 2
        peaks.append((size, node))
    if not peaks:
        return sha256(b"").digest()
    result = peaks.pop()[1]
    while peaks:
        result = _node(peaks.pop()[1], result)
    return result


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
