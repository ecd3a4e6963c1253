# bench - cbench, the floor and the VM baseline.

include bench/vm/build.mk

BENCH_SRC := $(addprefix bench/,bundle.c child.c compare.c disk_usage.c exec_engine.c exec_floor.c \
	exec_mock.c exec_oci.c exec_process.c exec_vm.c export.c host.c limits.c loop_device.c \
	memory.c page.c payload_run.c report.c result.c runner.c sample.c schedule.c scratch_fs.c \
	seed_table.c subjects.c summary.c text.c warmup.c warnings.c workspace.c write_cell.c)
$(call library,bench,$(BENCH_SRC))
BENCH_MAIN := bench/main.c $(addprefix bench/cases/,compare.c density.c report.c start_latency.c \
	write_amp.c)
$(call program,$(O)/bin/cbench,gnu,$(BENCH_MAIN),bench base,-lm)
$(call program,$(O)/libexec/cbench-floor,musl,bench/floor/floor.c,,)

UNIT_LIBS_bench := bench base
UNIT_SYS_bench := -lm
