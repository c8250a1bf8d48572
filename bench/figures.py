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
# What a count may differ by without any reason, of its value.
LEAST_NOISE = 0.001


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
    """All runs of it; or of those committed the median, the least, the greatest."""

    key: Key
    release: str
    values: list = field(default_factory=list)

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


def series_of(release):
    """6.1.0-56-amd64 and 6.1.0-57-amd64 are compared with one another, and neither
    with 6.1.0-56-rt-amd64."""
    return re.sub(r"^(\d+\.\d+)[^-]*(-\d+)?", r"\1", release)


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
    """In the order in which they were begun: of two of a series the last one counts."""
    runs = [read_run(path) for path in sorted(folder.glob("*/*.tsv"))]
    return sorted(runs, key=lambda run: run.about.get("begun", ""))


def cells_of(runs):
    return {key: cell for run in runs for key, cell in run.cells.items()}


# The committed ones: a line each, with its release, its key and its values.

def read_baseline(path):
    cells = {}
    for at, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("#"):
            continue
        try:
            release, *words, middle, low, high = line.split("\t")
            key = Key(series_of(release), *words)
            values = [value_of(key.unit, text) for text in (low, middle, high)]
        except (ValueError, TypeError) as error:
            raise BadFigures(f"{path}:{at}: {line!r} is no such line") from error
        cells[key] = Cell(key, release, values)
    return cells


def write_baseline(path, cells):
    """Sorted, so that a difference is one line."""
    lines = []
    for cell in cells.values():
        key = cell.key
        if key.unit in COUNTS + ("outcome",):
            lines.append("\t".join(map(str, (
                cell.release, key.bench, key.section, key.row, key.column, key.unit,
                cell.middle, cell.low, cell.high))))
    path.write_text("\n".join([
        "# SPDX-License-Identifier: GPL-2.0",
        "# release\tbench\tsection\trow\tcolumn\tunit\tmedian\tlow\thigh",
        *sorted(lines), ""]))


# Now against then

def is_worse(now, then):
    """By more than noise; words are worse when they are others."""
    if now.is_word:
        return now.middle != then.middle
    return (now.key.unit in COUNTS and
            now.middle - then.middle > max(now.noise, then.noise))


def reference_cell(cells, cell):
    """The same work without what is measured, or None."""
    column = reference_of(cell.key.section, cell.key.column)
    return column and cells.get(replace(cell.key, column=column))


def faults_of(now, then, cells_now, cells_then, limit):
    """What is said of one count. Another kernel may have another price for the same
    call; what we add to it stays ours."""
    if now.release == then.release and now.middle - then.middle > max(
            limit * then.middle, now.noise, then.noise):
        yield f"{now.middle:g} instructions, were {then.middle:g}"
    bases = reference_cell(cells_now, now), reference_cell(cells_then, then)
    if None in bases:
        return
    more, were = now.middle - bases[0].middle, then.middle - bases[1].middle
    if more - were > max(limit * abs(were), now.noise + bases[0].noise,
                         then.noise + bases[1].noise):
        yield f"{more:g} more than without, were {were:g}"


def regressions(runs, then, limit):
    """(how many were compared, [what is wrong]): of the instruction counts of each
    bench that was run, none may be missing, nor worse by more than LIMIT and noise."""
    now, faults, compared = cells_of(runs), [], 0
    measured = {(series_of(run.release), run.bench) for run in runs}
    for key, old in then.items():
        if (key.series, key.bench) not in measured or key.unit != "instructions":
            continue
        name = f"{key.series}: {key.bench}: {key.row}, {key.column}"
        if key not in now:
            faults.append(f"{name}: not measured")
            continue
        compared += 1
        faults += [f"{name}: {fault}"
                   for fault in faults_of(now[key], old, now, then, limit)]
    return compared, faults
