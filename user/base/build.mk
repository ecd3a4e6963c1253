# user/base - libbase, the only code all programs share.
BASE_SRC := $(addprefix user/base/,arena.c cgroup_path.c clock.c container_lookup.c err.c fd.c file.c fmt.c hist.c json.c \
	json_parse.c json_write.c log.c num.c opt.c opt_help.c path.c proc.c stats.c str.c table.c \
	term.c)
$(call library,base,$(BASE_SRC))
# stats.c alone needs libm; programs that use it link it too.
UNIT_SYS_base := -lm
