#pragma once

#include "http/server/event_loop.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace standings {

/// Accepts connections on the first loop's thread and deals them out to all loops in turn. A
/// connection beyond the limits gets a refusal and is closed.
class acceptor {
public:
  using lost_fn = std::function<void()>;

  /// `lost` is called once if the listening socket cannot be used any more.
  acceptor(std::span<const std::unique_ptr<event_loop>> loops, loop_shared& shared, lost_fn lost);

  /// Binds and listens; returns the port. Fails with `out_of_range`. `port` 0: any free port.
  [[nodiscard]] result<std::uint16_t> listen(const std::string& host, std::uint16_t port);

  /// Call on the first loop's thread, or before it runs.
  void start() { accept_later(); }
  void close();

private:
  void accept_later();
  void accept_waiting();
  void take(boost::asio::ip::tcp::socket socket, const std::string& address);
  [[nodiscard]] std::optional<address_place> place_for(const std::string& address);
  void turn_away(boost::asio::ip::tcp::socket socket, std::string why);
  void let_go();
  void let_go_later();
  void pause();

  const std::span<const std::unique_ptr<event_loop>> loops_;
  loop_shared& shared_;
  const lost_fn lost_;
  boost::asio::ip::tcp::acceptor listener_;
  boost::asio::steady_timer pause_;
  std::chrono::steady_clock::time_point next_complaint_{};
  boost::asio::steady_timer parting_;
  std::deque<boost::asio::ip::tcp::socket> leaving_; ///< refused ones
  std::size_t next_ = 0;                             ///< the loop that gets the next connection
};

} // namespace standings
