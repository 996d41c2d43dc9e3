/* SPDX-License-Identifier: BSD-2-Clause */
/* See tls.h. */
#include "probe/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "probe/escape.h"

/* Called for each fault of the chain; goes on, so that all are known. */
static int note_fault(int good, X509_STORE_CTX *store)
{
	const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct op25b_probe_row *row = SSL_get_app_data(ssl);

	if (good)
		return 1;
	switch (X509_STORE_CTX_get_error(store)) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		row->certificate |= OP25B_PROBE_EXPIRED;
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		row->certificate |= OP25B_PROBE_TOO_EARLY;
		break;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		row->certificate |= OP25B_PROBE_OTHER_NAME;
		break;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		row->certificate |= OP25B_PROBE_UNTRUSTED | OP25B_PROBE_SELF_SIGNED;
		break;
	default:
		row->certificate |= OP25B_PROBE_UNTRUSTED;
	}
	return 1;
}

/* OpenSSL's last word on a fault, escaped. */
static const char *last_word(char *ret, size_t room)
{
	const unsigned long code = ERR_peek_last_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	reason = reason ? reason : "the connection ended";
	ERR_clear_error();
	return op25b_probe_escape(reason, strlen(reason), ret, room);
}

int op25b_probe_tls_open(const char *ca, int64_t now, struct op25b_probe_tls *ret,
			 struct op25b_error *error)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	char why[128];

	if (!context)
		return op25b_error_set(error, -ENOMEM, "no memory for TLS");
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, note_fault);
	if (ca && access(ca, R_OK) < 0) {
		SSL_CTX_free(context);
		return op25b_error_set(error, -EINVAL, "%s: %s", ca, strerror(errno));
	}
	if (ca && !SSL_CTX_load_verify_locations(context, ca, NULL)) {
		SSL_CTX_free(context);
		return op25b_error_set(error, -EINVAL,
				       "%s: no certificates of authorities in PEM: %s", ca,
				       last_word(why, sizeof(why)));
	}
	if (!ca)
		(void)SSL_CTX_set_default_verify_paths(context);
	ERR_clear_error();
	*ret = (struct op25b_probe_tls){ .context = context, .now = now };
	return 0;
}

void op25b_probe_tls_close(struct op25b_probe_tls *tls)
{
	SSL_CTX_free(tls->context);
	tls->context = NULL;
}

static bool is_address(const char *name)
{
	struct in6_addr any;

	return inet_pton(AF_INET, name, &any) == 1 || inet_pton(AF_INET6, name, &any) == 1;
}

SSL *op25b_probe_tls_begin(struct op25b_probe_tls *tls, int fd, const char *name,
			   struct op25b_probe_row *row)
{
	SSL *ssl = SSL_new(tls->context);
	X509_VERIFY_PARAM *verify = ssl ? SSL_get0_param(ssl) : NULL;
	bool good = ssl && SSL_set_app_data(ssl, row) && SSL_set_fd(ssl, fd);

	if (good && is_address(name))
		good = X509_VERIFY_PARAM_set1_ip_asc(verify, name);
	else if (good)
		good = X509_VERIFY_PARAM_set1_host(verify, name, 0) &&
		       SSL_set_tlsext_host_name(ssl, name);
	if (!good) {
		SSL_free(ssl);
		return NULL;
	}
	X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	X509_VERIFY_PARAM_set_time(verify, tls->now);
	SSL_set_connect_state(ssl);
	return ssl;
}

static void note_name(X509_NAME *name, char *ret, size_t room)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;
	long size;

	if (!out)
		return;
	/* Not XN_FLAG_RFC2253's escapes: ours come after, and show each byte once. */
	X509_NAME_print_ex(out, name, 0, XN_FLAG_SEP_CPLUS_SPC);
	size = BIO_get_mem_data(out, &text);
	op25b_probe_escape(text, size > 0 ? (size_t)size : 0, ret, room);
	BIO_free(out);
}

static void note_certificate(SSL *ssl, struct op25b_probe_tls *tls, struct op25b_probe_row *row)
{
	X509 *certificate = SSL_get0_peer_certificate(ssl);
	struct tm until;

	if (!certificate) {
		row->certificate |= OP25B_PROBE_UNTRUSTED;
		return;
	}
	note_name(X509_get_subject_name(certificate), row->subject, sizeof(row->subject));
	note_name(X509_get_issuer_name(certificate), row->issuer, sizeof(row->issuer));
	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until))
		row->certificate_until = timegm(&until);
	if (!(row->certificate & OP25B_PROBE_EXPIRED) && row->certificate_until &&
	    row->certificate_until - tls->now < OP25B_PROBE_SOON)
		row->certificate |= OP25B_PROBE_ENDS_SOON;
}

int op25b_probe_tls_shake(SSL *ssl, struct op25b_probe_tls *tls, struct op25b_probe_row *row)
{
	int r;

	ERR_clear_error();
	r = SSL_do_handshake(ssl);
	if (r == 1) {
		snprintf(row->tls, sizeof(row->tls), "%s %s", SSL_get_version(ssl),
			 SSL_get_cipher_name(ssl));
		note_certificate(ssl, tls, row);
		return 0;
	}
	switch (SSL_get_error(ssl, r)) {
	case SSL_ERROR_WANT_READ:
		return POLLIN;
	case SSL_ERROR_WANT_WRITE:
		return POLLOUT;
	default:
		last_word(row->detail, sizeof(row->detail));
		return -EPROTO;
	}
}
