/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who else filters on an interface, by rtnetlink: libbpf can only ask for a filter whose number is
 * known. Private to this folder.
 */
#pragma once

#include <stdint.h>

/**
 * op25b_filters_count() - filters in the clsact qdisc of an interface.
 * @egress: 0: ingress; 1: egress
 * @ret_n:  without ours, told by OP25B_TC_PRIORITY and OP25B_TC_HANDLE; 0 if there is no clsact
 * Returns 0 or -errno.
 */
int op25b_filters_count(unsigned int ifindex, int egress, unsigned int *ret_n);
