"""The event log as Parquet, with pyarrow: the extra ``svcsim[parquet]``."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from svcsim.analysis.followed import Followed
from svcsim.experiment.about import About
from svcsim.experiment.event_log import event_log
from svcsim.experiment.tables import Labels
from svcsim.experiment.whole_files import whole_bytes

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def parquet_file(
    path: Path, about: About, *, several: bool
) -> Iterator[Callable[[Followed], None]]:
    """Open a Parquet file; add replications to it, each a row group."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with whole_bytes(path) as stream, ExitStack() as files:
        writers: list[Any] = []

        def add(run: Followed) -> None:
            frame = event_log(Labels(run, about), several=several)
            schema = _schema(frame)
            if not writers:
                writers.append(files.enter_context(pq.ParquetWriter(stream, schema)))
            writers[0].write_table(pa.Table.from_pandas(frame, schema, preserve_index=False))

        yield add


def _schema(frame: "pd.DataFrame") -> Any:
    """Types of columns by what they are, so that they do not differ where one is empty."""
    import pandas as pd
    import pyarrow as pa

    def kind(column: "pd.Series[Any]") -> Any:
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            return pa.timestamp("us", tz=str(column.dtype.tz))
        return pa.int64() if pd.api.types.is_integer_dtype(column.dtype) else pa.string()

    return pa.schema([(name, kind(column)) for name, column in frame.items()])
