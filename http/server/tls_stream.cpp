#include "http/server/tls_stream.hpp"

#include <boost/asio/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <utility>

namespace standings {

namespace asio = boost::asio;

void tls_stream::session_free::operator()(ssl_st* s) const {
  SSL_free(s);
}

std::unique_ptr<tls_stream> tls_stream::begin(ssl_ctx_st& with, int fd) {
  std::unique_ptr<tls_stream> made{new tls_stream};
  made->session_.reset(SSL_new(&with));
  if (!made->session_ || SSL_set_fd(made->session_.get(), fd) != 1)
    return nullptr;
  SSL_set_accept_state(made->session_.get());
  return made;
}

tls_stream::handshake tls_stream::shake_hands() {
  ERR_clear_error();
  const int outcome = SSL_do_handshake(session_.get());
  if (outcome == 1) {
    open_ = true;
    return handshake::done;
  }
  switch (SSL_get_error(session_.get(), outcome)) {
  case SSL_ERROR_WANT_READ:
    return handshake::wants_read;
  case SSL_ERROR_WANT_WRITE:
    return handshake::wants_write;
  default:
    broken_ = true;
    const auto why = ERR_GET_REASON(ERR_peek_error());
    ERR_clear_error();
    return why == SSL_R_HTTP_REQUEST ? handshake::plain_http : handshake::failed;
  }
}

/// What a call means that did not succeed.
tls_stream::error_code tls_stream::error_of(int outcome) {
  const int why = SSL_get_error(session_.get(), outcome);
  ERR_clear_error();
  read_wants_write_ = why == SSL_ERROR_WANT_WRITE;
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
    return asio::error::would_block;
  if (why == SSL_ERROR_ZERO_RETURN)
    return asio::error::eof;
  broken_ = true;
  return asio::error::connection_reset;
}

std::size_t tls_stream::read(std::span<char> to, error_code& error) {
  ERR_clear_error();
  read_wants_write_ = false;
  std::size_t got = 0;
  const int outcome = SSL_read_ex(session_.get(), to.data(), to.size(), &got);
  error = outcome == 1 ? error_code{} : error_of(outcome);
  return got;
}

std::size_t tls_stream::write(std::string_view bytes, error_code& error) {
  if (broken_) {
    error = asio::error::connection_reset;
    return 0;
  }
  ERR_clear_error();
  std::size_t sent = 0;
  const int outcome = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &sent);
  error = outcome == 1 ? error_code{} : error_of(outcome);
  read_wants_write_ = false;
  return sent;
}

bool tls_stream::has_pending() const {
  return open_ && SSL_has_pending(session_.get()) == 1;
}

void tls_stream::say_goodbye() {
  if (!open_ || std::exchange(broken_, true))
    return;
  ERR_clear_error();
  SSL_shutdown(session_.get());
  ERR_clear_error();
}

} // namespace standings
