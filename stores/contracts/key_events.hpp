#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace standings {

/// Something that a Redis server has told. A hint, never a proof.
struct key_event {
  enum class kind : std::uint8_t { key, message };

  kind type = kind::key;
  std::string key; ///< the key that changed, or the channel
  std::string
      what; ///< the command's name such as set, del, expired, evicted; or the message's text

  friend bool operator==(const key_event&, const key_event&) = default;
};

/// Notifications of a Redis server, on a connection of its own. Blocking, to be
/// used by one thread at a time. Only hints: some may be lost, for instance while
/// the connection was, or while somebody had the notifications switched off.
class key_events {
public:
  key_events() = default;
  key_events(const key_events&) = delete;
  key_events& operator=(const key_events&) = delete;
  virtual ~key_events() = default;

  /// What has come, about 1000 at most; empty where nothing has come for `limit`.
  /// Fails with `store_unavailable` where the connection is lost, also where the
  /// server has been silent for seconds when asked: open another one then.
  [[nodiscard]] virtual result<std::vector<key_event>> next(std::chrono::milliseconds limit) = 0;

  /// Whether the server tells of changed keys, as far as is known. False: it does
  /// not, or may not be asked, and we may not make it (CONFIG is forbidden): poll.
  [[nodiscard]] virtual bool notified() const = 0;

  /// Looks again, because a restart or somebody's CONFIG SET undoes what we set.
  /// False: the server had stopped telling of keys, so events were lost; it has
  /// been made to tell again where `notified()` holds after the call. Always false
  /// where we may not ask. Fails with `store_unavailable` where the server cannot
  /// be reached.
  [[nodiscard]] virtual result<bool> still_notified() = 0;

  /// How many notifications told of writes of this process, since its start; `next` leaves
  /// them out.
  [[nodiscard]] virtual std::uint64_t own() const { return 0; }
};

using key_events_factory = std::function<result<std::unique_ptr<key_events>>()>;

} // namespace standings
