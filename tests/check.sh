#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# check.sh: is every source file as it should be? ("make check")
# check.sh CHECKER FILE...: run one checker over the files given.
# check.sh sparse KDIR TREE: run sparse over a module tree.
#
# Each checker prints what it finds, one finding a line, and fails if there is
# any. tests/host/test-docs_check.sh shows each of them a bad file.

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/vm/common.sh"

# What the kernel's rules for its own tree get wrong outside of it, or what
# another checker here decides. Types, as checkpatch.pl --show-types names them.
CHECKPATCH_IGNORE=(
	# clang-format decides where a line is broken.
	OPEN_ENDED_LINE
	PARENTHESIS_ALIGNMENT
	# Counts bytes, and a drawn line is three bytes a character; the
	# checker "width" counts columns.
	LONG_LINE_COMMENT
	# An EXPORT_SYMBOL_GPL(), a NOKPROBE_SYMBOL() or a DECLARE_...() may
	# stand right behind what it belongs to.
	LINE_SPACING
	# Headers list their macros' users as X(a) X(b), trace events and asm
	# stubs are statements: neither can be put in parentheses.
	COMPLEX_MACRO
	MACRO_ARG_REUSE
	MULTISTATEMENT_MACRO_USE_DO_WHILE
	TRAILING_SEMICOLON
	# A stub is declared in the .c file that defines it in assembly.
	AVOID_EXTERNS
	# git is not asked: a release tarball has none.
	GIT_COMMIT_ID
	UNKNOWN_COMMIT_ID
)

# Single findings that are right as they are; extended regular expressions on
# "FILE:LINE: LEVEL:TYPE: text".
CHECKPATCH_EXCUSED=(
	# The decoder's own names.
	'CAMELCASE: Avoid CamelCase: <Zy(dis|an)'
	# The ELF format's and the C library's.
	'CAMELCASE: Avoid CamelCase: <(Elf(32|64)_|PRI[diux]64>)'
	# Describing members is kernel-doc's business, and that checker's.
	'UNCOMMENTED_DEFINITION: struct mutex definition'
	'UNCOMMENTED_DEFINITION: spinlock_t definition'
	# User space has neither the kernel's types nor its accessors.
	'^tests/(host|e2e/programs)/.*(PREFER_KERNEL_TYPES|VOLATILE|ENOSYS):'
	# Tests defeat the compiler on purpose; assembly stands at the margin.
	'^(kunit|tests/e2e/modules)/.*(VOLATILE|LEADING_SPACE|LONG_LINE_STRING):'
	'^tools/.*(PREFER_KERNEL_TYPES|PREFER_DEFINED_ATTRIBUTE_MACRO):'
	# Words that are a verb's name too; a message stays in one piece; a
	# file system's type and its device have one name; text that is
	# written out is no licence of the file itself.
	'^tools/.*(EMBEDDED_FUNCTION_NAME|LONG_LINE_STRING):'
	'^tools/vkctl/instance\.c.*LONG_LINE:'
	'^tools/.*REPEATED_WORD: .*(config|debug)fs'
	'^tools/vkctl/module\.c.*SPDX_LICENSE_TAG:'
	# What libFuzzer calls.
	'CAMELCASE: Avoid CamelCase: <LLVMFuzzer'
	# A table of error names is not an error returned.
	'^plugins/syscall/(words|main)\.c.*ENOSYS:'
	# IMPORTED(name)(argument) is a call.
	'^hookcore/.*UNNECESSARY_PARENTHESES:'
	# What a macro defines is no prototype.
	'^plugins/log/(log|syslog)\.c.*FUNCTION_ARGUMENTS:'
	# Something stands behind the number.
	'^plugins/log/format\.c.*CONSIDER_KSTRTO:'
	# A record without text, and one that is continued, are what is tested.
	'^kunit/log_kunit\.c.*QUOTED_WHITESPACE_BEFORE_NEWLINE:'
	'^tests/e2e/modules/log_noise\.c.*LOGGING_CONTINUATION:'
	# A number of slots is not a bit.
	'^vkernel/instance\.h.*BIT_MACRO:'
)

# What shellcheck only supposes.
SHELLCHECK_EXCLUDE=(
	# A && B || C, where C is meant to run when either fails.
	SC2015
	# sed, where the shell could replace too.
	SC2001
	# Variables that a subshell sources anew; functions that a trap calls.
	SC2031 SC2317
	# Words of an array with a comma, as compilers and QEMU want them.
	SC2054
)

FAILED=()
PASSED=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Our own files: neither what is built nor what is brought along.
our_files()
{
	find "$TOP" \( -name .git -o -path "$TOP/build" -o -path "$TOP/third_party" \) \
		-prune -o -type f "$@" -print | sort
}

our_c()
{
	our_files -name '*.[ch]'
}

# A script says so in its first line or by its suffix.
our_shell()
{
	our_files \( -name '*.sh' -o ! -name '*.*' \) | while read -r file; do
		if [ "${file%.sh}" != "$file" ] ||
			head -n 1 "$file" | grep -qE '^#!.*[/ ](ba|da)?sh'; then
			echo "$file"
		fi
	done
}

# Everything that can carry a comment; texts, data and the licence cannot, nor
# can some that Debian's tools read.
our_sources()
{
	our_files ! -name '*.md' ! -name LICENSE ! -name '*.json' ! -name '*.bin' \
		! -name '.git*' ! -name '*.corpus' ! -path '*/debian/source/*' \
		! -path '*/debian/changelog' ! -path '*/debian/copyright' ! -name '*.lintian-overrides'
}

# expect_nothing: fail if anything comes in, and pass it on. A checker's own exit
# status is not asked: what it has to say is a finding, also "command not found".
expect_nothing()
{
	! sed "s|^$TOP/||" | grep .
}

