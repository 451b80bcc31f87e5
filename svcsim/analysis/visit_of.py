"""Which visit the rows of other tables belong to."""

from svcsim.analysis.followed import Columns, Followed
from svcsim.analysis.loops.visits import find_visits, first_of
from svcsim.model.arrays import Integers


def of_items(run: Followed) -> Integers:
    """Position of the first visit of each item, and the number of visits."""
    return first_of(run.trajectory.visits, len(run.arrived))


def visits_of(run: Followed, table: Columns) -> Integers:
    """Position among the visits of the visit of each row of a table, or -1.

    The table has columns item, step and visit, as rows and presence have.
    """
    asked = table["item"], table["step"], table["visit"]
    return find_visits(*asked, run.trajectory.visits, run.once(of_items))
