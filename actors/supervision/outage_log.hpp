#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace standings {

/// Many workers lose the same store for the same reason at the same time: one line says so
/// when it begins, and one when the last of them works again. Thread-safe.
class outage_log {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// A worker, by its owner and its place there.
  using worker = std::pair<const void*, std::size_t>;

  /// What there is to tell of an outage that has ended.
  struct end {
    std::string reason;
    std::size_t workers = 0;
    std::chrono::seconds lasted{};
  };

  /// Notes that `who` has failed. Gives whether that is news: nobody else has told this reason
  /// since it began.
  bool failed(const worker& who, const std::string& reason, time_point now);

  /// Notes that `who` works again. Gives the outage if nobody else has it any more.
  std::optional<end> recovered(const worker& who, time_point now);

  /// Forgets the workers of an owner that ends.
  void forget(const void* owner);

private:
  struct outage {
    time_point since;
    std::size_t down = 0;
    std::size_t workers = 0;
  };

  std::optional<end> leave(const worker& who, time_point now);

  std::mutex mutex_;
  std::map<worker, std::string> reasons_;
  std::map<std::string, outage> outages_;
};

/// The one of this process.
outage_log& outages();

} // namespace standings
