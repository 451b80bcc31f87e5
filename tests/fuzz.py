"""Valid scenario files, changed at random: in their tree of words, or in their text.

A mutant is kept as a parent of others when a code of the validator is told of it that no mutant
before was told of, so that the words come into places where nobody has been; of those that are
accepted, some are kept too.
"""

import contextlib
import copy
import io
import json
import random
import re
import shutil
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

import svcsim.errors
from svcsim.cli import main
from svcsim.scenario.rules import RULES

ROOT = Path(__file__).parents[1]
SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))
WORDS = ROOT / "tests" / "scenarios" / "every_word.yaml"
THEORY = sorted((ROOT / "tests" / "theory").glob("*.yaml"))
SMALL = [path for path in [*SHIPPED, *THEORY] if path.stat().st_size < 4000]
EVERY = [*SHIPPED, WORDS, *THEORY]
QUICKLY = ("-n", "1", "--jobs", "1", "--set", "horizon=2 d", "--set", "run_out=1 d",
           "--set", "warm_up=0 h")  # fmt: skip
"""A short run; who says otherwise in the file is overruled."""
SECONDS = 20.0
"""CPU time that a command may take; an ordinary one takes a tenth of a second."""
BASES = "|".join(path.stem for path in SHIPPED)
"""Scenarios that others may extend by their name alone."""
MOST_PLACES = 20_000
"""Places in a tree: aliases of aliases have more."""
STOPPED = re.compile(r"streams(\.[^:]*)?: .*; ").match
"""What stops an engine in the middle of a run has the name of a step, and no line."""
KEPT_BACK = 40
"""Parents that are kept beside the files themselves, the latest."""

# ---- what is put into the tree ------------------------------------------------------------------

UNITS = ["s", "min", "h", "d", "wk", "mo", "bd", "bh", "/h", "/d", "/wk", "%", "", "furlong"]
NUMBERS = [
    0, -1, 1, 2, 3, 0.5, -0.0, 1e-9, 1e-320, 1e9, 1e18, 1e300, 2**31, 2**53, 2**63, 2**64, 10**400,
    float("nan"), float("inf"), float("-inf"),
]  # fmt: skip
ODD = [
    None, True, False, "", " ", "~", "null", [], {}, [[]], [{}], {"": None}, {"a": {}}, "rest",
    "100%", "-5%", "0%", "1000%", "50 %", "1 h", "-1 h", "0 h", "1e999 h", "99999999 wk", "1e-9 s",
    "h", "5", "5 h 3", "1 h 30 min", "Mon", "Mon-Fri", "Fri-Mon", "25:00", "08:00-08:00",
    "18:00-08:00", "2026-02-30", "2026-03-23", "0001-01-01", "9999-12-31 Europe/London",
    "2026-03-29 01:30 Europe/London", "Mars/Olympus", "always", "business", "done", "all", "any",
    "unlimited", "now", "x" * 3000, "ж" * 40, "名前", "e\u0301", "\U0001f600", "\u202e", "\u200b",
    "a.b", "a:b", "a/b", "../up", "/etc/hostname", "nowhere.csv", "$HOME", "{a}", "*a", "&a", "!!x",
    "-", "=", "<<", "__proto__", "__class__", "name with spaces", 3.0, "1_000", "0x10", "1e3", "on",
    {"mean": "1 h"}, {"mean": "1 h", "cv": 0}, {"mean": "1 h", "cv": 1e9}, {"median": "1 h"},
    {"low": "2 h", "high": "1 h"}, {"values": {"1 h": "50%", "2 h": "rest"}}, {"values": {}},
    {"scipy": "norm"}, {"scipy": "gamma", "a": -1}, {"mixture": []}, {"csv": "nowhere.csv"},
    {"by_class": {}}, {"by_visit": []}, {"all": []}, {"of": ["a"], "any": ["a"]}, {"rate": "1/h"},
    {"every": "1 h"}, {"to": "done"}, {"limit": 1, "when_full": "leave"}, {"fixed": 3},
]  # fmt: skip


def paths(value, path=()):
    """Yield the path of everything in a tree."""
    if path:
        yield path
    pairs = value.items() if isinstance(value, dict) else []
    pairs = enumerate(value) if isinstance(value, list) else pairs
    for key, part in pairs:
        yield from paths(part, (*path, key))


def at(tree, path):
    """Return what stands at a path."""
    for key in path:
        tree = tree[key]
    return tree


def renamed(mapping, old, new):
    """Rename a key where it stands."""
    pairs = [(new if key == old else key, value) for key, value in mapping.items()]
    mapping.clear()
    mapping.update(pairs)


