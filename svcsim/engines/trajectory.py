"""Recording what happens, and the canonical order of what was recorded (semantics 59)."""

import numpy as np

from svcsim.model.arrays import ITEM, PRESENCE, ROW, VISIT, Records, Trajectory

Row = tuple[int, ...]


def sorted_trajectory(
    items: Records, visits: Records, rows: Records, presence: Records
) -> Trajectory:
    """Sort the four tables as `Trajectory` promises.

    `visits` and `rows` come in the order in which they were opened, which within an item is
    already right, so a stable sort by item keeps it.
    """
    by_person = np.lexsort(
        tuple(presence[name] for name in ("end", "person", "pool", "begin", "token", "item"))
    )
    return Trajectory(
        items,
        visits[np.argsort(visits["item"], kind="stable")],
        rows[np.lexsort((rows["row"], rows["token"], rows["item"]))],
        presence[by_person],
    )


class Recorder:
    """The four tables as lists of tuples: for the reference engine."""

    def __init__(self) -> None:
        self.items: list[list[int]] = []
        self.visits: list[list[int]] = []
        self.rows: list[Row] = []
        self.presence: list[Row] = []

    def trajectory(self) -> Trajectory:
        """Return everything recorded so far."""
        return sorted_trajectory(
            np.array([tuple(item) for item in self.items], ITEM),
            np.array([tuple(visit) for visit in self.visits], VISIT),
            np.array(self.rows, ROW),
            np.array(self.presence, PRESENCE),
        )
