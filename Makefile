# SPDX-License-Identifier: GPL-2.0
#
# make                     modules for the running kernel, or KDIR=, or KERNEL=,
#                          and the tools
# make modules_install     install them (INSTALL_MOD_PATH=)
# make install             what other modules build against (DESTDIR=, PREFIX=)
# make tools               vkctl, in build/tools/
# make tools_install       install it, its manual page, completion, and vkernel-load
#                          (DESTDIR=, PREFIX=)
# make deb                 Debian packages, in build/deb/
# make run                 the main job, in a virtual machine (PLUGINS=, KERNEL=)
# make demo                two Docker containers side by side, in this terminal, of 124
#                          columns and 32 rows (KERNEL=)
# make demo-record         the same, recorded: docs/demo.svg
# make shell               the same machine with all plugins, and a prompt (PLUGINS=,
#                          KERNEL=; KO=MODULE.ko brings a module)
# make test                the short tests (TESTS=PATTERN, KERNEL=)
# make test-long           the rest: the long ones, and more on 6.12
# make soak                all at random, an hour on each of three kernels (KERNEL=,
#                          SOAK_SECONDS=, SOAK_SEED=)
# make kernels             the tests in guests on each kernel of the README's table, and
#                          its row there anew (KERNEL= takes several; hours)
# make list-tests          what each test proves
# make bench               all that is measured, and one report (hours); BENCH=NAME: one,
#                          or several; MISSING=1: those not yet measured with this code
# make bench-quick         instruction counts against the committed ones (minutes)
# make bench-report        the report of what has been measured so far
# make bench-commit        make that the committed figures, bench/baseline.tsv
# make list-bench          what can be measured
# make check               style and static checks
# make html                the interfaces for other modules, build/html/index.html
# make deps                the Debian packages that all this needs
# make clean               remove build/; the cache of kernels stays
#
# KERNEL: stock (what linux-image-amd64 is), a series (6.1, 6.12), debug, one of
# the first two with -cloud or -rt behind it, oldest-6.1 (that the archive has), or a
# release: 6.1.0-56-amd64.

KERNEL ?=
KO ?=
DESTDIR ?=
PREFIX ?= /usr
TESTS ?= *
BENCH ?=
MISSING ?=
WITH_TEST_MODULES ?=

# Kernels made ready for the virtual machine lie in the cache; a kernel of the
# user's own is where KDIR says. In a recipe's shell, which stops where it fails.
ifneq ($(KERNEL),)
find_kdir = kernel=$$(tests/vm/kernel '$(KERNEL)') && kdir=$$kernel/headers
else
KDIR ?= /lib/modules/$(shell uname -r)/build
find_kdir = kdir=$(KDIR)
endif

GUEST_KERNEL = $(or $(KERNEL),stock)
QUIET = $(if $(findstring s,$(firstword -$(MAKEFLAGS))),-s)
# Of no use to the tests, it takes as long as all the rest of their build.
NO_BTF = $(if $(WITH_TEST_MODULES),CONFIG_DEBUG_INFO_BTF_MODULES=)
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: all modules modules_install install deps test test-long list-tests run shell
.PHONY: bench bench-quick bench-report bench-commit list-bench deps-bench
.PHONY: demo demo-record soak kernels check html deps-html clean deb deps-deb help tools tools_install
all: modules tools

modules:
	@$(find_kdir) && farm=$$(tests/vm/farm "$$kdir") && \
	flock "$$farm/.lock" $(MAKE) $(QUIET) $(JOBS) -C "$$kdir" M="$$farm" \
		WITH_TEST_MODULES=$(WITH_TEST_MODULES) $(NO_BTF) modules

# kbuild leaves depmod out where the headers have no System.map, and tries to
# sign without a key where they bring none: as Debian's do.
modules_install: WITH_TEST_MODULES =
modules_install: modules
	@$(find_kdir) && farm=$$(tests/vm/farm "$$kdir") && \
	if [ ! -e "$$kdir/certs/signing_key.pem" ]; then nosign=CONFIG_MODULE_SIG_ALL=; fi && \
	$(MAKE) $(QUIET) -C "$$kdir" M="$$farm" $$nosign modules_install && \
	depmod -b "$(INSTALL_MOD_PATH)/" "$${farm##*/}"

# The headers, and for each kernel what versions the functions have there that
# hookcore and the syscall plugin export.
install: modules
	@$(find_kdir) && farm=$$(tests/vm/farm "$$kdir") && \
	to="$(DESTDIR)$(PREFIX)/src/hookcore" && install -d "$$to/include" && \
	install -m 644 include/hookcore.h include/hookcore_reason.h "$$to/include/" && \
	hookcore/symvers.sh "$$farm/Module.symvers" hookcore/hookcore "$$to/$${farm##*/}" && \
	echo "installed in $$to" && \
	to="$(DESTDIR)$(PREFIX)/src/vkernel" && install -d "$$to/include" && \
	install -m 644 include/vkernel_syscall.h "$$to/include/" && \
	hookcore/symvers.sh "$$farm/Module.symvers" syscall/vkernel_syscall "$$to/$${farm##*/}" && \
	echo "installed in $$to"

