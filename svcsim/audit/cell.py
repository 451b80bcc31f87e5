"""Pools that share requests, replayed tick by tick from the rows (21, 25)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from svcsim.audit.cell_rounds import CellRounds
from svcsim.audit.requests import Change, Request, Slice, where


class Cell(CellRounds):
    """Pools that share requests: everything that happens to them."""

    def replay(self) -> None:
        """Go through all ticks at which something happens in the cell (R2)."""
        book = self.book
        happenings: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        windows = set()
        for r in self.requests:
            windows.add(r.seize.window)
            for n, wait in enumerate(r.waits):
                if n == 0 and r.first is r:
                    happenings[wait.begin]["join"].append(r)
                if wait.ended in ("left", "cancelled"):
                    happenings[wait.end]["left"].append(r)
            last = max(r.waits[-1].end, r.slices[-1].end if r.slices else 0)
            for change in r.changes[1:]:
                if r.joined <= change.tick <= last and not comes_after(change, r):
                    happenings[change.tick]["change"].append((r, change))
            for piece in r.slices:
                if piece.kept is None:
                    happenings[piece.begin]["start"].append(piece)
                if piece.reason != "open":
                    happenings[piece.end][piece.reason].append(piece)
        edges: dict[int, list[int]] = defaultdict(list)
        for p in self.pools:
            for t in self.group[p].edges():
                edges[t].append(p)
            self.there[p] = self.group[p].on_shift(-1)
        ticks = set(happenings) | set(edges) | self.windows()
        self.begin_logs()
        before = 0
        for t in sorted(ticks):
            if t >= book.end:
                break
            self.area += len(self.inside) * (t - before)
            before = t
            self.tick(t, happenings.get(t, {}), edges.get(t, ()))
            self.log(t)
        self.area += len(self.inside) * (book.end - before)
        for r in self.requests:
            for wait in r.waits:
                known = wait.begin in self.loose or wait.end in self.loose
                if wait.claimed and not known and id(wait) not in self.undone:
                    book.say(
                        "A3",
                        f"{where(r)} has the set-up or the work at {wait.end} of somebody who was "
                        "preempted, and was not (33)",
                    )
        rows = sum(w.end - w.begin for r in self.requests for w in r.waits)
        if rows != self.area and not book.findings:
            book.say("A11", f"cell {self.index}: waits of {rows} ticks, its queues say {self.area}")

    def windows(self) -> set[int]:
        """Return the ticks at which a window of the cell opens or closes (R2)."""
        pools = set(self.pools)
        found: set[int] = set()
        seen: set[int] = set()
        for s, seize in enumerate(self.book.seizes):
            if seize.window < 0 or seize.window in seen:
                continue
            if any(p in pools for needs in self.book.alternatives[s] for p, _ in needs):
                seen.add(seize.window)
                calendar = self.book.calendar(seize.window)
                found.update(calendar.opens, calendar.closes)
        return found

    def tick(self, t: int, what: dict[str, list[Any]], edges: Sequence[int]) -> None:
        """Let everything of a tick happen in the order of the phases (8), then compare."""
        book = self.book
        starts: list[Slice] = what.get("start", [])
        for piece in (*what.get("done", ()), *what.get("cancelled", ())):
            if piece.begin < t:
                self.over(piece)
        gone = what.get("left", ())
        late: list[Request] = []
        for r in what.get("join", ()):
            if r in gone and r.waits[-1].begin == t:
                self.touched.update(needs[0][0] for needs in r.alternatives)
            elif r.behind or (r.origin[0] == 6 and t in book.instants):
                late.append(r)
            else:
                self.join(r)
        for r in gone:
            if r.waits[-1].begin < t:
                self.leave(r)
        for r, change in what.get("change", ()):
            self.change(r, change)
        for p in edges:
            self.touched.add(p)
            falling = self.group[p].falling(t)
            self.there[p] = self.group[p].on_shift(t) | falling
            if falling:
                self.falling[p] = falling
        for piece in what.get("shift", ()):
            if any(m in self.falling.get(p, ()) for p, m in piece.people):
                self.stopping.append(piece)
                continue
            self.free(piece)
            self.join(piece.request)
        self.serve(t, what, starts, late)
        self.fall()


def comes_after(change: Change, r: Request) -> bool:
    """Say whether a token changes its item after work of no length that it has done (9)."""
    last = r.slices[-1] if r.slices else None
    return (
        last is not None
        and (last.reason, last.begin, last.end) == ("done", change.tick, change.tick)
        and change.origin[0] == 7
        and change.origin[-1] == r.token
    )
