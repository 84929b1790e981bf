#pragma once

#include "core/limits/bucket_table.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>

namespace standings {

/// The buckets of one limit, shared by all event loops, so that a client is counted exactly however
/// its connections are spread. A key has its place in one of several tables, each with a lock of
/// its own that is held for a look-up. At most `most_buckets` are kept. Thread-safe.
class shared_buckets {
public:
  static constexpr std::size_t most_buckets = 65'536;

  explicit shared_buckets(const bucket_size& size) : size_(size) {
    for (auto& each : parts_)
      each = std::make_unique<part>(size);
  }

  limit_state take(std::string_view key, token_bucket::time_point now) {
    if (!size_.limits())
      return {};
    auto& with = part_of(key);
    const std::lock_guard lock{with.mutex};
    return with.table.take(key, now);
  }

  [[nodiscard]] limit_state look(std::string_view key, token_bucket::time_point now) {
    if (!size_.limits())
      return {};
    auto& with = part_of(key);
    const std::lock_guard lock{with.mutex};
    return with.table.look(key, now);
  }

private:
  static constexpr std::size_t parts = 16;

  struct part {
    explicit part(const bucket_size& size) : table(size, most_buckets / parts) {}

    std::mutex mutex;
    bucket_table table;
  };

  part& part_of(std::string_view key) {
    // the tables use the same hash, so its upper bits choose among them
    return *parts_[(std::hash<std::string_view>{}(key) >> 48U) % parts];
  }

  const bucket_size size_;
  std::array<std::unique_ptr<part>, parts> parts_;
};

} // namespace standings
