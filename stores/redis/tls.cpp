#include "stores/redis/tls.hpp"

#include "stores/redis/lost.hpp"
#include "stores/redis/socket_bio.hpp"
#include "stores/redis/tls_errors.hpp"
#include "stores/redis/tls_files.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <system_error>

namespace standings {

namespace {

std::string server_name_of(const redis_options& options) {
  return options.tls.server_name.empty() ? options.host : options.tls.server_name;
}

SSL_CTX* make_context() {
  auto* context = SSL_CTX_new(TLS_client_method());
  if (!context)
    return nullptr;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  return context;
}

/// SNI, and the name or address that the server's certificate has to be for.
bool expect_server(SSL* session, const std::string& name, bool verify) {
  const bool is_address = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str()) == 1;
  ERR_clear_error();
  SSL_set_verify(session, verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (is_address)
    return true;
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(session, name.c_str()) == 1
         && SSL_set_tlsext_host_name(session, name.c_str()) == 1;
}

/// What a call has to wait for, if that is why it did not succeed.
wait_for needed(int ssl_error) {
  return ssl_error == SSL_ERROR_WANT_READ    ? wait_for::readable
         : ssl_error == SSL_ERROR_WANT_WRITE ? wait_for::writable
                                             : wait_for::nothing;
}

} // namespace

void tls_session::context_free::operator()(ssl_ctx_st* c) const {
  SSL_CTX_free(c);
}

void tls_session::session_free::operator()(ssl_st* s) const {
  SSL_free(s);
}

tls_session::~tls_session() = default;

result<std::unique_ptr<tls_session>> tls_session::begin(int fd, const redis_options& options) {
  std::unique_ptr<tls_session> made{new tls_session};
  made->fd_ = fd;
  made->shows_certificate_ = !options.tls.cert_file.empty();
  made->server_name_ = server_name_of(options);
  made->context_.reset(make_context());
  if (!made->context_)
    return lost_because("TLS: no memory");
  if (const auto loaded = load_tls_files(made->context_.get(), options.tls); !loaded)
    return loaded.error();
  made->session_.reset(SSL_new(made->context_.get()));
  auto* bio = made->session_ ? make_socket_bio(&made->fd_) : nullptr;
  if (!bio)
    return lost_because("TLS: no memory");
  SSL_set_bio(made->session_.get(), bio, bio);
  if (!expect_server(made->session_.get(), made->server_name_, options.tls.verify))
    return lost_because("cache.tls.server_name, or cache.host, is no name that TLS can check");
  return made;
}

/// The failure of a call that cannot go on. `system_error` is errno after it.
failure tls_session::broken(int ssl_error, int system_error) const {
  const auto error = ERR_peek_last_error(); // the first ones tell where, the last one why
  ERR_clear_error();
  if (ssl_error == SSL_ERROR_ZERO_RETURN)
    return lost_because(std::string{server_hung_up});
  if (ssl_error == SSL_ERROR_SYSCALL && error == 0)
    return lost_because(system_error == 0 ? std::string{server_hung_up}
                                          : std::generic_category().message(system_error));
  if (ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED)
    return lost_because(
        meaning_of_certificate_error(SSL_get_verify_result(session_.get()), server_name_));
  return lost_because(meaning_of_tls_error(error, shows_certificate_));
}

result<wait_for> tls_session::shake_hands() {
  ERR_clear_error();
  errno = 0;
  const int done = SSL_connect(session_.get());
  if (done == 1)
    return wait_for::nothing;
  const int system_error = errno;
  const int why = SSL_get_error(session_.get(), done);
  if (const auto until = needed(why); until != wait_for::nothing)
    return until;
  auto failed = broken(why, system_error);
  if (why == SSL_ERROR_SYSCALL || failed.cause == server_hung_up)
    failed.cause += " during the TLS handshake; this may be a port without TLS: see "
                    "cache.tls.enabled, and rediss:// in cache.url";
  return failed;
}

result<std::size_t> tls_session::read(std::span<char> to, wait_for& until) {
  ERR_clear_error();
  errno = 0;
  std::size_t got = 0;
  const int done = SSL_read_ex(session_.get(), to.data(), to.size(), &got);
  if (done == 1) {
    until = SSL_has_pending(session_.get()) == 1 ? wait_for::nothing : wait_for::readable;
    return got;
  }
  const int system_error = errno;
  const int why = SSL_get_error(session_.get(), done);
  until = needed(why);
  if (until == wait_for::nothing)
    return broken(why, system_error);
  return std::size_t{0};
}

result<std::size_t> tls_session::write(std::string_view bytes, wait_for& until) {
  ERR_clear_error();
  errno = 0;
  std::size_t sent = 0;
  const int done = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &sent);
  if (done == 1) {
    until = wait_for::nothing;
    return sent;
  }
  const int system_error = errno;
  const int why = SSL_get_error(session_.get(), done);
  until = needed(why);
  if (until == wait_for::nothing)
    return broken(why, system_error);
  return std::size_t{0};
}

} // namespace standings
