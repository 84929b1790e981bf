#include "http/server/acceptor.hpp"

#include "http/server/address_probe.hpp"
#include "http/server/answer.hpp"
#include "http/server/buffers.hpp"
#include "log/log.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <sys/socket.h>

#include <algorithm>
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
constexpr std::chrono::minutes between_complaints{1};
/// How long a refused client may take to read why.
constexpr std::chrono::milliseconds time_to_read_refusal{200};

/// Beside the places for connections: for new ones until an old one has made way, so that health
/// checks are answered whatever is open, and for refused ones.
std::size_t places_in_between(std::size_t most) {
  return std::clamp<std::size_t>(most / 16, 4, 64);
}

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

void read_away(tcp::socket& socket) {
  std::array<char, 16'384> unread{};
  while (::recv(socket.native_handle(), unread.data(), unread.size(), MSG_DONTWAIT) > 0)
    ;
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
      pause_(loops.front()->context()), parting_(loops.front()->context()) {}

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
    if (would_block(error))
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
  auto& traffic = loops_.front()->traffic();
  auto place = place_for(address);
  if (!place) {
    traffic.address_connections_refused.add();
    return turn_away(std::move(socket), "more connections from this address than allowed");
  }
  const auto most = shared_.limits.max_connections;
  const bool enters =
      !shared_.draining && shared_.connections.enter(most + places_in_between(most));
  if (!enters || shared_.connections.count() > most)
    for (const auto& each : loops_)
      asio::post(each->context(), [&each] { each->make_room(); });
  if (!enters) {
    traffic.connections_refused.add();
    return turn_away(std::move(socket), "more connections than allowed");
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
  if (shared_.proxies.contains(peer) || !shared_.rates.hold_for(peer, shared_.proxies))
    return address_place{};
  return shared_.address_connections.enter(limited_part(peer));
}

/// The client reads the refusal only if what it sends does not meet a closed socket: so it is
/// closed a little later. A client of TLS is only cut, for the refusal would need a handshake.
void acceptor::turn_away(tcp::socket socket, std::string why) {
  if (shared_.tls)
    return;
  read_away(socket);
  const auto text = refusal(std::move(why));
  const auto fd = socket.native_handle();
  [[maybe_unused]] const auto sent =
      ::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(fd, SHUT_WR);
  if (leaving_.size() >= places_in_between(shared_.limits.max_connections))
    let_go();
  leaving_.push_back(std::move(socket));
  if (leaving_.size() == 1)
    let_go_later();
}

void acceptor::let_go() {
  read_away(leaving_.front());
  leaving_.pop_front();
}

void acceptor::let_go_later() {
  parting_.expires_after(time_to_read_refusal);
  parting_.async_wait([this, n = leaving_.size()](const error_code& error) {
    if (error)
      return;
    for (auto i = std::min(n, leaving_.size()); i > 0; --i)
      let_go();
    if (!leaving_.empty())
      let_go_later();
  });
}

void acceptor::pause() {
  if (const auto now = std::chrono::steady_clock::now(); now >= next_complaint_) {
    next_complaint_ = now + between_complaints;
    log_to(log_component::http)
        .warn("There is no descriptor left for a new connection; clients wait. "
              "Raise the limit of open files (ulimit -n) or lower http.max_connections");
  }
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
  parting_.cancel();
  leaving_.clear();
}

} // namespace standings
