#include "stores/redis/tls_files.hpp"

#include "stores/redis/lost.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace standings {

namespace {

failure refused(const char* option, const std::string& file, const std::string& why) {
  ERR_clear_error();
  return fail_because(errc::store_unavailable, std::string{cache_unreachable},
                      std::string{option} + " (" + file + ") " + why);
}

/// OpenSSL's message does not always tell a file that cannot be opened from one that is no PEM.
result<void> check_readable(const char* option, const std::string& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return refused(option, file, "cannot be read: " + std::generic_category().message(errno));
  ::close(fd);
  return {};
}

bool failed_for(int library, int reason) {
  const auto error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == library && ERR_GET_REASON(error) == reason;
}

/// OpenSSL would otherwise ask for it at the terminal.
int no_pass_phrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

result<void> load_authorities(SSL_CTX* context, const redis_tls_options& options) {
  if (options.ca_file.empty() && options.ca_dir.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    return {};
  }
  if (!options.ca_file.empty()) {
    if (auto readable = check_readable("cache.tls.ca_file", options.ca_file); !readable)
      return readable;
    if (SSL_CTX_load_verify_file(context, options.ca_file.c_str()) != 1)
      return refused("cache.tls.ca_file", options.ca_file, "holds no certificates in PEM");
  }
  if (!options.ca_dir.empty()) {
    if (auto readable = check_readable("cache.tls.ca_dir", options.ca_dir); !readable)
      return readable;
    SSL_CTX_load_verify_dir(context, options.ca_dir.c_str());
  }
  return {};
}

result<void> load_certificate(SSL_CTX* context, const std::string& file) {
  if (auto readable = check_readable("cache.tls.cert_file", file); !readable)
    return readable;
  if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) == 1)
    return {};
  const bool weak = failed_for(ERR_LIB_SSL, SSL_R_EE_KEY_TOO_SMALL)
                    || failed_for(ERR_LIB_SSL, SSL_R_CA_MD_TOO_WEAK);
  return refused("cache.tls.cert_file", file,
                 weak ? "holds a certificate that is too weak for the system's OpenSSL"
                      : "holds no certificate in PEM");
}

result<void> load_key(SSL_CTX* context, const std::string& file) {
  if (auto readable = check_readable("cache.tls.key_file", file); !readable)
    return readable;
  bool has_pass_phrase = false;
  SSL_CTX_set_default_passwd_cb(context, no_pass_phrase);
  SSL_CTX_set_default_passwd_cb_userdata(context, &has_pass_phrase);
  const bool loaded = SSL_CTX_use_PrivateKey_file(context, file.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  if (has_pass_phrase)
    return refused("cache.tls.key_file", file,
                   "has a pass phrase, which is not supported: store the key without one, and let "
                   "only the service read it");
  if (failed_for(ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH)
      || failed_for(ERR_LIB_X509, X509_R_KEY_TYPE_MISMATCH)
      || (loaded && SSL_CTX_check_private_key(context) != 1))
    return refused("cache.tls.key_file", file,
                   "holds the key of another certificate than cache.tls.cert_file");
  if (!loaded)
    return refused("cache.tls.key_file", file, "holds no private key in PEM");
  return {};
}

} // namespace

result<void> load_tls_files(SSL_CTX* context, const redis_tls_options& options) {
  ERR_clear_error();
  if (options.verify)
    if (auto done = load_authorities(context, options); !done)
      return done;
  if (options.cert_file.empty())
    return {};
  if (auto done = load_certificate(context, options.cert_file); !done)
    return done;
  return load_key(context, options.key_file);
}

} // namespace standings
