# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# bash completion for vkctl. Sourced.

# What a verb takes: its options, and "@" with the kind of its arguments.
_vkctl_words()
{
	case $1 in
	create) echo "--adopt --bundle --cap --help --pid --profile" ;;
	set) echo "--bundle --cap --help --profile @name" ;;
	show) echo "--help --json @name" ;;
	log) echo "--all --denials --help --json @name" ;;
	rm) echo "--help @name" ;;
	learn) echo "--arg --help --start --stop @name" ;;
	detach) echo "--force --help @name" ;;
	ls | hooks | doctor) echo "--help --json" ;;
	gc) echo "--dry-run --help --json --quiet" ;;
	top) echo "--delay --help --json --once --rounds" ;;
	check) echo "--arch --bundle --cap --help --kernel --print @profile" ;;
	module) echo "--help new" ;;
	oci-hook) echo "--default-profile --fixed --help --injected --profile --required createRuntime poststop" ;;
	"") echo "check create detach doctor gc hooks learn log ls module oci-hook rm runtime set show top" ;;
	esac
}

_vkctl_profiles()
{
	local file

	for file in /etc/vkernel/profiles/*.json; do
		[ ! -e "$file" ] || basename "$file" .json
	done
	compgen -f -- "$1"
	return 0
}

_vkctl_names()
{
	local folder

	for folder in /sys/kernel/config/vkernel/*/; do
		[ ! -d "$folder" ] || basename "$folder"
	done
}

_vkctl()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local verb='' words

	[ "$COMP_CWORD" -le 1 ] || verb=${COMP_WORDS[1]}
	words=$(_vkctl_words "$verb")
	case $before in
	--profile | --default-profile | -p) words=$(_vkctl_profiles "$word") ;;
	--bundle | -b) words=$(compgen -d -- "$word"; true) ;;
	esac
	words=${words/@name/$(_vkctl_names)}
	words=${words/@profile/$(_vkctl_profiles "$word")}
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _vkctl vkctl
