"""Every notebook runs from top to bottom, and is stored without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted(Path(__file__).parents[1].joinpath("notebooks").glob("*.ipynb"))
FEWER = {
    "replications=100": "replications=10", '"replications": 4': '"replications": 2',
    "horizon=5 wk": "horizon=3 wk", "run_out=2 wk": "run_out=1 wk",
}  # fmt: skip
"""Every cell does the same with fewer: no number of theirs is asserted here."""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")  # those of Jupyter's own machinery
def test_a_notebook_runs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in cells)
    written = "\n".join(cell.source for cell in cells)
    assert any(many in written for many in FEWER)
    for cell in cells:
        for many, few in FEWER.items():
            cell.source = cell.source.replace(many, few)
    executed = NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    last = executed.cells[-1].outputs
    assert last, "it ends with a sentence"
    assert last[-1].text.strip().endswith(".")


def test_the_first_notebook_asks_one_question_in_seven_cells():
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    assert len(notebook.cells) == 7
    assert notebook.cells[0].source.startswith("# Is a fifth engineer worth it?")
