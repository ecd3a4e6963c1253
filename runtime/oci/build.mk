# runtime/oci - cbox-oci, one file a verb.
OCI_SRC := $(addprefix runtime/oci/,bundle.c create.c delete.c kill.c list.c main.c run.c start.c \
	state.c)
$(call program,$(O)/bin/cbox-oci,musl,$(OCI_SRC),core cgroup linux spec base)