def typo(rng, word):
    """Return a word with a letter too few, too many, or in the wrong place."""
    word = str(word)
    i = rng.randrange(len(word) + 1)
    j = rng.randrange(len(word) + 1)
    return rng.choice([
        word[:i] + word[i + 1 :], word[:i] + rng.choice("aeiou_-. :é") + word[i:],
        word[:i] + word[i : i + 2][::-1] + word[i + 2 :], word.upper(), word + "s",
        word[min(i, j) : max(i, j)], word * 2,
    ])  # fmt: skip


class Tree:
    """One way to change a tree in each method; a path of the tree is given."""

    def __init__(self, rng, tree, other):
        self.rng, self.tree, self.other = rng, tree, other
        self.names = sorted({str(key) for path in paths(tree) for key in path if key})

    def change(self):
        """Change one thing."""
        ways = [
            self.delete, self.delete, self.rename, self.retype, self.number, self.number,
            self.unit, self.refer, self.refer, self.swap, self.swap, self.graft, self.graft,
            self.repeat, self.odd, self.odd, self.deepen, self.add, self.add, self.reorder,
            self.cycle, self.empty, self.share_out,
        ]  # fmt: skip
        found = list(paths(self.tree))
        if found:
            path = self.rng.choice(found)
            self.rng.choice(ways)(at(self.tree, path[:-1]), path[-1])

    def delete(self, holder, key):
        del holder[key]

    def rename(self, holder, key):
        if isinstance(holder, dict):
            new = self.rng.choice([typo(self.rng, key), self.rng.choice(self.names), 7, None, "é"])
            renamed(holder, key, new)

    def retype(self, holder, key):
        value = holder[key]
        holder[key] = self.rng.choice([[value], {str(value)[:40]: value}, str(value), None, 1.5])

    def number(self, holder, key):
        value, new = holder[key], self.rng.choice(NUMBERS)
        if isinstance(value, str) and re.search(r"\d", value):
            new = f"{new:g}" if new < 1e300 else str(new)
            holder[key] = re.sub(r"\d+(\.\d+)?", new, value, count=1)
        else:
            holder[key] = new

    def unit(self, holder, key):
        value = holder[key]
        if isinstance(value, str):
            holder[key] = re.sub(r"(?<=\d) ?/?[a-z%]+\b", f" {self.rng.choice(UNITS)}", value)
        elif isinstance(value, int | float):
            holder[key] = f"{value} {self.rng.choice(UNITS)}"

    def refer(self, holder, key):
        """Let a word be that of something else, or of nothing."""
        if isinstance(holder[key], str):
            holder[key] = self.rng.choice([*self.names, "nobody", str(key)])
        elif isinstance(holder[key], list):
            holder[key].append(self.rng.choice(self.names))

    def cycle(self, holder, key):
        """Let something name itself."""
        if isinstance(holder[key], dict):
            word = self.rng.choice(["after", "extends", "to", "stream", "calendar", "from", "ask"])
            holder[key][word] = str(key)

    def swap(self, holder, key):
        path = self.rng.choice(list(paths(self.tree)))
        other = at(self.tree, path[:-1])
        one, two = copy.deepcopy(holder[key]), copy.deepcopy(other[path[-1]])
        holder[key] = two
        with contextlib.suppress(KeyError, IndexError, TypeError):
            other[path[-1]] = one

    def graft(self, holder, key):
        """Put something of another file in the place of what has the same key, if possible."""
        found = list(paths(self.other))
        alike = [path for path in found if path[-1] == key]
        holder[key] = copy.deepcopy(at(self.other, self.rng.choice(alike or found)))

    def add(self, holder, key):
        """Add a word that stands at another place, here or in another file."""
        place = holder[key] if isinstance(holder[key], dict) else holder
        source = self.rng.choice([self.tree, self.other])
        path = self.rng.choice(list(paths(source)))
        if isinstance(place, dict):
            place[path[-1]] = copy.deepcopy(at(source, path))
        else:
            place.append(copy.deepcopy(at(source, path)))

    def repeat(self, holder, key):
        if isinstance(holder, dict):
            holder[f"{key}_2"] = copy.deepcopy(holder[key])
        else:
            holder.append(copy.deepcopy(holder[key]))

    def odd(self, holder, key):
        holder[key] = copy.deepcopy(self.rng.choice(ODD))

    def empty(self, holder, key):
        holder[key] = self.rng.choice([{}, [], None, ""])

    def deepen(self, holder, key):
        value = holder[key]
        for _ in range(self.rng.choice([1, 2, 60])):
            value = self.rng.choice([[value], {"steps": value}, {key: value}])
        holder[key] = value

    def reorder(self, holder, key):
        value = holder[key]
        if isinstance(value, dict | list):
            pairs = list(value.items()) if isinstance(value, dict) else value
            self.rng.shuffle(pairs)
            if isinstance(value, dict):
                holder[key] = dict(pairs)

    def share_out(self, holder, key):
        """Set every share of a mapping to another one."""
        if isinstance(holder[key], dict):
            for word, value in holder[key].items():
                if isinstance(value, str) and value.endswith("%"):
                    holder[key][word] = self.rng.choice(["0%", "100%", "33.3%", "60%", "rest"])


