#pragma once

#include "core/leaderboard/tenant_quotas.hpp"
#include "http/server/shared_buckets.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// Counts the updates of each tenant against its quota. Thread-safe.
class tenant_rates {
public:
  using time_point = token_bucket::time_point;

  explicit tenant_rates(const tenant_quotas& quotas);

  /// Counts an update in these leaderboards once for each tenant among them, or, if one of these
  /// has no more, for none. The default leaderboard has no tenant.
  limit_state count_update(std::span<const std::string> leaderboards, time_point now);

  /// What `count_update` would say, without counting.
  [[nodiscard]] limit_state look_at(std::span<const std::string> leaderboards, time_point now);

private:
  /// Of a tenant with an entry of its own.
  struct own_bucket {
    explicit own_bucket(const bucket_size& of) : size(of) {}

    const bucket_size size;
    std::mutex mutex; ///< guards what follows
    token_bucket bucket;
  };

  limit_state look(std::string_view tenant, time_point now);
  limit_state take(std::string_view tenant, time_point now);

  std::map<std::string, std::unique_ptr<own_bucket>, std::less<>> own_;
  shared_buckets others_;
};

} // namespace standings
