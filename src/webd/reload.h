/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the files again while pages are served. */
#pragma once

struct op25b_webd;

/* Read them; what is wrong is logged, and those before stay. 0 or -errno. */
int op25b_webd_reload(struct op25b_webd *d);
