# bench - cbench, the floor and the VM baseline.
