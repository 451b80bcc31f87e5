"""A scenario of which a replication takes milliseconds."""

SMALL = """\
svcsim: 1
title: A morning at a counter
start: 2026-03-23 Europe/London
horizon: 1 d
replications: 70
teams:
  counter: {people: 1, activity: engage}
streams:
  order:
    demand: 30/d
    classes: {urgent: 20%, normal: rest}
    steps:
      serve: {team: counter, touch: {mean: 10 min, cv: 1}}
    targets: {served: {within: 2 h, share: 90%}}
"""
