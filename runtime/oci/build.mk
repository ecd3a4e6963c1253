# runtime/oci - cbox-oci, one file a verb.
OCI_SRC := $(addprefix runtime/oci/,bundle.c create.c delete.c events.c exec.c features.c kill.c \
	list.c main.c pause.c ps.c run.c spec.c start.c state.c supervise.c update.c)
$(call program,$(O)/bin/cbox-oci,musl,$(OCI_SRC),$(CORE_LIBS),$(CORE_SYS))
