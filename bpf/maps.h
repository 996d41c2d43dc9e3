/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The maps. Two slots of generations; the inner maps given here only say their type, user space
 * makes the real ones (src/dataplane/generation.c) and puts them into a slot no packet uses. Sizes,
 * not types, for the inner maps: clang 14 leaves only forward declarations of their types in BTF.
 */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "op25b/abi.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct op25b_control);
} control SEC(".maps");

struct op25b_front_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct op25b_front));
};

struct op25b_image_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, OP25B_BLOCK);
};

struct op25b_prefix_map {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, sizeof(struct op25b_prefix_key));
	__uint(value_size, sizeof(__u32));
};

struct op25b_exception_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, sizeof(struct op25b_exception_key));
	__uint(value_size, sizeof(struct op25b_exception));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, OP25B_SLOTS);
	__type(key, __u32);
	__array(values, struct op25b_front_map);
} fronts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, OP25B_SLOTS);
	__type(key, __u32);
	__array(values, struct op25b_image_map);
} images SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, OP25B_SLOTS);
	__type(key, __u32);
	__array(values, struct op25b_prefix_map);
} prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, OP25B_SLOTS);
	__type(key, __u32);
	__array(values, struct op25b_exception_map);
} exceptions SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, OP25B_COUNTER_SLOTS);
	__type(key, __u32);
	__type(value, struct op25b_counter);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, OP25B_ANSWER_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} answers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

/* Least recently used lines are forgotten: a forgotten line starts with a full bucket. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct op25b_rate_key);
	__type(value, struct op25b_rate);
} rates SEC(".maps");

/* Listening sockets; the kernel takes one out when it is closed. */
struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, OP25B_DOORS);
	__type(key, struct op25b_door_key);
	__type(value, __u64);
} doors SEC(".maps");

/* On doors, and so on every connection that was accepted at one. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, __u32);
} door_children SEC(".maps");

/* By ifindex: enum op25b_notice_port. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, OP25B_NOTICE_PORTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u32);
} notice_ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct op25b_notice_page);
} notice_page SEC(".maps");
