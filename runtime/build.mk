# runtime - the engine and the OCI runtime. One list a room; libruntime is what both programs share.

include runtime/spec/build.mk
include runtime/cgroup/build.mk
include runtime/linux/seccomp.mk

LINUX_SRC := $(addprefix runtime/linux/,caps.c console.c dev.c mask.c mount.c mount_options.c ns.c overlay.c \
	paths.c rlimit.c rootfs.c sched.c signal_name.c sysctl.c user.c)
$(call library,linux,$(LINUX_SRC))
UNIT_LIBS_linux := linux-seccomp linux spec base
UNIT_SYS_linux := -lseccomp

include runtime/core/build.mk
include runtime/oci/build.mk
include runtime/net/build.mk

# The engine. Its nouns are a library, so that unit tests link them; its verbs are the program.
CLI_SRC := $(addprefix runtime/cli/,config.c env.c find.c lifecycle.c log_line.c names.c networking.c \
	networking_show.c owner.c \
	passwd.c places.c recover.c run_options.c seccomp_default.c spec_build.c spec_defaults.c status.c \
	supervise.c undo.c)
CLI_VERBS := $(addprefix runtime/cli/,cli.c exec.c images.c inspect.c logs.c main.c network.c ps.c \
	rm.c run.c start.c start_attached.c start_detached.c stop.c system.c wait.c)
CLI_LIBS := cli core net image cgroup linux-seccomp linux spec base
$(call library,cli,$(CLI_SRC))
$(call program,$(O)/bin/cbox,musl,$(CLI_VERBS),$(CLI_LIBS),$(CORE_SYS))
$(call program,$(O)/libexec/cbox-monitor,musl,runtime/cli/monitor/main.c,base)
UNIT_LIBS_cli := $(CLI_LIBS)
UNIT_SYS_cli := -lm -lseccomp

# Images: what `run` reads (image), and what makes them (image-cold: zlib, zstd, OpenSSL).
IMAGE_SRC := $(addprefix runtime/image/,digest.c ref.c store.c)
IMAGE_COLD_SRC := $(addprefix runtime/image/,bundle.c hash.c import.c import_layer.c index.c \
	manifest.c publish.c remove.c stream.c tar.c tar_header.c tar_write.c transaction.c \
	unpack.c unpack_object.c)
IMAGE_SYS := -lz -lzstd -lcrypto
$(call library,image,$(IMAGE_SRC))
$(call library,image-cold,$(IMAGE_COLD_SRC))
$(call program,$(O)/libexec/cbox-image,gnu,runtime/image/main.c,image-cold image linux base,$(IMAGE_SYS))
UNIT_LIBS_image := image-cold image linux base
UNIT_SYS_image := $(IMAGE_SYS)

FUZZ_SRC_tar_fuzz := $(addprefix runtime/image/,tar.c tar_header.c unpack.c unpack_object.c) \
	runtime/linux/paths.c

EXTRA_OUTPUTS += $(O)/share/demo.tar
$(O)/share/demo.tar: runtime/image/demo/make-demo.sh /bin/busybox
	$(call say,DEMO,$@)
	$(Q)runtime/image/demo/make-demo.sh /bin/busybox $@
