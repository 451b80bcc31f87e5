"""How fast svcsim is: ratios that are measured in one run, `make bench` (see README.md)."""
