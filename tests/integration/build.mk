# tests/integration - programs the integration and guest tests run.

$(O)/test/cgroup-host: $(O)/musl/tests/integration/cgroup_host.o $(O)/musl/libcgroup.a \
		$(O)/musl/libbase.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_musl) $(LDFLAGS_musl) -o $@ $^

TEST_PROGRAMS += $(O)/test/cgroup-host

# copyup_ops makes copy-ups of every kind; copyup_check compares a trace with the upper layer.
$(O)/test/copyup_ops $(O)/test/copyup_check: $(O)/test/%: $(O)/musl/tests/integration/%.o \
		$(O)/musl/libbase.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_musl) $(LDFLAGS_musl) -o $@ $^

TEST_PROGRAMS += $(O)/test/copyup_ops $(O)/test/copyup_check

$(O)/test/net-host: $(O)/musl/tests/integration/net_host.o $(O)/musl/libnet.a $(O)/musl/libbase.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_musl) $(LDFLAGS_musl) -o $@ $^

TEST_PROGRAMS += $(O)/test/net-host