# without REGEX: all lines but these; none left is no failure.
without()
{
	grep -vE -- "$1" || true
}

kernel_scripts()
{
	echo "$("$VM_DIR/source")/scripts"
}

check_checkpatch()
{
	local excused

	excused=$(printf '%s\n' "${CHECKPATCH_EXCUSED[@]}" | paste -sd'|')
	# It leaves a file with names behind where it runs; and it stumbles over
	# a missing kernel tree, and git over missing commits, without harm.
	(
		cd "$work" || exit
		"$(kernel_scripts)/checkpatch.pl" --no-tree --strict --terse \
			--show-types --no-summary \
			--ignore "$(IFS=,; echo "${CHECKPATCH_IGNORE[*]}")" \
			-f "$@" 2>&1 || true
	) | sed "s|^$TOP/||" | without "^(fatal|find): |^Use of uninitialized|$excused" | expect_nothing
}

check_kernel_doc()
{
	local file

	# It complains of a file that has no kernel-doc at all.
	for file in "$@"; do
		grep -q '^/\*\*$' "$file" || continue
		"$(kernel_scripts)/kernel-doc" -none -Werror "$file" 2>&1 || true
	done | expect_nothing
}

# Of each finding it shows the line, which does not help: the place does.
check_clang_format()
{
	{ clang-format --style="file:$TOP/.clang-format" --dry-run --Werror "$@" 2>&1 ||
		true; } | awk '
		/: error: code should be clang-formatted/ {
			sub(/:[0-9]+: error:.*/, ": not as clang-format writes it")
			print
			skip = 2
			next
		}
		!skip { print }
		skip { skip-- }' | uniq | expect_nothing
}

# At most 80 columns, with tabs of eight; a message stays in one piece.
check_width()
{
	perl -CSDA -ne '
		chomp;
		1 while s/\t/" " x (8 - length($`) % 8)/e;
		print "$ARGV:$.: ", length, " columns\n"
			if length > 80 && !/^\s*(#error |\w+\()?"/;
		close ARGV if eof' "$@" 2>&1 | expect_nothing
}

check_spdx()
{
	local file

	for file in "$@"; do
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2\.0' ||
			echo "$file: no SPDX line in the first three"
	done | expect_nothing
}

# Features are asked for, not versions; and only where all such questions are.
check_versions()
{
	{ grep -nHwE 'LINUX_VERSION_CODE|LINUX_VERSION_MAJOR|KERNEL_VERSION|RHEL_RELEASE_CODE' \
		"$@" || true; } | without '^([^:]*/)?(vkernel_)?compat\.h:' | expect_nothing
}

check_shellcheck()
{
	(cd "$TOP" && { shellcheck --external-sources --format gcc \
		--exclude "$(IFS=,; echo "${SHELLCHECK_EXCLUDE[*]}")" "$@" 2>&1 || true; }) |
		expect_nothing
}

# Trailing blanks, and a last line that does not end.
check_blanks()
{
	local file

	for file in "$@"; do
		grep -nHE '[[:blank:]]+$' "$file" || true
		[ ! -s "$file" ] || [ -z "$(tail -c 1 "$file")" ] ||
			echo "$file: no newline at the end"
	done | expect_nothing
}

# sparse reads the kernel's headers too, and may find things in them; what it
# says of any other file, Zydis apart, is ours.
check_sparse()
{
	local kdir=$1 tree=$2 log status=0

	log=$work/sparse
	# Without the flags of the make that called us: a silent one shows no CHECK.
	if ! MAKEFLAGS='' make -C "$kdir" M="$tree" C=2 CHECK=sparse modules \
		>"$log" 2>&1; then
		cat "$log"
		status=1
	fi
	# A checker that never ran has found nothing either.
	if ! grep -q '^  CHECK ' "$log"; then
		echo "$tree: sparse has looked at no file"
		status=1
	fi
	{ grep -E '^[^ ]+:[0-9]+:[0-9]+: (warning|error):' "$log" || true; } |
		without '/zydis/|/linux-headers-' | sort -u | expect_nothing ||
		status=1
	return "$status"
}

run()
{
	local name=$1 kind=$2 files

	mapfile -t files < <("our_$kind")
	say CHECK "$name (${#files[@]} files)"
	if "check_$name" "${files[@]}"; then
		PASSED=$((PASSED + 1))
	else
		FAILED+=("$name")
	fi
}

run_sparse()
{
	local kernel kdir release

	export WITH_TEST_MODULES=y
	for kernel in "$@"; do
		kdir=$("$VM_DIR/kernel" "$kernel")
		release=${kdir##*/}
		say CHECK "sparse ($release)"
		if check_sparse "$kdir/headers" "$("$VM_DIR/farm" "$kdir/headers")"; then
			PASSED=$((PASSED + 1))
		else
			FAILED+=("sparse on $release")
		fi
	done
}

all()
{
	local kernels=(stock 6.12)

	[ -z "${KERNEL:-}" ] || kernels=("$KERNEL")
	run checkpatch c
	run kernel_doc c
	run clang_format c
	run width c
	run versions c
	run spdx sources
	run blanks sources
	run shellcheck shell
	run_sparse "${kernels[@]}"
	if [ ${#FAILED[@]} -gt 0 ]; then
		echo "check: $PASSED clean, ${#FAILED[@]} not: $(IFS=,; echo "${FAILED[*]}")"
		exit 1
	fi
	echo "check: $PASSED clean, 0 not"
}

if [ $# -eq 0 ]; then
	all
else
	checker=$1
	shift
	mapfile -t files < <(realpath "$@")
	"check_$checker" "${files[@]}"
fi
