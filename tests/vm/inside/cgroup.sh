#!/bin/sh
# cgroup.sh - the program prints TAP of its own.
exec cgroup-host
