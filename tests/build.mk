# tests - one Criterion program a room (tests/unit/<room>/*.c), in the gnu and the asan flavour.

include tests/vm/build.mk
include tests/integration/build.mk

UNIT_ROOMS := $(notdir $(patsubst %/,%,$(sort $(dir $(wildcard tests/unit/*/*.c)))))
UNIT_TESTS := $(patsubst %,$(O)/gnu/unit-%,$(UNIT_ROOMS))
ASAN_TESTS := $(patsubst %,$(O)/asan/unit-%,$(UNIT_ROOMS))

# Libraries of ours a room's tests link, in link order, and system libraries behind them.
UNIT_LIBS_default := base
unit_libs = $(if $(UNIT_LIBS_$(1)),$(UNIT_LIBS_$(1)),$(UNIT_LIBS_default))

define unit_rules
$(O)/$(2)/unit-$(1): $(patsubst %.c,$(O)/$(2)/%.o,$(wildcard tests/unit/$(1)/*.c)) \
		$(patsubst %,$(O)/$(2)/lib%.a,$(call unit_libs,$(1)))
	$$(call say,LINK,$$@)
	$$(Q)$$(CC_$(2)) $$(LDFLAGS_$(2)) -o $$@ $$^ -lcriterion $(UNIT_SYS_$(1))
endef
$(foreach room,$(UNIT_ROOMS),$(foreach f,gnu asan,$(eval $(call unit_rules,$(room),$(f)))))

.PHONY: check-programs
check-programs: $(UNIT_TESTS) $(ASAN_TESTS) $(GUEST_OUTPUTS) $(TEST_PROGRAMS)

# libFuzzer targets: tests/fuzz/<name>.c, with clang and the sanitizers.
FUZZERS := $(patsubst tests/fuzz/%.c,$(O)/fuzz/%,$(wildcard tests/fuzz/*.c))
