#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// What became of a request for a named leaderboard.
enum class tenant_request : std::uint8_t { read, updated, failed };

inline constexpr std::size_t tenant_request_kinds = 3;

/// Requests by tenant, for monitoring: of the busiest tenants each on its own, of all others
/// together, so that the number of series is bounded however many tenants there are. A tenant that
/// becomes much busier than one of those takes its place; it counts from 0 then, and nothing that
/// was counted as another's counts again. Thread-safe.
class tenant_counts {
public:
  using clock = std::chrono::steady_clock;
  using counts = std::array<std::uint64_t, tenant_request_kinds>;

  struct one_tenant {
    std::string tenant;
    counts requests{};
  };

  /// The tenants on their own, by name, and the others under the name `other`.
  struct totals {
    std::vector<one_tenant> tenants;
    counts others{};
  };

  static constexpr std::chrono::minutes window{1}; ///< after which places are given anew

  /// `most`: the tenants that have a place of their own.
  explicit tenant_counts(std::size_t most = 20) : most_(most) {}

  void add(std::string_view tenant, tenant_request what, clock::time_point now = clock::now());

  [[nodiscard]] totals read() const;

private:
  struct place {
    counts requests{};
    std::uint64_t lately = 0; ///< within the window
  };

  void note_candidate(std::string_view tenant);
  void give_places();

  const std::size_t most_;
  mutable std::mutex mutex_; ///< guards all below
  std::map<std::string, place, std::less<>> places_;
  counts others_{};
  std::map<std::string, std::uint64_t, std::less<>> candidates_; ///< lately, at least so often
  clock::time_point window_began_{};
};

} // namespace standings
