/*
 * net: networks in CIDR notation
 *
 * If it breaks, filters are left out for clients that they were meant for, or
 * asked about clients that an admin trusts.
 */
#include "net.h"
#include "tap.h"

int
main(void)
{
	static const struct {
		const char	*net;
		const char	*in[4];
		const char	*out[5];
	} nets[] = {
		{ "192.0.2.0/24", { "192.0.2.0", "192.0.2.255", "192.0.2.7" },
		    { "192.0.3.0", "192.0.1.255", "::1", "192.0.2", "" } },
		{ "192.0.2.128/25", { "192.0.2.128", "192.0.2.255" },
		    { "192.0.2.127", "193.0.2.128" } },
		{ "192.0.2.4/30", { "192.0.2.4", "192.0.2.7" },
		    { "192.0.2.3", "192.0.2.8" } },
		{ "192.0.2.1", { "192.0.2.1" }, { "192.0.2.0", "192.0.2.3" } },
		{ "192.0.2.1/32", { "192.0.2.1" }, { "192.0.2.2" } },
		{ "0.0.0.0/0", { "0.0.0.0", "255.255.255.255" }, { "::" } },
		{ "128.0.0.0/1", { "128.0.0.0", "255.0.0.0" }, { "127.0.0.1" } },
		{ "10.0.0.0/8", { "10.255.255.255" }, { "11.0.0.0" } },
		{ "2001:db8::/32", { "2001:db8::", "2001:db8:ffff::1" },
		    { "2001:db9::", "2001:db7:ffff::", "32.1.13.184", "x" } },
		{ "2001:db8::/33", { "2001:db8:7fff::" }, { "2001:db8:8000::" } },
		{ "::1", { "::1", "0:0:0:0:0:0:0:1" }, { "::2", "127.0.0.1" } },
		{ "::/0", { "::", "ffff::" }, { "1.2.3.4" } },
		{ "2001:DB8::/127", { "2001:db8::1" }, { "2001:db8::2" } },
	};
	static const char *const bad[] = { "", "/", "/24", "192.0.2.1/33",
		"192.0.2.1/-1", "192.0.2.1/", "192.0.2.1/x", "192.0.2.1/24",
		"192.0.2.128/24", "192.0.2/24", "10/8", "2001:db8::/129",
		"2001:db8::1/64", "2001:db8::1/127", "::1/0", "host", "1.2.3",
		"1.2.3.4.5", "1.2.3.256", "[::1]", "fe80::1%lo", "1.2.3.4/8/8",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc" };
	struct net	 n;
	size_t		 i;
	size_t		 k;

	for (i = 0; i < sizeof(nets) / sizeof(nets[0]); i++) {
		ok(net_parse(&n, nets[i].net), "%s is a network", nets[i].net);
		for (k = 0; k < 4 && nets[i].in[k] != NULL; k++)
			ok(net_has(&n, nets[i].in[k]), "%s has %s",
			    nets[i].net, nets[i].in[k]);
		for (k = 0; k < 5 && nets[i].out[k] != NULL; k++)
			ok(!net_has(&n, nets[i].out[k]), "%s has not \"%s\"",
			    nets[i].net, nets[i].out[k]);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!net_parse(&n, bad[i]), "\"%s\" is no network", bad[i]);
	return tap_end();
}
