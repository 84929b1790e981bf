#include "http/server/acceptor.hpp"

#include "http/server/address_probe.hpp"
#include "http/server/answer.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace standings {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// How many connections are accepted before requests get their turn.
constexpr int accepted_at_once = 64;
/// How long to wait if there is no descriptor left.
constexpr std::chrono::milliseconds pause_without_descriptor{100};

bool lacks_resources(const error_code& error) {
  namespace codes = boost::system::errc;
  return error == codes::too_many_files_open || error == codes::too_many_files_open_in_system
         || error == codes::no_buffer_space || error == codes::not_enough_memory;
}

/// The connection has ended before it was accepted.
bool concerns_one_connection(const error_code& error) {
  return error == asio::error::connection_aborted || error == asio::error::interrupted
         || error == boost::system::errc::protocol_error;
}

std::string refusal(std::string why_text) {
  const auto id = request_id_of({});
  const auto why = fail(errc::overloaded, std::move(why_text));
  std::string out;
  append_response(out, problem_answer(why, id), id, connection_says::close, false);
  return out;
}

/// A client of TLS is only cut: the refusal would need a handshake.
void turn_away(tcp::socket socket, bool tls, std::string why) {
  if (tls)
    return;
  std::array<char, 16'384> unread{}; // closing with unread bytes would reset the connection
  const auto fd = socket.native_handle();
  [[maybe_unused]] const auto n = ::recv(fd, unread.data(), unread.size(), MSG_DONTWAIT);
  const auto text = refusal(std::move(why));
  [[maybe_unused]] const auto sent =
      ::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(fd, SHUT_WR);
}

void open_listener(tcp::acceptor& listener, const tcp::endpoint& at, error_code& error) {
  listener.open(at.protocol(), error);
  if (error)
    return;
  error_code ignored;
  listener.set_option(tcp::acceptor::reuse_address{true}, ignored);
  if (at.protocol() == tcp::v6())
    listener.set_option(asio::ip::v6_only{false}, ignored);
  listener.bind(at, error);
  if (!error)
    listener.listen(SOMAXCONN, error);
  if (error)
    listener.close(ignored);
}

} // namespace

acceptor::acceptor(std::span<const std::unique_ptr<event_loop>> loops, loop_shared& shared,
                   lost_fn lost)
    : loops_(loops), shared_(shared), lost_(std::move(lost)), listener_(loops.front()->context()),
      pause_(loops.front()->context()) {}

result<std::uint16_t> acceptor::listen(const std::string& host, std::uint16_t port) {
  error_code error;
  tcp::resolver resolver{loops_.front()->context()};
  const auto found = resolver.resolve(
      host, std::to_string(port), tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (!error)
    for (const auto& each : found) {
      open_listener(listener_, each.endpoint(), error);
      if (!error)
        break;
    }
  if (!error) {
    listener_.non_blocking(true, error);
    return listener_.local_endpoint().port();
  }
  if (const auto again = probe_address(host, port); !again) // it explains the reason
    return again.error();
  return fail(errc::out_of_range, "cannot listen on " + address_text(host, port), "http.port");
}

void acceptor::accept_later() {
  listener_.async_wait(tcp::acceptor::wait_read, [this](const error_code& error) {
    if (!error)
      accept_waiting();
  });
}

void acceptor::accept_waiting() {
  for (int i = 0; i < accepted_at_once; ++i) {
    error_code error;
    tcp::endpoint from;
    tcp::socket socket{loops_.front()->context()};
    listener_.accept(socket, from, error);
    if (error == asio::error::would_block || error == asio::error::try_again)
      break;
    if (lacks_resources(error))
      return pause();
    if (error && !concerns_one_connection(error)) {
      if (!shared_.draining)
        lost_();
      return;
    }
    if (!error)
      take(std::move(socket), from.address().to_string());
  }
  accept_later();
}

void acceptor::take(tcp::socket socket, const std::string& address) {
  const bool tls = shared_.tls != nullptr;
  auto& traffic = loops_.front()->traffic();
  auto place = place_for(address);
  if (!place) {
    traffic.address_connections_refused.add();
    return turn_away(std::move(socket), tls, "more connections from this address than allowed");
  }
  if (shared_.draining || !shared_.connections.enter(shared_.limits.max_connections)) {
    traffic.connections_refused.add();
    return turn_away(std::move(socket), tls, "more connections than allowed");
  }
  auto& loop = *loops_[next_];
  next_ = (next_ + 1) % loops_.size();
  asio::post(loop.context(),
             [&loop, fd = socket.release(), address, place = std::move(*place)]() mutable {
               loop.adopt(fd, address, std::move(place));
             });
}

/// The connections of a trusted proxy are those of many clients.
std::optional<address_place> acceptor::place_for(const std::string& address) {
  const auto peer = ip_address::of_peer(address);
  if (shared_.proxies.contains(peer) || !shared_.rates.hold_for(peer, peer))
    return address_place{};
  return shared_.address_connections.enter(limited_part(peer));
}

void acceptor::pause() {
  pause_.expires_after(pause_without_descriptor);
  pause_.async_wait([this](const error_code& error) {
    if (!error)
      accept_later();
  });
}

void acceptor::close() {
  error_code ignored;
  listener_.close(ignored);
  pause_.cancel();
}

} // namespace standings
