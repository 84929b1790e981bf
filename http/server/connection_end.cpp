// How connections end.

#include "http/server/buffers.hpp"
#include "http/server/connection.hpp"
#include "http/server/event_loop.hpp"
#include "http/server/open_stream.hpp"

#include <boost/asio/buffer.hpp>

#include <utility>

namespace standings {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// How much is read and thrown away so that the client still receives the answer.
constexpr std::size_t most_lingered = 16 << 20;

} // namespace

void connection::finish() {
  error_code ignored;
  if (has_unread_ || !in_.empty() || socket_.available(ignored) > 0)
    linger();
  else
    close();
}

/// Half-closes and reads on for a while: closing with unread bytes would reset the connection, and
/// the client might never see the answer.
void connection::linger() {
  error_code ignored;
  if (tls_)
    tls_->say_goodbye();
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  release(in_);
  lingering_ = true;
  wait_for(waits_for::goodbye);
  await_readable();
}

void connection::discard_input() {
  auto& to = loop_.scratch();
  error_code error;
  const auto n = socket_.read_some(asio::buffer(to), error);
  lingered_ += n;
  loop_.traffic().received.add(n);
  if ((error && !would_block(error)) || lingered_ > most_lingered)
    return close();
  await_readable();
}

void connection::drain() {
  if (stream_)
    return end_stream();
  if (handling_ || lingering_ || closing_ || !out_.empty())
    return;
  readable(); // a request may have arrived
  const bool idle = !handling_ && !closing_ && out_.empty() && in_.empty() && !reader_.has_begun();
  if (socket_.is_open() && idle)
    close();
}

/// For one more connection than there may be.
void connection::make_way() {
  loop_.traffic().connections_evicted.add();
  close();
}

void connection::close() {
  loop_.waits().clear(*this);
  stream_.reset();
  if (tls_ && socket_.is_open())
    tls_->say_goodbye();
  error_code ignored;
  socket_.close(ignored);
}

void connection::expired(waits_for what) {
  is_waiting_ = false;
  if (what == waits_for::silence)
    return keep_stream_alive();
  if (what != waits_for::request)
    return close();
  error_code ignored;
  if (socket_.available(ignored) > 0 && !std::exchange(is_late_, true)) {
    wait_for(waits_for::request);
    return readable(); // the loop was late, not the client
  }
  refuse(fail(errc::request_timeout, "the request did not arrive in time"));
  advance();
}

} // namespace standings
