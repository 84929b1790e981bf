#pragma once

#include "http/api/board_feed.hpp"
#include "http/server/event_stream.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>

#include <map>
#include <memory>
#include <string>

namespace standings {

/// The streams of one event loop's clients that follow boards. It asks the feed for each top once,
/// and hands what the feed tells to all. For the loop's thread, except where said.
class board_followers {
public:
  board_followers(boost::asio::io_context& loop, board_feed& feed);
  board_followers(const board_followers&) = delete;
  board_followers& operator=(const board_followers&) = delete;
  ~board_followers();

  /// A stream for one client, who saw the event with `last_id` last; empty if none.
  std::shared_ptr<event_stream> stream(followed_board what, std::string last_id);

  /// For the feed, from its thread.
  void tell(followed_board what, board_news_ptr news);

private:
  class follower;
  using hook =
      boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  using list = boost::intrusive::list<follower, boost::intrusive::constant_time_size<false>>;
  struct topic;

  using topic_ptr = std::shared_ptr<topic>;

  topic_ptr join(follower& who, const followed_board& what);
  void leave(const topic_ptr& of);
  void pass_on(const topic_ptr& of);

  boost::asio::io_context& loop_;
  board_feed& feed_;
  std::map<followed_board, topic_ptr> topics_; ///< without those that are gone
};

} // namespace standings
