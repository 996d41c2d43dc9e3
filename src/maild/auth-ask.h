/* SPDX-License-Identifier: BSD-2-Clause */
/* One request of Dovecot; auth.c only. */
#pragma once

struct evhttp_request;

/* For evhttp_set_gencb(); @context is the struct op25b_auth_door. */
void op25b_auth_on_request(struct evhttp_request *http, void *context);
