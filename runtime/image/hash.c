/*
 * hash.c - see hash.h.
 */
#include "runtime/image/hash.h"

#include <openssl/evp.h>

int hash_begin(struct hash *hash, struct err *err)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	hash->context = context;
	if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
		return err_num(err, ENOMEM, "start SHA-256");
	return 0;
}

void hash_add(struct hash *hash, const void *data, size_t len)
{
	if (hash->context && EVP_DigestUpdate(hash->context, data, len) != 1)
		hash_free(hash);
}

int hash_end(struct hash *hash, struct digest *digest, struct err *err)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (!hash->context || EVP_DigestFinal_ex(hash->context, sum, &len) != 1 || len != 32)
		return err_set(err, EIO, "SHA-256 failed");
	for (unsigned i = 0; i < len; i++) {
		digest->hex[2 * i] = "0123456789abcdef"[sum[i] >> 4];
		digest->hex[2 * i + 1] = "0123456789abcdef"[sum[i] & 15];
	}
	digest->hex[DIGEST_HEX] = '\0';
	return 0;
}

void hash_free(struct hash *hash)
{
	EVP_MD_CTX_free(hash->context);
	hash->context = NULL;
}

int hash_buffer(const void *data, size_t len, struct digest *digest, struct err *err)
{
	struct hash hash = { 0 };
	int r = hash_begin(&hash, err);

	if (r == 0) {
		hash_add(&hash, data, len);
		r = hash_end(&hash, digest, err);
	}
	hash_free(&hash);
	return r;
}
