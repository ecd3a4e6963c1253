# toolchain.mk - compilers, flags and the rules that make objects, libraries and programs.
#
# Three flavours of every object, each in its own folder:
#   gnu   glibc, dynamic: tools that may take a millisecond to start, and unit tests
#   musl  static: programs on the start path. A static musl program is up 0.7 ms sooner than a
#         static glibc one (6 page faults against 26). Without musl-gcc: glibc -static.
#   asan  glibc with AddressSanitizer and UBSan: unit tests

JOBS ?= $(shell nproc)
CC := $(if $(filter default undefined,$(origin CC)),gcc,$(CC))
# empty until deps has installed a compiler
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool /usr/local/sbin/bpftool /usr/bin/bpftool) bpftool)
MUSL_CC ?= $(shell command -v musl-gcc)

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wmissing-prototypes \
	-Wstrict-prototypes -Wvla -Wformat=2 -Wundef -Wwrite-strings \
	$(if $(filter 1,$(WERROR)),-Werror)
COMMON := -std=gnu17 -g $(WARNINGS) -D_GNU_SOURCE -I. -I$(O) -MMD -MP \
	-fno-strict-aliasing -DCBOX_VERSION='"$(VERSION)"'
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
CFLAGS_gnu := $(COMMON) $(HARDEN) -O2
LDFLAGS_gnu := -pie -Wl,-z,relro,-z,now
CC_gnu := $(CC)

SECTIONS := -ffunction-sections -fdata-sections
ifneq ($(MUSL_CC),)
# Kernel headers come from the system; -idirafter keeps glibc's own headers behind musl's.
CC_musl := $(MUSL_CC)
CFLAGS_musl := $(COMMON) -O2 $(SECTIONS) -fstack-protector-strong \
	-idirafter /usr/include -idirafter /usr/include/$(MULTIARCH)
LDFLAGS_musl := -static -no-pie -Wl,--gc-sections -Wl,-z,noexecstack -Wl,-z,norelro
else
CC_musl := $(CC)
CFLAGS_musl := $(COMMON) -O2 $(SECTIONS) -fstack-protector-strong
LDFLAGS_musl := -static -no-pie -Wl,--gc-sections
endif

CC_asan := $(CC)
CFLAGS_asan := $(COMMON) -O1 -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined
LDFLAGS_asan := -fsanitize=address,undefined

PROGRAMS :=
EXTRA_OUTPUTS :=
GUEST_OUTPUTS :=
FUZZERS :=

define flavour_rules
$(O)/$(1)/%.o: %.c
	$$(call say,CC,$(1)/$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(CFLAGS_$(1)) $$(CFLAGS_EXTRA) -c -o $$@ $$<
endef
$(foreach f,gnu musl asan,$(eval $(call flavour_rules,$(f))))

# $(call library,name,sources): build/<flavour>/lib<name>.a in all flavours
define library_rules
$(O)/$(2)/lib$(1).a: $(patsubst %.c,$(O)/$(2)/%.o,$(3))
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && ar rcs $$@ $$^
endef
library = $(foreach f,gnu musl asan,$(eval $(call library_rules,$(1),$(f),$(2))))

# $(call program,path,flavour,sources,libraries of ours,linker flags): adds it to PROGRAMS
define program_rules
PROGRAMS += $(1)
$(1): $(patsubst %.c,$(O)/$(2)/%.o,$(3)) $(patsubst %,$(O)/$(2)/lib%.a,$(4))
	$$(call say,LINK,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CC_$(2)) $$(LDFLAGS_$(2)) -o $$@ $$^ $(5)
endef
program = $(eval $(call program_rules,$(1),$(2),$(3),$(4),$(5)))
