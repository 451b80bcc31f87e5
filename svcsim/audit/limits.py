"""A9: limits are never exceeded, nor idle while somebody waits (45, R1)."""

from collections import Counter, defaultdict

from svcsim.audit.book import Book
from svcsim.audit.happenings import Stay


def check_limits(book: Book) -> None:
    """A9 (45, R1): never more than the capacity; waits only while full; slots go in order."""
    for index, limit in enumerate(book.limits):
        stays = [s for s in book.stays if s.limit == index]
        holds = [h for h in book.holds if h[0] == index]
        got: Counter[int] = Counter(h[2] for h in holds)
        gone: Counter[int] = Counter(h[3] for h in holds)
        withdrawn = [s.got for s in stays if s.how == "withdrawn"]
        wanted = [s.want for s in stays]
        ticks = sorted({t for t in (*got, *gone, *wanted, *withdrawn) if t < book.end})
        by_tick: dict[int, list[Stay]] = defaultdict(list)
        for s in stays:
            by_tick[s.want].append(s)
        waiting: dict[int, Stay] = {}
        held = 0
        for t in ticks:
            most = held + got[t]
            held += got[t] - gone[t]
            if held > limit.capacity:
                book.say("A9", f"limit {index} is held {held} times at {t}, of {limit.capacity}")
            for s in [s for s in waiting.values() if s.how == "withdrawn" and s.got == t]:
                del waiting[s.token]
            entered = [s for s in waiting.values() if s.got == t]
            for s in by_tick[t]:
                if s.how == "refused":
                    if most < limit.capacity:
                        book.say(
                            "A9",
                            f"item {s.item} is turned away by limit {index} at {t}, held at most "
                            f"{most} times of {limit.capacity} (45)",
                        )
                elif s.how == "at once":
                    entered.append(s)
                elif s.got > t:
                    waiting[s.token] = s
            for s in entered:
                waiting.pop(s.token, None)
            for s in entered:
                rivals = [w for w in waiting.values() if w.want < t or w.clear]
                if not s.shared:
                    _in_order(book, index, s, rivals)
            inside = {item for _, item, since, until in holds if since <= t < until}
            for w in waiting.values():
                if w.item in inside:
                    book.say(
                        "A9",
                        f"item {w.item} waits for limit {index} at {t} with one token, and has a "
                        "place with another (45)",
                    )
            if waiting and held < limit.capacity:
                first = min(waiting.values(), key=lambda w: (w.ranks(t), w.since, w.token))
                book.say(
                    "A9",
                    f"item {first.item} waits for limit {index} at {t}, which is held {held} times "
                    f"of {limit.capacity} (R1)",
                )


def _in_order(book: Book, limit: int, entered: Stay, waiting: list[Stay]) -> None:
    """A9 (R1): slots go to waiting items by (rank, since, number)."""
    t = entered.got
    for w in waiting:
        if (w.ranks(t)[1], w.since) < (entered.ranks(t)[0], entered.since):
            book.say("A9", f"item {entered.item} enters limit {limit} at {t} before item {w.item}")
