#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what vkctl prints as JSON is UTF-8, whatever bytes a program is named by

# shellcheck source=tests/host/vkctl.sh
. "$(dirname "$0")/vkctl.sh"

gcc -O1 -g -Wall -Wextra -Werror -Wno-missing-field-initializers -D_GNU_SOURCE \
	-fsanitize=address,undefined "-I$TOP/tools/vkctl" -o "$work/json_bytes" \
	"$TOP/tests/host/json_bytes.c" "$TOP"/tools/vkctl/{json,file,message,buffer}.c \
	-lyajl || exit

# printed BYTES WANTED
printed()
{
	printf '%b' "$1" | "$work/json_bytes" >"$work/out" || exit
	says "$work/out" "$2" "$1"
}

printed 'name' '"name"'
printed '\xc3\xa9t\xc3\xa9' '"été"'
printed '\xffname\xc3' '"?name?"'
printed 'a\nb"' '"a\nb\""'
finish
