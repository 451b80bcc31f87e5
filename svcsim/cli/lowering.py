"""What each step becomes: the flow program, for people (semantics 64)."""

from collections.abc import Iterator

from svcsim.model.arrays import NONE, Model
from svcsim.model.build import Compiled
from svcsim.model.codes import WORKED, Op, Outcome
from svcsim.model.names import Names


def lowering(compiled: Compiled) -> Iterator[str]:
    """Lines of a YAML comment that list the instructions of every step, in order."""
    model, names = compiled
    yield "# What each step becomes, instruction by instruction:"
    starts = [int(stream["start"]) for stream in model.streams]
    for name, first, last in zip(names.streams, starts, [*starts[1:], len(model.ops)], strict=True):
        yield f"#   {name}"
        step = NONE
        words: list[str] = []
        for op in range(first, last):
            record = model.ops[op]
            if record["code"] == Op.END:
                continue
            if record["step"] != step and words:
                yield _line(names.steps[step] if step >= 0 else "", words)
                words = []
            step = int(record["step"])
            words.append(_told(model, names, op))
        if words:
            yield _line(names.steps[step] if step >= 0 else "", words)


def _line(name: str, words: list[str]) -> str:
    return f"#     {name}: {' · '.join(word for word in words if word)}".rstrip()


def _told(model: Model, names: Names, op: int) -> str:
    """Return one instruction in words; an empty text for a mere jump."""
    record = model.ops[op]
    code = Op(int(record["code"]))
    word = code.name.lower()
    if code == Op.SET and record["a"] == NONE and record["b"] == NONE:
        return ""
    if code in WORKED:
        seizes = dict.fromkeys(model.by_class[record["a"]].tolist())
        found = [_who(model, names, seize) for seize in seizes if seize != NONE]
        return f"{word} {' / '.join(dict.fromkeys(found))}"
    if code == Op.BRANCH:
        branch = model.branches[record["a"]]
        first = int(branch["first_target"])
        ways = model.targets[first : first + int(branch["n"])].tolist()
        places = dict.fromkeys(_place(model, names, target) for target in ways)
        return f"{word} to {' / '.join(places)}"
    return word


def _who(model: Model, names: Names, seize: int) -> str:
    """Return who is asked: ``2 a + b`` all at once, ``a or b`` whoever is free."""
    from svcsim.analysis.load import needs

    ways = [
        " + ".join(f"{n} {names.pools[p]}" if n > 1 else names.pools[p] for p, n in way.items())
        for way in needs(model, seize)
    ]
    return " or ".join(ways)


def _place(model: Model, names: Names, op: int) -> str:
    """Return the step that an instruction belongs to, or how the item ends there."""
    record = model.ops[op]
    if record["code"] == Op.END:
        return Outcome(int(record["a"])).name.lower()
    return names.steps[record["step"]] if record["step"] != NONE else "on"
