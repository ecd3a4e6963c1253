# runtime/net - networks of containers, and their name server.
NET_SRC := $(addprefix runtime/net/,address.c attach.c bridge.c dns_local.c dns_message.c \
	dns_server.c dns_start.c dns_tcp.c endpoint.c firewall.c firewall_rules.c hosts.c ipam.c link.c names.c \
	netlink.c netns.c network.c network_json.c nft.c port.c port_holder.c recover.c route.c store.c)
$(call library,net,$(NET_SRC))
UNIT_LIBS_net := net base
$(call program,$(O)/libexec/cbox-dns,musl,runtime/net/dns_main.c,net base)
