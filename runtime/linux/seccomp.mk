# Apart from the rest of runtime/linux: only what loads filters links libseccomp. Static programs
# name $(SECCOMP_STATIC) behind all libraries; glibc_fortify.o is what libseccomp.a lacks in musl.
SECCOMP_SRC := $(addprefix runtime/linux/,glibc_fortify.c seccomp.c seccomp_cache.c seccomp_compile.c)
SECCOMP_STATIC := $(shell $(CC) -print-file-name=libseccomp.a 2>/dev/null) \
	$(O)/musl/runtime/linux/glibc_fortify.o
$(call library,linux-seccomp,$(SECCOMP_SRC))
