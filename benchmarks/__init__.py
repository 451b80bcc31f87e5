"""How fast svcsim is: ratios that are measured in one run, `make bench` (see README.md)."""

import svcsim._jit  # noqa: F401  (names the cache by all sources, before numba is imported)
