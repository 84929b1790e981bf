#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace standings {

/// When a store fails, many workers are lost for the same reason. This reduces their log lines to
/// one when the outage begins and one when its last worker has recovered. Thread-safe.
class outage_log {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Identifies a worker by its owner and its index there.
  using worker = std::pair<const void*, std::size_t>;

  /// Describes an outage that is over.
  struct end {
    std::string reason;
    std::size_t workers = 0;
    std::chrono::seconds lasted{};
  };

  /// Records that `who` has failed. Returns true if it is the first worker to fail for this reason
  /// in the current outage.
  bool failed(const worker& who, const std::string& reason, time_point now);

  /// Records that `who` works again. Returns the outage if `who` was the last worker in it.
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

/// The log of this process.
outage_log& outages();

} // namespace standings
