"""Decisions by those who are asked, or their delegate (39)."""

from typing import Any

from svcsim.model.codes import Purpose


def decided_at(walk: Any, op: Any) -> int:
    """Return when those who are asked now, or their delegate, have decided (39)."""
    book, cls = walk.book, walk.item.cls
    ask = book.asks[op.a]
    calendar, tag = book.calendar(ask.calendar), book.steps[op.step].tag

    def answer(begin: int, row: int, purpose: Purpose, which: int) -> int:
        u = book.draw(walk.key, tag, walk.visit[op.step], purpose, which)
        return int(calendar.add(begin, book.duration(book.by_class[row][cls], u)))

    answers = [answer(walk.now, ask.reply_row, Purpose.REPLY, i) for i in range(ask.of)]
    decided = next(t for t in sorted(answers) if sum(a <= t for a in answers) >= ask.answers)
    if ask.after < 0:
        return decided
    asked = int(calendar.add(walk.now, ask.after))
    if asked >= decided:
        return decided
    return min(decided, answer(asked, ask.delegate_row, Purpose.DELEGATE, 0))
