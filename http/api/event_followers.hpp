#pragma once

#include "actors/supervision/event_log.hpp"
#include "http/server/event_stream.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>

namespace standings {

/// The streams of one event loop's clients that follow the events of the service. A slow client
/// misses what the log does not keep any more. For the loop's thread.
class event_followers {
public:
  event_followers(boost::asio::io_context& loop, event_log_ptr log);
  event_followers(const event_followers&) = delete;
  event_followers& operator=(const event_followers&) = delete;
  ~event_followers();

  /// A stream for one client, who saw the event with `last_id` last; empty if none: it gets all
  /// that the log keeps.
  std::shared_ptr<event_stream> stream(std::string_view last_id);

private:
  class follower;
  using hook =
      boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  using list = boost::intrusive::list<follower, boost::intrusive::constant_time_size<false>>;

  void join(follower& who);
  void leave();
  void told();
  void pass_on();

  boost::asio::io_context& loop_;
  const event_log_ptr log_;
  std::atomic<bool> passing_on_ = false; ///< `pass_on` is posted
  std::unique_ptr<list> followers_;
  std::size_t open_ = 0; ///< streams
};

} // namespace standings
