# SPDX-License-Identifier: GPL-2.0
"""Pictures of figures, drawn by gnuplot as SVG files.

GROUPS is {release: points}, one colour each.
"""

import subprocess

COLOURS = ("#2a6fb0", "#d98324", "#3a9a5b", "#8a5bb5")
# In points of the picture.
BAR, LETTER, MARGINS = 17, 6.4, 150
# From such a ratio on a scale is logarithmic.
MUCH = 30


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def draw(path, width, height, script):
    """gnuplot says what is wrong, and goes on: what it says is an error."""
    begin = [f"set terminal svg size {width:.0f},{height} noenhanced "
             "font 'sans-serif,12' background '#ffffff'",
             f"set output {quoted(str(path))}", "set border 3", "set tics nomirror out",
             "set key below vertical maxrows 2 Left reverse",
             "set grid lc rgb '#e3e6ea'"]
    done = subprocess.run(["gnuplot"], input="\n".join([*begin, *script, ""]),
                          text=True, capture_output=True, check=False)
    if done.returncode or done.stderr.strip():
        raise OSError(f"gnuplot, {path.name}: {done.stderr.strip()}")


def blocks(groups, line):
    """The data of each group, as gnuplot reads it."""
    return [f"$d{number} << END\n" + "\n".join(map(line, points)) + "\nEND"
            for number, points in enumerate(groups.values())]


def plots(groups, how):
    return "plot " + ", ".join(
        how.format(data=f"$d{number}", number=number, name=quoted(name),
                   colour=f"lc rgb '{COLOURS[number % len(COLOURS)]}'")
        for number, name in enumerate(groups))


def bars(path, title, unit, groups):
    """Bars that lie, one below the other. Points are (name, value, label)."""
    names = list(dict.fromkeys(point[0] for points in groups.values()
                               for point in points))
    values = [point[1] for points in groups.values() for point in points]
    least, most = min(values), max(values)
    logarithmic = least > 0 and most > MUCH * least
    floor = least / 2 if logarithmic else min(least, 0)
    thickness = 0.8 / len(groups)
    data = blocks(groups, lambda point: f'{names.index(point[0])} {point[1]:g} '
                                        f'"{point[2]}"')
    draw(path, 330 + LETTER * max(map(len, names)),
         MARGINS + BAR * len(names) * len(groups), [
        *data, f"set title {quoted(title)}", f"set xlabel {quoted(unit)}",
        "set logscale x" if logarithmic else "set xtics autofreq",
        f"set lmargin {0.85 * max(map(len, names)) + 2:g}",
        # Room for the numbers behind the bars.
        f"set xrange [{floor:g}:{most * 8 if logarithmic else most * 1.4 or 1:g}]",
        f"set yrange [{len(names) - 0.4:g}:-0.6]", "set style fill solid noborder",
        "set ytics (" + ", ".join(f"{quoted(name)} {at}"
                                  for at, name in enumerate(names)) + ")",
        f"y(at, number) = at - 0.4 + {thickness:g} * (number + 0.5)",
        plots(groups,
              f"{{data}} using ({max(floor, 0):g}):(y($1, {{number}})):"
              f"({max(floor, 0):g}):2:(y($1, {{number}}) - {thickness * 0.45:g}):"
              f"(y($1, {{number}}) + {thickness * 0.45:g}) with boxxyerror {{colour}} "
              "title {name}, {data} using ($2 > 0 ? $2 : 0):(y($1, {number})):3 "
              "with labels left offset 0.5,0 font ',11' notitle")])


def lines(path, title, unit, groups):
    """Points are (x, middle, low, high); x stands beside one another in equal steps,
    whatever its size."""
    places = sorted({point[0] for points in groups.values() for point in points})
    low = min(point[2] for points in groups.values() for point in points)
    high = max(point[3] for points in groups.values() for point in points)
    data = blocks(groups, lambda point: " ".join(
        f"{value:g}" for value in (places.index(point[0]), *point[1:])))
    logarithmic = low > 0 and high > MUCH * low
    draw(path, 520, 330, [
        *data, f"set title {quoted(title)}", f"set ylabel {quoted(unit)}",
        f"set xrange [-0.3:{len(places) - 0.7:g}]",
        "set xtics (" + ", ".join(f"'{place:,}' {at}"
                                  for at, place in enumerate(places)) + ")",
        *(["set logscale y", f"set yrange [{low / 2:g}:{high * 2:g}]"] if logarithmic
          else [f"set yrange [0:{1.15 * high or 1:g}]"]),
        plots(groups, "{data} using 1:2:3:4 with yerrorlines pt 7 ps 0.6 lw 2 "
                      "{colour} title {name}")])
