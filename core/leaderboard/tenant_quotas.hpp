#pragma once

#include "core/base/errc.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace standings {

/// What the leaderboards of one tenant may take; 0 is no limit.
struct tenant_quota {
  std::uint64_t leaderboards = 0;       ///< those that are not archived
  std::uint64_t users = 0;              ///< of all its leaderboards, each in each of them
  std::uint64_t updates_per_second = 0; ///< as many at once

  friend bool operator==(const tenant_quota&, const tenant_quota&) = default;
};

/// The entry of whoever has none of its own.
inline constexpr std::string_view default_quota = "default";

/// What was configured for each tenant, and for all others as `default`. What a tenant's entry does
/// not name is as in that of the others, or else no limit.
struct tenant_quotas {
  struct entry {
    std::optional<std::uint64_t> leaderboards{};
    std::optional<std::uint64_t> users{};
    std::optional<std::uint64_t> updates_per_second{};

    friend bool operator==(const entry&, const entry&) = default;
  };

  std::map<std::string, entry, std::less<>> by_tenant{};

  [[nodiscard]] tenant_quota of(std::string_view tenant) const;

  friend bool operator==(const tenant_quotas&, const tenant_quotas&) = default;
};

/// The failures `quota_exceeded` of a tenant that has all leaderboards or users that it may have.
failure no_more_leaderboards(std::string_view tenant, std::uint64_t quota);
failure no_more_users(std::string_view tenant, std::uint64_t quota);

} // namespace standings
