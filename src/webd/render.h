/* SPDX-License-Identifier: BSD-2-Clause */
/* One page on standard output, without a network: for tests, letters and support. */
#pragma once

/* The command line of `op25b-webd --render`; returns the exit status. */
int op25b_webd_render(int argc, char **argv);
