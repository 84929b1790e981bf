#include "http/server/connection.hpp"
#include "http/server/event_loop.hpp"

#include <boost/asio/buffer.hpp>

namespace standings {

/// Whether there was memory for it.
bool connection::begin_tls() {
  const auto identity = loop_.shared().tls->current();
  tls_ = tls_stream::begin(*identity, socket_.native_handle());
  return tls_ != nullptr;
}

void connection::shake_hands() {
  using handshake = tls_stream::handshake;
  switch (tls_->shake_hands()) {
  case handshake::done:
    return readable(); // a request may have come with its end
  case handshake::wants_read:
    return await_readable();
  case handshake::wants_write:
    return await_writable();
  case handshake::plain_http:
    tls_.reset();
    refuse(fail(errc::malformed, "this port speaks HTTPS"));
    return advance();
  case handshake::failed:
    return linger(); // the client may be told why
  }
}

std::size_t connection::receive(std::span<char> to, boost::system::error_code& error) {
  return tls_ ? tls_->read(to, error)
              : socket_.read_some(boost::asio::buffer(to.data(), to.size()), error);
}

std::size_t connection::transmit(std::string_view bytes, boost::system::error_code& error) {
  return tls_ ? tls_->write(bytes, error)
              : socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
}

} // namespace standings
