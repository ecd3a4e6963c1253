# bpf - the CO-RE programs, one tracer a file.