# ---- what is done to the text -------------------------------------------------------------------


def change_text(rng, text):
    """Change one thing of a text."""
    lines = text.split("\n")
    i = rng.randrange(len(lines))
    place = rng.randrange(len(text) + 1)
    ways = [
        lambda: "\n".join(lines[:i] + lines[i + 1 :]),
        lambda: "\n".join([*lines[: i + 1], *lines[i:]]),
        lambda: "\n".join([*lines[:i], " " * rng.choice([1, 2, 7]) + lines[i], *lines[i + 1 :]]),
        lambda: "\n".join([*lines[:i], lines[i][rng.choice([1, 2]) :], *lines[i + 1 :]]),
        lambda: text[:place],
        lambda: text.replace("\n", "\r\n"),
        lambda: text.replace("\n", "\r"),
        lambda: "\ufeff" + text,
        lambda: text.replace("  ", "\t"),
        lambda: text[:place] + rng.choice("\0\1\x07\x1b\x7f\x85\u2028\ufffe\ud800") + text[place:],
        lambda: text[:place] + rng.choice("{}[]:,&*!|>'\"%@`#-?\\\t\n é") + text[place:],
        lambda: text[:place] + text[place + rng.choice([1, 5, 50]) :],
        lambda: text.replace(": ", rng.choice([": &a ", ": *a ", ": !!python/none ", ": !x "]), 1),
        lambda: re.sub(r": (\w)", r": &a \1", text, count=1) + "\nseed: *a\n",
        lambda: text + "\n<<: *nothing\n",
        lambda: text + "\na: &a [*a, *a]\n",
        lambda: text + "\ndescription: " + "[" * rng.choice([5, 500, 20_000]),
        lambda: text + "\n---\nsvcsim: 1\n",
        lambda: "%YAML 1.1\n---\n" + text,
        lambda: text + "\n" + rng.choice(lines),
        lambda: text + '\ntitle: "' + "y" * 100_000 + '"\n',
        lambda: rng.choice(["", "\n", "~", "[]", "{}", "- a", "3", "svcsim: 1", "\0", "---"]),
        lambda: text.replace(rng.choice(text.split() or [""]), rng.choice(text.split() or [""]), 1),
    ]  # fmt: skip
    return rng.choice(ways)()


