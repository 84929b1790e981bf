#include "stores/backends.hpp"

#include "stores/memory_rank_cache.hpp"
#include "stores/sqlite_score_store.hpp"

#include <filesystem>

namespace standings {

namespace {

result<std::optional<calendar>> boundaries_of(const leaderboard_config& settings) {
  auto made = calendar::make(settings.time_zone, settings.week_start);
  if (!made)
    return made.error();
  if (settings.rollover == rollover_mode::off)
    return std::optional<calendar>{};
  return std::optional{*made};
}

} // namespace

result<backends> make_backends(const config& settings, const clock_fn& clock) {
  auto boundaries = boundaries_of(settings.leaderboard);
  if (!boundaries)
    return boundaries.error();
  if (settings.database.backend != database_backend::sqlite
      || settings.cache.backend != cache_backend::memory)
    return fail(errc::out_of_range, "this build has the backends sqlite and memory only",
                "database.backend");
  sqlite_options sqlite;
  // an absolute database.path replaces the data directory
  sqlite.path = (std::filesystem::path{settings.data_dir} / settings.database.path).string();
  sqlite.table = settings.leaderboard.table;
  sqlite.boundaries = *boundaries;
  sqlite.clock = clock;
  return backends{[sqlite] { return open_sqlite_store(sqlite); }, make_memory_rank_cache(clock)};
}

} // namespace standings
