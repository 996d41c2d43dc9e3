/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interface facts by ioctl, the one way that every driver answers. A driver that knows no ethtool
 * (ppp, tun in part) is no error: what it can't say stays empty.
 */
#include "dataplane/device.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

static int ask(int fd, struct ifreq *request, unsigned long what)
{
	return ioctl(fd, what, request) < 0 ? -errno : 0;
}

static int ask_ethtool(int fd, const struct op25b_device *device, void *command)
{
	struct ifreq request = { .ifr_data = command };

	memcpy(request.ifr_name, device->name, sizeof(device->name));
	return ask(fd, &request, SIOCETHTOOL);
}

static void read_ethtool(int fd, struct op25b_device *device)
{
	struct ethtool_drvinfo driver = { .cmd = ETHTOOL_GDRVINFO };
	struct ethtool_value flags = { .cmd = ETHTOOL_GFLAGS };

	if (ask_ethtool(fd, device, &driver) == 0)
		snprintf(device->driver, sizeof(device->driver), "%.31s", driver.driver);
	if (ask_ethtool(fd, device, &flags) == 0)
		device->vlan_stripping = flags.data & ETH_FLAG_RXVLAN;
}

int op25b_device_read(const char *name, struct op25b_device *ret_device, struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct op25b_device device = { 0 };
	struct ifreq request = { 0 };
	int code;

	if (fd < 0)
		return op25b_error_set(error, -errno, "socket: %s", strerror(errno));
	if (!*name || strlen(name) >= IF_NAMESIZE)
		return op25b_error_set(error, -ENODEV, "interface `%s`: no such name can be", name);
	memcpy(device.name, name, strlen(name) + 1);
	memcpy(request.ifr_name, device.name, sizeof(device.name));

	code = ask(fd, &request, SIOCGIFINDEX);
	if (code < 0)
		return op25b_error_set(error, code, "interface %s: %s", name, strerror(-code));
	device.ifindex = (unsigned int)request.ifr_ifindex;
	code = ask(fd, &request, SIOCGIFMTU);
	if (code < 0)
		return op25b_error_set(error, code, "MTU of %s: %s", name, strerror(-code));
	device.mtu = (uint32_t)request.ifr_mtu;
	code = ask(fd, &request, SIOCGIFHWADDR);
	if (code < 0)
		return op25b_error_set(error, code, "type of %s: %s", name, strerror(-code));
	device.arphrd = request.ifr_hwaddr.sa_family;
	device.ethernet = device.arphrd == ARPHRD_ETHER || device.arphrd == ARPHRD_LOOPBACK;
	read_ethtool(fd, &device);
	*ret_device = device;
	return 0;
}
