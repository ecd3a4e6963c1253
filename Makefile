# Targets only. Every room lists its files in <room>/build.mk; `make help` reads the ## comments.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all

O ?= build
PREFIX ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0
V ?= 0
Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-8s %s\n' '$(1)' '$(2)')

include tests/support/toolchain.mk
include user/base/build.mk
include runtime/build.mk
include bpf/build.mk
include user/ctrace/build.mk
include bench/build.mk
include tests/build.mk

.PHONY: all help deps demo check unit integration guest asan lint fmt fuzz install clean

all: $(PROGRAMS) $(EXTRA_OUTPUTS) ## build every program into build/

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' Makefile
	@printf '\nVariables: PREFIX=%s O=%s V=1 (show commands) WERROR=1 SUITES="unit integration guest"\n' \
		'$(PREFIX)' '$(O)'

deps: ## install what is missing (apt), nothing when all is there
	$(Q)tests/support/deps.sh

demo: ## install, build and show the main job on real input
	$(Q)tests/support/deps.sh
	$(Q)$(MAKE) -j$(JOBS) all
	$(Q)tests/support/demo.sh $(O)

check: ## install what is missing, build, run all tests (lint, unit, sanitizers, integration, guest)
	$(Q)tests/support/deps.sh
	$(Q)$(MAKE) -j$(JOBS) WERROR=1 all check-programs
	$(Q)tests/support/check.sh $(O) $(SUITES)

unit: $(UNIT_TESTS) ## unit tests: no root, under a minute
	$(Q)tests/support/check.sh $(O) unit

asan: $(ASAN_TESTS) ## unit tests under AddressSanitizer, LeakSanitizer and UBSan
	$(Q)tests/support/check.sh $(O) asan

integration: all ## integration tests on this host, as root
	$(Q)tests/support/check.sh $(O) integration

guest: all $(GUEST_OUTPUTS) ## tests in QEMU guests with Debian's 6.1 and 6.12 kernels
	$(Q)tests/support/check.sh $(O) guest

fuzz: $(FUZZERS) ## build the libFuzzer targets into build/fuzz/
	@ls $(FUZZERS)

lint: ## sizes, include directions, forbidden calls, formatting
	$(Q)tests/support/lint.sh

fmt: ## format all C code in place
	$(Q)git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i

install: all ## install programs, man pages and completions below PREFIX
	$(Q)tests/support/install.sh $(O) '$(DESTDIR)$(PREFIX)'

clean: ## remove everything that was built
	$(Q)rm -rf $(O)

-include $(shell find $(O) -name '*.d' 2>/dev/null)
