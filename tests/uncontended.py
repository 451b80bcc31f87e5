"""Lead times where nobody waits for anybody, drawn directly from the laws of the shipped scenarios.

Nothing of svcsim is used: the laws are written out again from `scenarios/*.yaml`, the calendars are
sums of open hours, and items are drawn independently of each other, many at once. Times are hours
since the start, which is Monday 5 January 2026, 00:00 in London.
"""

import math
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

BAND = 4.5
"""Standard errors between what is found and what must be."""
LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 1, 5, tzinfo=LONDON)
DAYS = [date(2026, 1, 5) + timedelta(days=n) for n in range(900)]
HOLIDAYS = {
    date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31),
    date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26),
    date(2027, 3, 29), date(2027, 5, 3), date(2027, 5, 31), date(2027, 8, 30),
    date(2027, 12, 27), date(2027, 12, 28), date(2028, 1, 3), date(2028, 4, 14), date(2028, 4, 17),
    date(2028, 5, 1), date(2028, 5, 29),
}  # fmt: skip
"""Bank holidays of England and Wales, as gov.uk lists them."""


def agrees(found, expected, share, *, seen):
    """Say whether a share of what each run found lies below that quantile of what is expected.

    An error as large as `seen` would show.
    """
    quantile = np.quantile(expected, share)
    below = [float((times <= quantile).mean()) for times in found]
    variance = np.var(below, ddof=1) / len(found) + share * (1 - share) / len(expected)
    at = float((expected <= quantile).mean())  # more than the share where many are the same
    assert BAND * math.sqrt(variance) < seen
    return abs(np.mean(below) - at) < BAND * math.sqrt(variance)


def hours(day, hour):
    """Return the hours from the start to an hour of a day, in London's time."""
    day, hour = day + timedelta(days=hour // 24), hour % 24
    local = datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)
    return (local.timestamp() - START.timestamp()) / 3600


def working(day):
    """Say whether a day is a business day of an office in England."""
    return day.weekday() < 5 and day not in HOLIDAYS


class Open:
    """When something is open: `spans` of (opens, closes) in hours, in order."""

    def __init__(self, spans):
        self.opens, self.closes = np.array(spans, float).T
        self.total = np.cumsum(self.closes - self.opens)

    @classmethod
    def office(cls, opens, closes):
        """Business days from one hour to another."""
        return cls([(hours(d, opens), hours(d, closes)) for d in DAYS if working(d)])

    def spent(self, t):
        """Return the open hours in [0, t)."""
        i = np.searchsorted(self.closes, t)
        before = np.concatenate([[0.0], self.total])
        return before[i] + np.maximum(t - self.opens[np.minimum(i, len(self.opens) - 1)], 0)

    def reached(self, spent):
        """Return the earliest time at which so many open hours have been spent."""
        i = np.searchsorted(self.total, spent)
        return self.closes[i] - (self.total[i] - spent)

    def after(self, t, open_hours):
        """Return when so many open hours after t have been spent."""
        return self.reached(self.spent(t) + open_hours)


class Luck:
    """Random numbers with the laws that the scenario files have."""

    def __init__(self, seed, n):
        self.rng, self.n = np.random.default_rng(seed), n

    def work(self, mean, cv):
        """Lognormal of a mean and a coefficient of variation."""
        variance = np.log(1 + cv**2)
        return self.rng.lognormal(np.log(mean) - variance / 2, np.sqrt(variance), self.n)

    def wait(self, median, sigma):
        """Lognormal of a median and the standard deviation of its logarithm."""
        return self.rng.lognormal(np.log(median), sigma, self.n)

    def share(self):
        """Uniform on [0, 1)."""
        return self.rng.random(self.n)

    def times(self, edges, weights):
        """Times of arrivals: uniform between edges, which of them by weight."""
        weights = np.array(weights, float)
        at = self.rng.choice(len(weights), self.n, p=weights / weights.sum())
        edges = np.array(edges, float)
        return edges[at, 0] + self.share() * (edges[at, 1] - edges[at, 0])


