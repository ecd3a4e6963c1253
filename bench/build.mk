# bench - cbench, the floor and the VM baseline.

include bench/vm/build.mk

BENCH_SRC := $(addprefix bench/,bundle.c child.c disk_usage.c exec_engine.c exec_floor.c \
	exec_mock.c exec_oci.c exec_process.c exec_vm.c export.c host.c memory.c payload_run.c \
	report.c runner.c sample.c schedule.c seed_table.c subjects.c summary.c text.c \
	warnings.c workspace.c)
$(call library,bench,$(BENCH_SRC))
$(call program,$(O)/bin/cbench,gnu,bench/main.c bench/cases/start_latency.c,bench base,-lm)
$(call program,$(O)/libexec/cbench-floor,musl,bench/floor/floor.c,,)

UNIT_LIBS_bench := bench base
UNIT_SYS_bench := -lm
