#include "tests/support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

namespace standings::test {

namespace {

using key_ptr = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using certificate_ptr = std::unique_ptr<X509, void (*)(X509*)>;

void require(bool done, const char* what) {
  if (!done)
    throw std::runtime_error(std::string{"OpenSSL: "} + what);
}

key_ptr make_key() {
  key_ptr made{EVP_EC_gen("P-256"), EVP_PKEY_free};
  require(made != nullptr, "no key");
  return made;
}

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto* made = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  require(made && X509_add_ext(certificate, made, -1) == 1, "no extension");
  X509_EXTENSION_free(made);
}

/// Unsigned, without extensions.
certificate_ptr make_certificate(const std::string& name, EVP_PKEY* key,
                                 const certificate_request& with) {
  static long serial = 0;
  certificate_ptr made{X509_new(), X509_free};
  auto* const c = made.get();
  X509_set_version(c, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(c), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(c), std::chrono::seconds{with.begins}.count());
  X509_gmtime_adj(X509_getm_notAfter(c), std::chrono::seconds{with.ends}.count());
  X509_set_pubkey(c, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return made;
}

template <class Write>
void write_file(const std::string& path, Write write) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file{std::fopen(path.c_str(), "w"), std::fclose};
  require(file && write(file.get()) == 1, "no file");
}

void write_certificate(const std::string& path, X509* certificate) {
  write_file(path, [&](FILE* to) { return PEM_write_X509(to, certificate); });
}

} // namespace

certificate_authority::certificate_authority()
    : key_(make_key()),
      certificate_(make_certificate("Test CA", key_.get(), certificate_request{})) {
  auto* const c = certificate_.get();
  X509_set_issuer_name(c, X509_get_subject_name(c));
  extend(c, c, NID_basic_constraints, "critical,CA:TRUE");
  extend(c, c, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(c, c, NID_subject_key_identifier, "hash");
  require(X509_sign(c, key_.get(), EVP_sha256()) > 0, "no signature");
  write_certificate(file(), c);
}

certificate_authority::~certificate_authority() = default;

certificate_files certificate_authority::issue(const std::string& name,
                                               const certificate_request& with) const {
  const auto key = make_key();
  const auto made = make_certificate(name, key.get(), with);
  auto* const c = made.get();
  X509_set_issuer_name(c, X509_get_subject_name(certificate_.get()));
  extend(c, certificate_.get(), NID_subject_alt_name, with.names);
  require(X509_sign(c, key_.get(), EVP_sha256()) > 0, "no signature");
  certificate_files files{dir_ / (name + ".crt"), dir_ / (name + ".key")};
  write_certificate(files.certificate, c);
  write_file(files.key, [&](FILE* to) {
    return PEM_write_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return files;
}

} // namespace standings::test