def service_desk(n, weeks, end, seed=1):
    """Lead times of contacts until the last resolution before the end, as the file says."""
    luck, office = Luck(seed, n), Open.office(8, 18)
    profile = [
        0.14, 0.12, 0.06, 0.05, 0.06, 0.08, 0.11, 1.12, 6.33, 12.75, 13.08, 13.01,
        9.27, 9.36, 11.08, 10.89, 8.92, 2.56, 0.46, 0.26, 0.10, 0.09, 0.05, 0.06,
    ]  # fmt: skip
    days = [1.14, 1.10, 0.92, 1.01, 0.83, 0.03, 0.01]
    slots = [(d, h) for d in DAYS[: weeks * 7] for h in range(24)]
    arrived = luck.times(
        [(hours(d, h), hours(d, h) + 1) for d, h in slots],
        [days[d.weekday()] * profile[h] for d, h in slots],
    )
    now = arrived + luck.work(4 / 60, 0.6)
    needs_approval = (luck.share() < 0.40) & (luck.share() < 0.25)

    def approve(now, here):
        first, delegate = luck.wait(4, 1.2), luck.wait(4, 1.2)
        decided = office.after(np.minimum(now, end), np.minimum(first, 20 + delegate))
        return np.where(here & needs_approval, decided, now)

    now = approve(now, np.ones(n, bool))
    asks_second, asks_third = luck.share() < 0.5, luck.share() < 0.5  # of an item, at every visit
    at = np.full(n, "first", "U8")
    seen = np.zeros(n, int)
    solved = np.full(n, np.nan)
    for visit in (1, 2, 3):
        here = at == "first"
        wrong = here.copy()
        while wrong.any():
            wrong &= luck.share() < 0.15
            now = approve(now + wrong * luck.work(4 / 60, 0.6), wrong)
        u = luck.share()
        now += here * luck.work(8 / 60, 1.1)
        ways = ["resolved", "third", "supplier", "second"]
        at[here] = np.array(ways)[np.searchsorted([0.66, 0.71, 0.73], u[here], "right")]
        here = at == "second"
        at[here & asks_second & (luck.share() < 0.1)] = "closed"
        now += (here & asks_second) * luck.wait(26, 1.69)
        here = at == "second"
        while here.any():
            seen += here
            now += here * luck.work(0.75, 1.2) * np.where(seen > 1, 0.22, 1)
            u, astray = luck.share(), np.where(seen > 1, 0.0, 0.2)
            at[here & (u >= astray)] = "resolved"
            at[here & (u >= astray) & (u < astray + 0.1)] = "third"
            here = here & (u < astray)
        at[(at == "third") & asks_third & (luck.share() < 0.1)] = "closed"
        here = at == "third"
        now += here * (asks_third * luck.wait(26, 1.69) + luck.work(3, 1.3))
        now += (at == "supplier") * luck.wait(27, 1.77)
        here = (at != "closed") & (now < end)
        solved[here] = now[here]
        now += (luck.share() < 0.3) * luck.work(2 / 60, 0.5)
        now = np.minimum(now, end)  # what is due later is not seen
        now, u = office.after(now, 30), luck.share()
        reopened = (at != "closed") & (now < end) & (u < 0.05) & (visit < 3)
        at = np.where(reopened, np.where(u < 0.04, "second", "first"), "closed")
    return (solved - arrived)[np.isfinite(solved)]


