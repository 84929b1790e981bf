#pragma once

#include <cstdint>
#include <string>

namespace standings {

/// A run that would exceed these deletes no users.
struct deletion_limits {
  double max_fraction = 0.05;       ///< of all users
  std::uint64_t max_deletes = 500;  ///< at once
  std::uint64_t fraction_from = 20; ///< with fewer users, the fraction is not applied
};

/// What a run has found before it deletes.
struct deletion_case {
  std::uint64_t candidates = 0;
  std::uint64_t users = 0;      ///< in the database when the run began
  bool stayed_complete = false; ///< the cache stayed complete, in one generation, for the whole run
  bool read_everything = false; ///< no batch failed
  bool held_before = false;     ///< an earlier run held deletes that have not been released
  bool forced = false;          ///< an administrator releases this run's deletes
};

struct deletion_ruling {
  bool go = false;
  std::string reason; ///< why not; empty if there is nothing to delete
};

/// Whether the candidates may be deleted. `forced` lifts the limits and an earlier hold, but no
/// doubt about the evidence.
deletion_ruling rule_on_deletion(const deletion_case& asked, const deletion_limits& limits);

} // namespace standings
