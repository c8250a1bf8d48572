#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: vkctl takes no group's name, which a container may choose, for the line that
# proves: says which control group a process is in

# shellcheck source=tests/host/vkctl.sh
. "$(dirname "$0")/vkctl.sh"

gcc -O1 -g -Wall -Wextra -Werror -D_GNU_SOURCE -fsanitize=address,undefined \
	"-I$TOP/tools/vkctl" -o "$work/groups" "$TOP"/tests/host/groups.c \
	"$TOP"/tools/vkctl/{group,file,message,buffer}.c || exit

# in LINES WANTED
in_group()
{
	printf '%b' "$1" | "$work/groups" >"$work/out" || exit
	says "$work/out" "$2" "$1"
}

in_group '0::/web\n' /web
in_group '0::/\n' /
in_group '3:cpu:/other\n0::/web/below\n' /web/below
in_group '3:cpu:/c/x0::/system.slice/foo\n0::/web\n' /web
in_group '3:cpu:/c/x0::/system.slice/foo\n' none
in_group '10::/other\n0::/web' /web
in_group '0::/../other\n' none
in_group '0::/..\n' none
in_group '0::/..web\n' /..web
in_group '' none
finish
