#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: for each command that the documents show in a block, commands.list names words
# proves: of a test, which are there, or says why no test executes it

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

cd "$TOP"
make -s list-tests | grep '^docs_commands ' >/dev/null || die "make list-tests does not list"

# complaints [PAGE]: what is not as it should be, with one more page.
complaints()
{
	python3 - tests/host/commands.list README.md CONTRIBUTING.md docs/*.md contrib/*.md "$@" <<'END'
import re, sys

listed = {}
for line in open(sys.argv[1], encoding="utf-8"):
    if line.strip() and not line.startswith("#"):
        command, test, what = (part.strip() for part in line.rsplit(" | ", 2))
        if command in listed:
            print(f"twice: {command}")
        listed[command] = test
        if test != "-" and what not in open("tests/" + test, encoding="utf-8").read():
            print(f"{test} has no: {what}")

shown = set()
for page in sys.argv[2:]:
    language = None
    for line in open(page, encoding="utf-8"):
        fence = re.match(r"```(.*)$", line)
        if fence and language is not None:
            language = None
        elif fence:
            language = fence[1]
            if not language:
                print(f"{page}: a block that does not say of what")
        elif language == "sh" and line.strip():
            shown.add(" ".join(re.sub(r"(^|\s)#\s.*", "", line).split()))
shown.discard("")
for command in sorted(shown - set(listed)):
    print(f"no test executes: {command}")
for command in sorted(set(listed) - shown):
    print(f"no page shows: {command}")
print(f"{len(shown)} commands, {list(listed.values()).count('-')} without a test")
END
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
complaints >"$work/said"
cat "$work/said"
[ "$(wc -l <"$work/said")" = 1 ] || die "see above"
# Controls.
# shellcheck disable=SC2016 # no commands
printf '```sh\nrm -rf /  # all\n```\n```\nnothing\n```\n' >"$work/page.md"
complaints "$work/page.md" >"$work/said"
grep -qx "no test executes: rm -rf /" "$work/said" || die "control: a command without a test"
grep -qx "$work/page.md: a block that does not say of what" "$work/said" || die "control: a block of nothing"
