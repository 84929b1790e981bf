#include "http/client/pinned_certificate.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace standings {

pinned_certificate::pinned_certificate(X509* owned) : certificate_(owned, X509_free) {}

result<std::unique_ptr<pinned_certificate>> pinned_certificate::read(const std::string& file) {
  const std::unique_ptr<BIO, int (*)(BIO*)> in{BIO_new_file(file.c_str(), "r"), BIO_free};
  auto* const found = in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr;
  ERR_clear_error();
  if (!in)
    return fail(errc::malformed, file + " cannot be read");
  if (!found)
    return fail(errc::malformed, file + " holds no certificate");
  return std::unique_ptr<pinned_certificate>{new pinned_certificate{found}};
}

void pinned_certificate::demand(SSL_CTX& in) {
  SSL_CTX_set_verify(&in, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(&in, compare, this);
}

/// Stands in for OpenSSL's check of the chain.
int pinned_certificate::compare(X509_STORE_CTX* shown, void* pinned) {
  auto& self = *static_cast<pinned_certificate*>(pinned);
  const auto* const leaf = X509_STORE_CTX_get0_cert(shown);
  if (leaf && X509_cmp(leaf, self.certificate_.get()) == 0)
    return 1;
  self.was_refused_ = true;
  X509_STORE_CTX_set_error(shown, X509_V_ERR_CERT_REJECTED);
  return 0;
}

} // namespace standings
