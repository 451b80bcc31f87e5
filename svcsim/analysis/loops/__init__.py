"""The compiled loops of the analysis: each goes once over a table, where numpy would need many.

A loop calls nothing that is compiled in another file: numba sees that a function has changed by its
own file only. All let go of Python's lock. Tables are those of a `Trajectory`; `stream`, `cls`,
`cohort` and the like have an entry for each item.

Loops that add up ticks add ``(ticks >> shift) & mask``, and return with their sums a bound that the
magnitude of no sum exceeds: see `svcsim.analysis.exact`.
"""
