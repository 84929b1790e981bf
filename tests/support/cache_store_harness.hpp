#pragma once

#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace standings::test {

/// One empty cache of some backend. All functions throw on failure.
class rank_cache_harness {
public:
  rank_cache_harness() = default;
  rank_cache_harness(const rank_cache_harness&) = delete;
  rank_cache_harness& operator=(const rank_cache_harness&) = delete;
  virtual ~rank_cache_harness() = default;

  /// The cache; a new object each time if the backend is shared.
  virtual rank_cache_ptr open() = 0;

  /// The same cache through reconcile's interface.
  virtual cache_audit_ptr audit() = 0;

  /// Whether a rebuild sweeps, i.e. no other program writes this cache.
  [[nodiscard]] virtual bool sweeps() const = 0;

  /// Sets the clock that `cached_at` is taken from; it stands still otherwise.
  virtual void set_time(sys_time now) = 0;
};

/// A backend that the contract suite runs over.
struct rank_cache_backend {
  std::string name;
  std::function<std::unique_ptr<rank_cache_harness>()> make;

  friend std::ostream& operator<<(std::ostream& out, const rank_cache_backend& b) {
    return out << b.name;
  }
};

} // namespace standings::test
