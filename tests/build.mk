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

# libFuzzer targets: tests/fuzz/<name>.c, with clang and the sanitizers. Run one for a minute:
#   build/fuzz/spec_fuzz -max_total_time=60 build/fuzz/new tests/fuzz/corpus/spec
# (new findings go to the first folder). What it found is fixed with a unit test.
FUZZERS := $(patsubst tests/fuzz/%.c,$(O)/fuzz/%,$(wildcard tests/fuzz/*.c))
FUZZ_SRC_spec_fuzz := $(SPEC_SRC)
FUZZ_SRC_dns_fuzz := runtime/net/dns_message.c runtime/net/address.c
FUZZ_FLAGS := $(COMMON) -O1 -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=undefined

define fuzz_rule
$(O)/fuzz/$(1): tests/fuzz/$(1).c $(FUZZ_SRC_$(1)) $(BASE_SRC)
	$$(call say,FUZZ,$$@)
	@mkdir -p $$(@D)/new
	$$(Q)$$(CLANG) $$(filter-out -MMD -MP,$$(FUZZ_FLAGS)) -o $$@ $$^
endef
$(foreach name,$(notdir $(FUZZERS)),$(eval $(call fuzz_rule,$(name))))
