"""The reference engine: the value chain told as SimPy processes.

Read `carrier` first: a token of an item is a process that performs the flow program, one short
method for each primitive. `item` is what its tokens share, and which of its strands run; `token`
is what is recorded. `pool` and `cell` are who works and who is next, `staffing` when people are
there, `gate` and `limit` what else an item waits for, `demand` how items come. `clock` is SimPy's
environment with the order of semantics 8. The compiled engine must agree with this one on every
row of every item (tests/test_engines_agree.py).
"""

from svcsim.engines.reference.engine import simulate

__all__ = ["simulate"]
