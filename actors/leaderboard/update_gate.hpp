#pragma once

#include "actors/supervision/requester.hpp"
#include "core/base/result.hpp"
#include "core/base/task.hpp"
#include "messages/actors.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

namespace standings {

/// Lets the updates of one event loop share messages: those that arrive in one turn of the loop go
/// out together, and while two messages are under way the next one collects. So batches form by
/// themselves under load, and a lone update is sent at once. An update that could not be written
/// because another program holds a lock is sent again on its own, so that the others in its message
/// do not wait for it. For the loop's thread only.
class update_gate {
public:
  /// `limit` bounds each message's way; an update may wait for one and travel in the next.
  update_gate(boost::asio::io_context& loop, requester& to, scoring_actor scoring,
              std::chrono::milliseconds limit);

  /// Returns the outcome of the update. Fails with `timed_out` if it is not known in time, or with
  /// the error of scoring.
  task<result<update_outcome>> submit(score_update update);

  /// Sends what has collected to the requester, which has ended and refuses it.
  void end();

private:
  static constexpr std::size_t most_under_way = 2;

  using outcomes = std::vector<update_outcome>;

  /// Updates that travel together, and where their outcomes are awaited.
  struct group {
    update_scores message;
    std::vector<later<result<update_outcome>>*> places;
  };

  void send_soon();
  detached send(group updates);

  boost::asio::io_context& loop_;
  requester& requester_;
  const scoring_actor scoring_;
  const std::chrono::milliseconds limit_;
  group collecting_;
  std::size_t under_way_ = 0;
  bool sending_soon_ = false;
};

} // namespace standings