def normal_change(n, weeks, end, seed=1):
    """Lead times of changes that went live before the end, as the file says, agenda unlimited."""
    luck, office = Luck(seed, n), Open.office(9, 18)
    spans = np.stack([office.opens, office.closes], axis=1)
    spans = spans[spans[:, 1] < weeks * 168]
    now = arrived = luck.times(spans, spans[:, 1] - spans[:, 0])
    risk = np.searchsorted([0.1, 0.4], luck.share(), "right")  # high, medium, low
    repeat = np.ones(n)
    returned = np.ones(n, bool)
    for share in (0.20, 0.05, 0.0):
        now = now + returned * (luck.work(1, 0.6) * repeat + luck.work(0.5, 0.5))
        returned = returned & (luck.share() < share)
        repeat = np.where(returned, 0.5, repeat)
    meetings = [hours(d, 11) for d in DAYS if working(d) and d.weekday() == 2]
    frozen = {date(2026, 3, 25) + timedelta(days=n) for n in range(7)}
    frozen |= {date(2026, 6, 24) + timedelta(days=n) for n in range(7)}
    frozen |= {date(2026, 9, 24) + timedelta(days=n) for n in range(7)}
    windows = Open([
        (hours(d, 6), hours(d, 12)) if d.weekday() == 5 else (hours(d, 20), hours(d, 24))
        for d in DAYS if d.weekday() in (1, 3, 5) and d not in frozen
    ])  # fmt: skip
    builds, tests, deployments = np.zeros(n), np.zeros(n), np.zeros(n)
    building, live = np.ones(n, bool), np.full(n, np.nan)
    while building.any():
        builds += building
        now = now + building * luck.work(10, 1.2) * np.where(builds > 1, 0.5, 1)
        tests += building
        packed = office.after(np.minimum(now, end), luck.work(2, 1))
        now = np.where(building, packed + 0.25 + luck.work(3, 0.8), now)
        failed = building & (luck.share() < 0.15) & (tests < 6)
        passed = building & ~failed
        heard = _heard(now, risk, meetings, office, luck.rng.geometric(0.93, n))
        board = passed & (risk < 2)
        rejected = board & (luck.share() < 0.03 / 0.93)
        now = np.where(board, heard, now)
        deployed = passed & ~rejected
        deployments += deployed
        now = np.where(deployed, _window(windows, now, 1 / 6 + luck.work(1.5, 0.7)), now)
        u, fails = luck.share(), np.where(deployments < 4, 0.07, 0.0)
        again = deployed & (u < fails)
        withdrawn = deployed & ~again & (u < fails + 0.03 / 0.93 * (1 - fails))
        went = deployed & ~again & ~withdrawn & (now < end)
        live[went] = now[went]
        building = (failed | again) & (now < end)
    return (live - arrived)[np.isfinite(live)]


def _heard(now, risk, meetings, office, hearings):
    """When the board decides: the first meeting whose cut-off is not before now, then deferrals."""
    meetings = np.array(meetings)
    heard = np.empty(len(now))
    for level, cut_off in ((0, 90), (1, 45), (2, 0)):
        deadlines = office.reached(office.spent(meetings) - cut_off)
        deadlines[office.spent(meetings) < cut_off] = -1
        first = np.searchsorted(deadlines, now)
        heard = np.where(
            risk == level, meetings[np.minimum(first + hearings - 1, len(meetings) - 1)], heard
        )
    return heard


def _window(windows, now, work):
    """When work is done that must fit into one window; longer than all: from an opening on."""
    longest = (windows.closes - windows.opens).max()
    i = np.searchsorted(windows.closes, now, "right")
    while True:
        begin = np.maximum(now, windows.opens[i])
        fits = np.where(work <= longest, begin + work <= windows.closes[i], now <= windows.opens[i])
        if fits.all():
            return begin + work
        i = i + ~fits


def procurement(n, weeks, end, seed=1):
    """Lead times of requisitions that were received before the end, as the file says."""
    luck, office = Luck(seed, n), Open.office(9, 17)
    worked = [d for d in DAYS if working(d)]
    rank = {}
    for day in reversed(worked):
        month = (day.year, day.month)
        rank[day] = sum(other in rank for other in worked if (other.year, other.month) == month)
    days = [d for d in worked if hours(d, 17) < weeks * 168]
    arrived = luck.times(
        [(hours(d, 9), hours(d, 17)) for d in days], [1.5 if rank[d] < 3 else 1.0 for d in days]
    )
    kind = np.searchsorted([0.75, 0.95], luck.share(), "right")  # catalogue, mid, new
    bought = kind > 0
    now = arrived + luck.work(0.5, 0.6)
    now += (luck.share() < 0.15) * luck.work(0.5, 0.6) * 0.5
    now += (luck.share() < 0.25) * luck.work(2, 0.6)
    asked, refused = luck.share() < 0.60, luck.share() < 0.05
    decided = office.after(now, 8 * budget_holders(luck, kind == 2))
    now = np.where(asked, decided + luck.work(0.5, 0.5), now)
    refused &= asked
    now = np.where(bought, office.after(now, 8 * luck.wait(7, 0.6)) + luck.work(8, 0.8), now)
    now += (bought & (luck.share() < 0.60)) * luck.work(10, 0.8)
    talks = 8 * luck.wait(1, 0.6) * np.array([0, 15, 30])[kind]
    now = np.where(bought, office.after(now, talks), now)
    now += luck.work(0.7, 0.5)
    wrong = np.ones(n, bool)
    for share in (0.08, 0.08, 0.0):
        now += wrong * luck.wait(24, 0.7) * np.array([6, 14, 28])[kind]
        wrong &= luck.share() < share
    now += luck.work(1.3, 0.5)
    return (now - arrived)[~refused & (now < end)]


