"""How long those who are asked take to decide, without running it (semantics 39)."""

import numpy as np

from svcsim.analysis.moments import Moments
from svcsim.model.arrays import Model


def mean_answer(model: Model, moments: Moments, ask: int, cls: int) -> float:
    """Return the mean ticks, on the calendar of those who are asked, until they have decided.

    The k-th of n answers is the quantile of one answer at a beta variable. A delegate who is asked
    after a while decides by the earlier of two times.
    """
    from scipy.stats import beta  # a second to import, and few are asked

    record = model.asks[ask]
    k, n = int(record["answers"]), int(record["of"])
    u, weight, answers = moments.nodes(int(model.by_class[record["reply_row"], cls]))
    weight = weight * beta.pdf(u, k, n - k + 1)
    if record["after"] < 0:
        return float(weight @ answers)
    after = float(record["after"])
    _, share, replies = moments.nodes(int(model.by_class[record["delegate_row"], cls]))
    order = np.argsort(replies)
    replies, share = replies[order], share[order]
    below = np.concatenate([[0.0], np.cumsum(share * replies)])
    within = np.concatenate([[0.0], np.cumsum(share)])
    left = np.maximum(answers - after, 0.0)
    at = np.searchsorted(replies, left)
    delegated = below[at] + left * (1.0 - within[at])
    return float(weight @ (np.minimum(answers, after) + delegated))
