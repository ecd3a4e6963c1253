# bench - cbench, the floor and the VM baseline.

include bench/vm/build.mk
