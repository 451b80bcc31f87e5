"""The two engines: the order in which things happen."""
