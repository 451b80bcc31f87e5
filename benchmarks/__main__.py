"""How much faster the compiled engine is than the reference engine: `make bench`.

Ratios of one run on one machine; the same replications, kernel warm, one thread.
"""

import time
from collections.abc import Callable

from svcsim.engines import compiled, reference
from svcsim.model.build import build
from svcsim.scenario.load import load
from svcsim.scenario.sources import shipped

REPLICATIONS = 20


def seconds(simulate: Callable[[int], object], replications: range) -> float:
    began = time.thread_time()
    for replication in replications:
        simulate(replication)
    return (time.thread_time() - began) / len(replications)


def main() -> None:
    print(f"{'scenario':<22}{'visits':>9}{'reference':>12}{'compiled':>12}{'ratio':>8}  M visits/s")
    for name in shipped():
        model = build(load(name, set=["horizon=8 wk", "warm_up=0 h", "run_out=2 wk"])).model
        worker = compiled.Worker(model)
        visits = len(worker.simulate(1, 0).visits)
        slow = seconds(lambda r, m=model: reference.simulate(m, 1, r), range(2))
        fast = seconds(lambda r, w=worker: w.simulate(1, r), range(REPLICATIONS))
        print(
            f"{name:<22}{visits:>9}{slow * 1e3:>9.0f} ms{fast * 1e3:>9.2f} ms{slow / fast:>8.0f}"
            f"{visits / fast / 1e6:>12.2f}"
        )


if __name__ == "__main__":
    main()
