"""Names become 32-bit words of an address (semantics 61)."""

import hashlib


def tag32(*words: str) -> int:
    r"""Return the 32-bit tag of some words, joined by NUL.

    >>> tag32("incident", "resolve") == tag32("incident\0resolve")
    True
    """
    digest = hashlib.blake2b("\0".join(words).encode(), digest_size=4).digest()
    return int.from_bytes(digest)
