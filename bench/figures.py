# SPDX-License-Identifier: GPL-2.0
"""Figures that benches have written down, the committed ones, and what is worse.

A raw file has lines of fields with tabs between:

  about    KEY VALUE                           of the run: kernel, bench, status, ...
  figure   SECTION ROW COLUMN UNIT VALUE       one measurement
  control  SECTION TEXT                        what proved that it was in force

ROW is the work, COLUMN what stands between it and the kernel, or watches it. A
value of the unit "outcome" is a word.
"""

import re
from dataclasses import dataclass, field, replace
from statistics import median

from sections import reference_of

# Less of these is better, and they can be compared with what was committed. Time is
# not among them: it is that of one machine.
COUNTS = ("instructions", "bytes", "switches", "faults")
COMPARED = COUNTS + ("outcome",)
# Of functions neither fewer nor more are worse.
COMMITTED = COMPARED + ("functions",)
UNKNOWN = "unknown"
# So many runs a count of instructions has to have, to be committed.
LEAST_RUNS = 5
# What a count may differ by from one boot to another, of its value.
LEAST_NOISE = 0.002


class BadFigures(Exception):
    """A file that is not what it should be; says where."""


@dataclass(frozen=True)
class Key:
    """One piece of work under one condition, on one series of kernels."""

    series: str
    bench: str
    section: str
    row: str
    column: str
    unit: str


@dataclass
class Cell:
    """All runs of it, in their order; or of those committed the least, the median, the
    greatest, how many they were, and of which commit."""

    key: Key
    release: str
    values: list = field(default_factory=list)
    runs: str = UNKNOWN
    commit: str = UNKNOWN

    @property
    def is_word(self):
        return self.key.unit == "outcome"

    @property
    def middle(self):
        if self.is_word:
            return ", ".join(sorted(set(self.values)))
        return median(self.values)

    @property
    def low(self):
        return min(self.values)

    @property
    def high(self):
        return max(self.values)

    @property
    def noise(self):
        """What it may differ by: as far as its runs lie apart."""
        return max(self.high - self.low, LEAST_NOISE * abs(self.middle))


@dataclass
class Run:
    """One raw file: one bench on one kernel."""

    about: dict = field(default_factory=dict)
    controls: list = field(default_factory=list)
    cells: dict = field(default_factory=dict)

    @property
    def release(self):
        return self.about["kernel"]

    @property
    def bench(self):
        return self.about["bench"]

    @property
    def status(self):
        return self.about["status"]

    @property
    def commit(self):
        return self.about.get("commit", UNKNOWN)

    @property
    def name(self):
        """Of two with the same name the later one counts."""
        return series_of(self.release), self.bench


def series_of(release):
    """6.1.0-56-amd64 and 6.1.0-57-amd64 are compared with one another, and neither
    with 6.1.0-56-rt-amd64."""
    return re.sub(r"^(\d+\.\d+)[^-]*(-\d+)?", r"\1", release)


def shown(value):
    if isinstance(value, str):
        return value
    return f"{value:,.2f}".removesuffix(".00")


def value_of(unit, text):
    if unit == "outcome":
        return text
    value = float(text)
    return int(value) if value.is_integer() else value


def take(run, kind, *words):
    """One line of a raw file."""
    if kind == "about":
        key, value = words
        run.about[key] = value
    elif kind == "control":
        section, text = words
        run.controls.append((section, text))
    elif kind == "figure":
        section, row, column, unit, text = words
        key = Key(series_of(run.release), run.bench, section, row, column, unit)
        run.cells.setdefault(key, Cell(key, run.release)).values.append(
            value_of(unit, text))
    else:
        raise ValueError(kind)


def read_run(path):
    run, torn = Run(), ""
    for at, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        try:
            take(run, *line.split("\t"))
        except (KeyError, ValueError, TypeError):
            # What a guest leaves that was stopped in the midst of a line.
            torn = torn or f"failed: line {at} is torn: {line!r}"
    if torn:
        run.about["status"] = torn
    if not {"kernel", "bench", "status"} <= run.about.keys():
        raise BadFigures(f"{path}: it does not say its kernel, bench and status")
    return run


def read_runs(folder):
    """Of each bench on a series of kernels the one that was begun last: no figure of
    it is taken from one before."""
    runs = [read_run(path) for path in sorted(folder.glob("*/*.tsv"))]
    runs.sort(key=lambda run: run.about.get("begun", ""))
    return list({run.name: run for run in runs}.values())


def cells_of(runs):
    return {key: cell for run in runs for key, cell in run.cells.items()}


