#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace standings {

/// A message from a Redis server. A hint, never a proof.
struct key_event {
  enum class kind : std::uint8_t { key, message };

  kind type = kind::key;
  std::string key; ///< the key that changed, or the channel
  std::string
      what; ///< the command's name such as set, del, expired, evicted; or the message's text

  friend bool operator==(const key_event&, const key_event&) = default;
};

/// Notifications of a Redis server, on a connection of its own. Blocking, for one thread at a time.
/// Only hints: some may be lost, for instance while the connection was down or notifications were
/// switched off.
class key_events {
public:
  key_events() = default;
  key_events(const key_events&) = delete;
  key_events& operator=(const key_events&) = delete;
  virtual ~key_events() = default;

  /// The notifications that have arrived, about 1000 at most unless own
  /// writes turn out to be foreign; empty if none arrives within `limit`.
  /// Fails with `store_unavailable` if the connection is lost, or if the server has not answered a
  /// ping for seconds: open another one then.
  [[nodiscard]] virtual result<std::vector<key_event>> next(std::chrono::milliseconds limit) = 0;

  /// Whether the server sends notifications of changed keys, as far as is known. False: it sends
  /// none, or cannot be queried, and CONFIG is forbidden, so the caller must poll.
  [[nodiscard]] virtual bool notified() const = 0;

  /// Checks the server's settings again, because a restart or a foreign CONFIG SET undoes ours.
  /// False: the server had stopped sending notifications of keys, so some were lost; it sends them
  /// again if `notified()` is true after the call. Always false if CONFIG is forbidden. Fails with
  /// `store_unavailable` if the server cannot be reached.
  [[nodiscard]] virtual result<bool> still_notified() = 0;

  /// How many notifications were about writes of this process, since its start; `next` leaves those
  /// out.
  [[nodiscard]] virtual std::uint64_t own() const { return 0; }
};

using key_events_factory = std::function<result<std::unique_ptr<key_events>>()>;

} // namespace standings
