"""The way to value of items whose streams have strands, with answers worked out on paper."""

import svcsim

WORDS = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
horizon: 10 h
run_out: 0 h
replications: 1
terminating: true
streams:
  part:
    demand: {csv: arrivals.csv, arrived: at}
    value_point: south
    steps:
      north: {after: [], activity: obtain_build, wait: 1 h}
      south: {after: [], activity: obtain_build, wait: 2 h}
      choose: {after: {any: [north, south]}, activity: plan, wait: 20 h}
"""


def test_an_item_that_lost_its_value_point_is_still_where_it_is(tmp_path):
    # It comes at 4 h. North is there at 5 h and south is stopped, so that it will never be
    # completed; from then on the item waits in choose, until the run ends at 10 h.
    (tmp_path / "arrivals.csv").write_text("at\n2026-01-05 04:00\n")
    (tmp_path / "part.yaml").write_text(WORDS)
    results = svcsim.run(tmp_path / "part.yaml", jobs=1)
    assert results.identities == {"lead_time": True, "little": True, "flow": True}

    def hours(measure, **where):
        return results.numbers.find(measure, stream="part", clock="wall", **where).value

    assert hours("lead_time") == 6
    assert hours("wait_time") == 6
    assert hours("wait_time", activity="obtain_build") == 1
    assert hours("wait_time", activity="plan") == 5