# The committed ones: a line each, with its release, its key and its values.

def read_baseline(path):
    cells = {}
    for at, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("#"):
            continue
        try:
            release, *words = line.split("\t")
            if len(words) == 8:
                words += [UNKNOWN, UNKNOWN]
            *names, middle, low, high, runs, commit = words
            key = Key(series_of(release), *names)
            values = [value_of(key.unit, text) for text in (low, middle, high)]
        except (ValueError, TypeError) as error:
            raise BadFigures(f"{path}:{at}: {line!r} is no such line") from error
        cells[key] = Cell(key, release, values, runs, commit)
    return cells


def write_baseline(path, cells):
    """Sorted, so that a difference is one line."""
    lines = []
    for cell in cells.values():
        key = cell.key
        if key.unit in COMMITTED:
            lines.append("\t".join(map(str, (
                cell.release, key.bench, key.section, key.row, key.column, key.unit,
                cell.middle, cell.low, cell.high, cell.runs, cell.commit))))
    path.write_text("\n".join([
        "# SPDX-License-Identifier: GPL-2.0",
        "# release\tbench\tsection\trow\tcolumn\tunit\tmedian\tlow\thigh\tn\tcommit",
        *sorted(lines), ""]))


def to_commit(run):
    """Its figures, as committed ones."""
    return {key: replace(cell, runs=str(len(cell.values)), commit=run.commit)
            for key, cell in run.cells.items()}


def why_not(run, once):
    """Why its figures cannot be committed, or None; ONCE: its bench says why some of
    them have few runs."""
    if run.commit.endswith("-dirty"):
        return f"it measured {run.commit}, which is no commit"
    for key, cell in run.cells.items():
        if key.unit == "instructions" and len(cell.values) < LEAST_RUNS and not once:
            return (f"{key.row}, {key.column} has {len(cell.values)} runs of "
                    f"{LEAST_RUNS}, and no line \"# once:\" says why")
    return None


# One column against another

def reference_cell(cells, cell):
    """The same work without what is measured, or None."""
    column = reference_of(cell.key.section, cell.key.column)
    return column and cells.get(replace(cell.key, column=column))


def relation(cell, base, relate):
    """(median, least, greatest) of RELATE(cell, base), run by run; where these are not
    as many, of the medians only."""
    if len(cell.values) != len(base.values):
        return (relate(cell.middle, base.middle),) * 3
    each = [relate(*pair) for pair in zip(cell.values, base.values)]
    return median(each), min(each), max(each)


# Now against then

def kind_of(now, then, cells_now, cells_then):
    """How the two can be compared: "in full", "relatively", or "not at all". Another
    kernel may have another price for the same call; what we add to it stays ours."""
    if now.is_word or now.release == then.release:
        return "in full"
    if None in (reference_cell(cells_now, now), reference_cell(cells_then, then)):
        return "not at all"
    return "relatively"


def worse(now, then, cells_now, cells_then, limit=0):
    """What is said of a figure that is worse than the committed one by more than LIMIT
    of that, and by more than the committed runs lie apart: how far the new ones do
    excuses nothing. A word is worse when it is another."""
    if now.is_word:
        if now.middle != then.middle:
            yield f"{now.middle}, was {then.middle}"
        return
    if now.key.unit not in COUNTS:
        return
    if now.release == then.release and now.middle - then.middle > max(
            limit * then.middle, then.noise):
        yield f"{shown(now.middle)} {now.key.unit}, were {shown(then.middle)}"
    bases = reference_cell(cells_now, now), reference_cell(cells_then, then)
    if None in bases:
        return
    more, were = now.middle - bases[0].middle, then.middle - bases[1].middle
    if more - were > max(limit * abs(were), then.noise + bases[1].noise):
        yield f"{shown(more)} more than without, were {shown(were)}"


def regressions(runs, then, limit):
    """({how: how many were compared so}, [what is wrong]): of the instruction counts of
    each bench that was run, none may be missing, nor worse."""
    now, faults = cells_of(runs), []
    compared = dict.fromkeys(("in full", "relatively", "not at all"), 0)
    measured = {run.name for run in runs}
    for key, old in then.items():
        if (key.series, key.bench) not in measured or key.unit != "instructions":
            continue
        name = f"{key.series}: {key.bench}: {key.row}, {key.column}"
        if key not in now:
            faults.append(f"{name}: not measured")
            continue
        compared[kind_of(now[key], old, now, then)] += 1
        faults += [f"{name}: {fault}" for fault in worse(now[key], old, now, then, limit)]
    return compared, faults
