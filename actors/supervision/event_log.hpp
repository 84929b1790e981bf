#pragma once

#include "core/base/service_event.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// The latest events of this process. Each has a number, from 1; of several events about one
/// subject only the newest is kept. Thread-safe.
class event_log final : public event_sink {
public:
  static constexpr std::size_t most_kept = 256;

  explicit event_log(clock_fn clock = system_now);

  struct entry {
    std::uint64_t number = 0;
    event_kind kind{};
    std::shared_ptr<const std::string> json;
    std::string subject;
  };

  void tell(service_event what) override;

  /// Those after `number`, oldest first, at most `most`.
  [[nodiscard]] std::vector<entry> after(std::uint64_t number, std::size_t most) const;

  /// The name of an event, unique also among processes, and its inverse: 0 for any other text, so
  /// that all events come after it.
  [[nodiscard]] std::string id_of(std::uint64_t number) const;
  [[nodiscard]] std::uint64_t number_of(std::string_view id) const;

  /// Calls `told` after each event, on the thread that tells it, until `unwatch`; `told` must not
  /// use the log.
  void watch(const void* who, std::function<void()> told);
  void unwatch(const void* who);

private:
  const clock_fn clock_;
  const std::string process_; ///< a random name
  mutable std::mutex mutex_;  ///< guards all below
  std::deque<entry> entries_;
  std::uint64_t last_ = 0;
  std::map<const void*, std::function<void()>> watchers_;
};

using event_log_ptr = std::shared_ptr<event_log>;

} // namespace standings