def nested(lines):
    """Return aliases of aliases: a text that is short, and a tree that is not."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, lines)]
    return "\n".join(rows)


# ---- mutants -------------------------------------------------------------------------------------


@dataclass
class Parent:
    """What mutants are made of: where it stands, its words, and its text."""

    path: Path
    text: str
    tree: object


@dataclass
class Found:
    """What came of many mutants."""

    mutants: int = 0
    accepted: int = 0
    """Without a problem."""
    run: int = 0
    refused_run: int = 0
    large: int = 0
    codes: Counter = field(default_factory=Counter)
    faults: list = field(default_factory=list)
    """Pairs of what was wrong, and the text of the mutant."""

    def summary(self):
        """Say how many, and of how many codes."""
        told = set(self.codes) & set(RULES)
        return (
            f"{self.mutants} mutants, {self.accepted} accepted, {self.run} run and "
            f"{self.refused_run} not, {self.large} too long; {len(told)} of {len(RULES)} codes; "
            f"{len(self.faults)} faults"
        )


class Hang(BaseException):
    """A command that does not end."""


class Fuzzer:
    """Makes mutants of files, and gives them to the command line."""

    def __init__(self, files, seed, directory):
        self.rng = random.Random(seed)
        self.directory = directory
        self.yaml = YAML(typ="safe")
        self.yaml.default_flow_style = None
        self.yaml.width = 100
        self.found = Found()
        self.seeds = [self._parent(path, path.read_text()) for path in files]
        self.kept = []
        self.places = {}
        for source in sorted({path.parent for path in files}):
            self.places[source] = directory / str(len(self.places))
            shutil.copytree(source, self.places[source])

    def _parent(self, path, text):
        return Parent(path, text, self.yaml.load(text))

    def _kept(self, path, text):
        """Return a mutant as a parent; without a tree if it has none, or one without an end."""
        try:
            parent = self._parent(path, text)
            deep = len(list(islice(paths(parent.tree), MOST_PLACES))) == MOST_PLACES
        except (YAMLError, ValueError, RecursionError, TypeError):
            deep = True
        return Parent(path, text, None) if deep else parent

    def mutant(self):
        """Return where a mutant stands, and its text."""
        rng = self.rng
        parent = rng.choice(self.kept if self.kept and rng.random() < 0.3 else self.seeds)
        text = parent.text
        if isinstance(parent.tree, dict) and rng.random() < 0.75:
            tree = Tree(rng, copy.deepcopy(parent.tree), rng.choice(self.seeds).tree)
            for _ in range(rng.choice([1, 1, 1, 2, 4])):
                tree.change()
            out = io.StringIO()
            self.yaml.dump(tree.tree, out)
            text = out.getvalue()
        if rng.random() < 0.03:
            text += nested(rng.choice([3, 9]))
        elif text == parent.text or rng.random() < 0.05:
            text = change_text(rng, text)
        return parent.path, text

    def step(self):
        """Make a mutant, check it, and run it if it is accepted."""
        source, text = self.mutant()
        path = self.places[source.parent] / "mutant.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        accepted = self.found.accepted
        new = self.test(path, text) or (self.found.accepted > accepted and self.rng.random() < 0.2)
        if new and len(text) < 30_000:
            self.kept.append(self._kept(source, text))
            self.kept = self.kept[-KEPT_BACK:]

    def test(self, path, text):
        """Give a file to the command line; return the codes that were never told before."""
        found = self.found
        found.mutants += 1
        before = set(found.codes)
        code, out, _ = self.call("check", path, text)
        if code == 0:
            found.accepted += 1
            if re.search(r'"mean": NaN', out):
                found.faults.append(("NaN", text))
            code, _, _ = self.call("run", path, text, *QUICKLY)
            found.run += code == 0
            found.refused_run += code == 2
        return set(found.codes) - before

    def call(self, command, path, text, *more):
        """Run a command; note whatever must not be."""
        found, name = self.found, str(path)
        out, err = io.StringIO(), io.StringIO()
        beside = sorted(file.name for file in path.parent.iterdir())
        code = "nothing"
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), self._codes():
            try:
                with limited(SECONDS):
                    main([command, name, *more])
                code = 0
            except SystemExit as left:
                code = left.code or 0
            except Hang:
                code = 2
                if command == "run":
                    found.large += 1
                found.faults.append((f"{command}: hangs", text))
                return code, "", ""
            except BaseException as error:
                found.faults.append((f"{command}: {type(error).__name__}: {error!s:.200}", text))
                return 2, "", ""
        out, err = out.getvalue(), err.getvalue()
        if code not in (0, 2):
            found.faults.append((f"{command}: leaves with {code}", text))
        if "Traceback" in err or "Warning" in err:
            found.faults.append((f"{command}: {err[:300]}", text))
        if code == 2:
            lines = [
                line for line in unclear(err, name) if not (command == "run" and STOPPED(line))
            ]
            found.faults += [(f"{command}: says {line!r}", text) for line in lines]
        if sorted(file.name for file in path.parent.iterdir()) != beside:
            found.faults.append((f"{command}: leaves files behind", text))
        return code, out, err

    @contextlib.contextmanager
    def _codes(self):
        """Count the codes of all problems that are told."""
        init, codes = svcsim.errors.ScenarioError.__init__, self.found.codes

        def counted(error, problems):
            problems = tuple(problems)
            codes.update(problem.code for problem in problems)
            init(error, problems)

        svcsim.errors.ScenarioError.__init__ = counted
        try:
            yield
        finally:
            svcsim.errors.ScenarioError.__init__ = init


@contextlib.contextmanager
def limited(seconds):
    """Raise `Hang` after so much CPU time."""

    def stop(*_):
        raise Hang

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def unclear(told, name):
    """Return the lines of an error that do not say where, or not what would do."""
    place = re.compile(rf"({re.escape(name)}|{BASES}|[^:]*\.csv):\d+(:\d+)?:? ")
    lines = told.rstrip("\n").split("\n")
    return [line for line in lines if not place.match(line) or "; " not in line]


def many(files, seed, number, directory):
    """Make and test so many mutants."""
    fuzzer = Fuzzer(files, seed, directory)
    for _ in range(number):
        fuzzer.step()
    return fuzzer.found


if __name__ == "__main__":  # python tests/fuzz.py SEED NUMBER DIRECTORY [small]
    where = Path(sys.argv[3])
    where.mkdir(parents=True)
    result = many(SMALL if sys.argv[4:] else EVERY, int(sys.argv[1]), int(sys.argv[2]), where)
    print(result.summary())
    print("not told of:", *sorted(set(RULES) - set(result.codes)))
    print(json.dumps(Counter(what[:160] for what, _ in result.faults).most_common(60), indent=1))
    (where / "faults.json").write_text(json.dumps(result.faults, indent=1))
