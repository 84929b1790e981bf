#pragma once

#include "core/base/task.hpp"
#include "http/api/api.hpp"

#include <cstddef>
#include <memory>
#include <optional>

namespace standings {

/// The replies of the actors that were asked.
struct status_replies {
  std::optional<health_report> health;
  std::optional<reconcile_status> reconcile;
  std::optional<aliases_status> aliases;
  std::optional<sessions_status> sessions;
  std::size_t missing = 0;
  bool all_asked = false;
  later<bool> all_there;

  void one_done() {
    if (--missing == 0 && all_asked)
      all_there.set(true);
  }
};

/// Asks all of them at once, and waits about a tenth of a second at most.
task<std::shared_ptr<status_replies>> gather_replies(const api& with);

} // namespace standings
