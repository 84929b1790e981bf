#include "http/server/tls_identity.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace standings {

namespace {

using context_ptr = std::shared_ptr<SSL_CTX>;

failure refused_file(const char* option, const std::string& file, const std::string& why) {
  ERR_clear_error();
  return fail(errc::out_of_range, std::string{option} + " (" + file + ") " + why, option);
}

/// OpenSSL's message does not always tell a file that cannot be opened from one that is no PEM.
result<void> check_file(const char* option, const std::string& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return refused_file(option, file, "cannot be read: " + std::generic_category().message(errno));
  struct stat state {};
  const bool is_file = ::fstat(fd, &state) == 0 && S_ISREG(state.st_mode);
  ::close(fd);
  if (!is_file) // OpenSSL would wait for the writer of a pipe
    return refused_file(option, file, "is no file");
  return {};
}

bool failed_because(int library, int reason) {
  const auto error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == library && ERR_GET_REASON(error) == reason;
}

/// OpenSSL would otherwise ask for it at the terminal.
int refuse_pass_phrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

result<void> use_certificate(SSL_CTX* context, const std::string& file) {
  constexpr auto option = "http.tls.cert_file";
  if (auto readable = check_file(option, file); !readable)
    return readable;
  if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) == 1)
    return {};
  const bool weak = failed_because(ERR_LIB_SSL, SSL_R_EE_KEY_TOO_SMALL)
                    || failed_because(ERR_LIB_SSL, SSL_R_CA_MD_TOO_WEAK);
  return refused_file(option, file,
                      weak ? "holds a certificate that is too weak for the system's OpenSSL"
                           : "holds no certificate in PEM");
}

result<void> use_key(SSL_CTX* context, const std::string& file) {
  constexpr auto option = "http.tls.key_file";
  if (auto readable = check_file(option, file); !readable)
    return readable;
  bool has_pass_phrase = false;
  SSL_CTX_set_default_passwd_cb(context, refuse_pass_phrase);
  SSL_CTX_set_default_passwd_cb_userdata(context, &has_pass_phrase);
  const bool loaded = SSL_CTX_use_PrivateKey_file(context, file.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  if (has_pass_phrase)
    return refused_file(option, file,
                        "has a pass phrase, which is not supported: store the key without one, and "
                        "let only the service read it");
  if (failed_because(ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH)
      || failed_because(ERR_LIB_X509, X509_R_KEY_TYPE_MISMATCH)
      || (loaded && SSL_CTX_check_private_key(context) != 1))
    return refused_file(option, file, "holds the key of another certificate");
  if (!loaded)
    return refused_file(option, file, "holds no private key in PEM");
  return {};
}

/// HTTP/1.1 is all that is spoken here. A client that offers protocols, but not this one, is
/// refused.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  constexpr std::string_view known{"\x08http/1.1"};
  unsigned char* selected = nullptr;
  const auto how =
      SSL_select_next_proto(&selected, size, reinterpret_cast<const unsigned char*>(known.data()),
                            static_cast<unsigned>(known.size()), offered, offered_size);
  *chosen = selected;
  return how == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Sessions are resumed by tickets that the clients keep; nothing is kept here.
context_ptr make_server_context() {
  context_ptr made{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  auto* const context = made.get();
  if (!context)
    return made;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                                | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  return made;
}

result<context_ptr> load_context(const tls_files& from) {
  ERR_clear_error();
  auto made = make_server_context();
  if (!made)
    return fail(errc::internal, "no memory for TLS");
  if (const auto done = use_certificate(made.get(), from.certificate); !done)
    return done.error();
  if (const auto done = use_key(made.get(), from.key); !done)
    return done.error();
  return made;
}

} // namespace

result<std::shared_ptr<tls_identity>> tls_identity::load(const tls_files& from) {
  std::shared_ptr<tls_identity> made{new tls_identity};
  if (const auto loaded = made->reload(from); !loaded)
    return loaded.error();
  return made;
}

result<void> tls_identity::reload(const tls_files& from) {
  auto loaded = load_context(from);
  if (!loaded)
    return loaded.error();
  const std::lock_guard lock{mutex_};
  current_ = std::move(*loaded);
  return {};
}

std::shared_ptr<ssl_ctx_st> tls_identity::current() const {
  const std::lock_guard lock{mutex_};
  return current_;
}

} // namespace standings
