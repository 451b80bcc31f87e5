"""Numbers from rows: pure functions of trajectories, and what theory says beforehand."""