def budget_holders(luck, two):
    """Business days until one of them has answered, or two where `two` must, or the delegate."""
    first, second = luck.wait(1.5, 1.0), luck.wait(1.5, 1.0)
    answered = np.where(two, np.maximum(first, second), first)
    return np.minimum(answered, 5 + luck.wait(0.5, 0.5))


def onboarding(n, weeks, end, seed=1):
    """Lead times of customers who went live before the end, as the file says, agenda unlimited.

    What runs side by side is a time of its own, and a join the latest of them.
    """
    luck, office = Luck(seed, n), Open.office(9, 17)
    worked = [d for d in DAYS if working(d)]
    days = [d for d in worked if hours(d, 17) < weeks * 168]
    left = {}
    for day in reversed(worked):
        quarter = (day.year, (day.month - 1) // 3)
        left[day] = sum((d.year, (d.month - 1) // 3) == quarter for d in left)
    arrived = luck.times(
        [(hours(d, 9), hours(d, 17)) for d in days], [1.8 if left[d] < 10 else 1.0 for d in days]
    )
    meetings = [hours(d, 14) for d in worked if d.weekday() == 1]
    strategic, asked, signs, programmed = (luck.share() < p for p in (0.2, 0.6, 0.7, 0.8))

    def needs():
        return luck.work(6, 0.5)

    def later(now, median, sigma):
        spent = office.spent(np.minimum(now, end)) + 8 * luck.wait(median, sigma)
        return office.reached(np.minimum(spent, office.total[-1]))

    def data(now):
        return np.where(asked, later(now, 5, 0.9), now)

    talked = arrived + needs()
    unready, unclear = luck.share() < 0.05, signs & (luck.share() < 0.10)
    again = talked + needs()
    other = np.where(unready & unclear, again, talked + needs())  # both ask at once: one talk
    drafted = np.where(unclear, other, talked) + luck.work(8, 0.8)
    signed = np.where(signs, later(drafted, 10, 0.8), talked)
    approved = np.where(unready, again, talked)
    asking = np.ones(n, bool)
    while asking.any():
        prepared = approved + luck.rng.triangular(1, 2, 6, n)
        heard = _heard_by(prepared, np.array(meetings), office, 8)
        reworked = asking & (luck.share() < 0.10)
        approved = np.where(asking, np.where(reworked, heard + needs(), heard), approved)
        asking = reworked
    ready = np.maximum(data(talked), approved)
    ready = np.where(luck.share() < 0.20, data(ready + needs()), ready)
    designing, built = np.ones(n, bool), np.zeros(n, int)
    testing, live, checked = np.ones(n, bool), np.full(n, np.nan), np.zeros(n, bool)
    now, programming = ready, np.ones(n, bool)
    while testing.any():
        design = np.where(strategic, luck.work(24, 0.6), luck.work(14, 0.6))
        begin = now + designing * design
        machine = luck.share() < 0.6
        ends = [
            designing * np.where(machine, 0.5, luck.work(6, 0.6)),
            designing * luck.work(12, 0.5),
            programming * programmed * luck.work(40, 0.9) * np.where(built > 0, 0.5, 1.0),
        ]
        built += programming & programmed
        done = later(begin + np.max(ends, axis=0), 4, 0.7) + luck.work(16, 0.7)
        u = luck.share()
        designing = testing & (u < 0.05)
        programming = testing & (u < 0.25)
        accepted = testing & (u >= 0.25)
        goes = np.maximum(done, signed)
        wrong = accepted & ~checked & (luck.share() < 0.05)
        checked |= accepted
        went = accepted & ~wrong
        live = np.where(went, goes + luck.work(3, 0.4), live)
        now = np.where(wrong, goes, done)
        testing = testing & ~went & (now < end)
    live = np.where(live < end, live, np.nan)
    return (live - arrived)[np.isfinite(live)]


def _heard_by(now, meetings, office, cut_off):
    """The first meeting whose cut-off, in open hours, is not before now."""
    deadlines = office.reached(office.spent(meetings) - cut_off)
    deadlines[office.spent(meetings) < cut_off] = -1
    return meetings[np.minimum(np.searchsorted(deadlines, now), len(meetings) - 1)]