# vkctl: plain C for user space, all of it in one folder. Static: it runs at each
# start of a container, where finding its libraries would take longer than its
# work. At an address that nobody knows all the same: it is root's, and reads
# what others may have written. The cache of profiles wants the sum.
TOOLS_CFLAGS = -std=gnu11 -O2 -g -Wall -Wextra -Werror -Wno-missing-field-initializers \
	-D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
TOOLS_OBJECTS = $(patsubst tools/vkctl/%.c,build/tools/%.o,$(wildcard tools/vkctl/*.c))

# Tests may ask for it at the same time, and run it while it is made anew.
tools:
	@mkdir -p build/tools && flock build/tools/.lock \
		$(MAKE) $(QUIET) --no-print-directory build/tools/vkctl

# As few relocations, mappings and pages as can be: each costs at each start.
TOOLS_LDFLAGS = -static-pie \
	-Wl,-z,relro,-z,now,-z,pack-relative-relocs,-z,noseparate-code,--build-id=sha1

build/tools/vkctl: $(TOOLS_OBJECTS)
	@$(CC) $(TOOLS_LDFLAGS) -o $@.new $^ -lyajl_s -lseccomp
	@mv $@.new $@

build/tools/%.o: tools/vkctl/%.c $(wildcard tools/vkctl/*.h) plugins/syscall/detours.h Makefile
	@mkdir -p $(@D)
	@$(CC) $(TOOLS_CFLAGS) -c -o $@ $<

tools_install: tools
	@install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/sbin" \
		"$(DESTDIR)$(PREFIX)/share/man/man1" "$(DESTDIR)$(PREFIX)/share/man/man8" \
		"$(DESTDIR)$(PREFIX)/share/bash-completion/completions"
	@install -m 755 build/tools/vkctl "$(DESTDIR)$(PREFIX)/bin/"
	@ln -sf vkctl "$(DESTDIR)$(PREFIX)/bin/vkernel-runc"
	@ln -sf vkctl.1 "$(DESTDIR)$(PREFIX)/share/man/man1/vkernel-runc.1"
	@install -m 755 tools/vkernel-load "$(DESTDIR)$(PREFIX)/sbin/"
	@install -m 644 tools/vkernel-load.8 "$(DESTDIR)$(PREFIX)/share/man/man8/"
	@install -m 644 tools/vkctl/vkctl.1 "$(DESTDIR)$(PREFIX)/share/man/man1/"
	@install -m 644 tools/vkctl/vkctl.bash \
		"$(DESTDIR)$(PREFIX)/share/bash-completion/completions/vkctl"

# With the decoder in them: nothing is downloaded where they are built or installed.
deb: deps-deb
	@tests/vm/debs

deps:
	@tests/vm/deps

deps-deb:
	@tests/vm/deps deb

deps-bench:
	@tests/vm/deps bench

deps-html:
	@tests/vm/deps html

test: deps
	@tests/run $(if $(KERNEL),--kernel $(KERNEL)) '$(TESTS)'

test-long: deps-deb deps-bench deps-html
	@tests/run --long $(if $(KERNEL),--kernel $(KERNEL)) '$(TESTS)'

soak: deps
	@tests/soak $(KERNEL)

kernels: deps
	@tests/kernels $(KERNEL)

list-tests:
	@tests/run --list '$(TESTS)'

run: PLUGINS ?= syscall log
run: deps
	@tests/vm/guest $(GUEST_KERNEL) tests/e2e/demo.sh --env 'PLUGINS=$(PLUGINS)'

demo: deps
	@tests/demo $(KERNEL)

demo-record: deps
	@tests/vm/deps demo
	@tests/demo --record $(KERNEL)

shell: PLUGINS ?= syscall log mm sched sched_params
shell: deps
	@tests/vm/guest $(GUEST_KERNEL) tests/vm/shell.sh --env 'PLUGINS=$(PLUGINS)' \
		$(KO:%=--ko '%') --interactive

# One alone is shown as it runs.
ifeq ($(words $(BENCH))$(MISSING),1)
bench: deps
	@bench/run $(GUEST_KERNEL) '$(BENCH)'
else
bench: deps-bench
	@bench/all $(if $(MISSING),--missing) $(if $(KERNEL),--kernel '$(KERNEL)') $(BENCH)
endif

bench-quick: deps
	@bench/all --quick $(if $(KERNEL),--kernel '$(KERNEL)')

bench-report: deps-bench
	@bench/report

bench-commit:
	@bench/report --commit

list-bench:
	@bench/run --list

check: deps
	@tests/check.sh

# From the headers' kernel-doc. They are what holds.
html: deps-html
	@docs/api/html
	@echo "written: build/html/index.html"

clean:
	rm -rf build

help:
	@sed -n '/^# make/,/^$$/s/^# \{0,1\}//p' Makefile
