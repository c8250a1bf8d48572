#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""check-links.py TREE: is what the documents of TREE name really there?

Links and their anchors, paths of the tree in `backquotes`, and targets of the
Makefile in every `make ...`. Prints one line for each that is not.
"""

import re
import sys
from pathlib import Path

FOLDERS = ("include", "hookcore", "vkernel", "plugins", "kunit", "tests",
           "bench", "docs", "examples", "tools", "contrib", "debian", ".ci")
PAGES = ("", "docs/", "contrib/", "debian/")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
MAKE = re.compile(r"(?:^|`)\s*(?:# |\$ )?make((?: +[^\s`#|;&]+)*)", re.M)
FENCE = re.compile(r"^```.*?^```", re.M | re.S)


def slug(heading):
    """The anchor that a heading gets."""
    text = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return text.replace(" ", "-")


def prose(text):
    return FENCE.sub("", text)


def anchors(path):
    headings = re.findall(r"^#+ (.*)$", prose(path.read_text()), re.M)
    return {slug(heading) for heading in headings}


def bad_links(page, text):
    for link in LINK.findall(prose(text)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists():
            yield f"no such file: {name}"
        elif anchor and anchor not in anchors(target):
            yield f"no such heading: {link}"


def bad_paths(tree, text):
    """A word with a folder of ours in front; NAME and * stand for anything."""
    for quoted in QUOTED.findall(prose(text)):
        for word in quoted.split():
            if not word.startswith(tuple(f + "/" for f in FOLDERS)):
                continue
            pattern = re.sub(r"[A-Z]{3,}", "*", word.rstrip("/:,"))
            if pattern != word.rstrip("/:,") and (tree / word).exists():
                continue
            if not list(tree.glob(pattern)):
                yield f"no such path: {word}"


def targets(tree):
    found = set()
    for line in (tree / "Makefile").read_text().splitlines():
        rule = re.match(r"([\w./%$() -]+):(?!=)", line)
        if rule:
            found.update(rule.group(1).split())
    return found


def bad_targets(tree, text):
    known = targets(tree)
    for words in MAKE.findall(text):
        for word in words.split():
            # The first word that is no option and no setting ends "make X".
            if word.startswith("-") or "=" in word:
                continue
            if re.fullmatch(r"[a-z][\w-]*", word) and word not in known:
                yield f"no such target: make {word}"
            break


def main():
    tree = Path(sys.argv[1])
    failed = False
    for page in [page for folder in PAGES
                 for page in sorted(tree.glob(f"{folder}*.md"))]:
        text = page.read_text()
        for fault in [*bad_links(page, text), *bad_paths(tree, text),
                      *bad_targets(tree, text)]:
            print(f"{page.relative_to(tree)}: {fault}")
            failed = True
    sys.exit(failed)


main()
