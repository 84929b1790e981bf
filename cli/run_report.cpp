#include "cli/run_report.hpp"

#include "cli/text.hpp"
#include "core/base/json_read.hpp"
#include "core/base/presentable.hpp"
#include "http/client/service_client.hpp"

#include <array>
#include <iostream>

namespace standings {

namespace {

/// What fills the cache from the database, which puts the users back. Only a Redis that is known
/// can be filled from outside the service.
std::string refusal_of_deletes(const invocation& with) {
  if (!with.service.elsewhere && with.settings.cache.backend == cache_backend::redis)
    return "standings cache init --force-refresh";
  return "curl -X POST " + to_string(with.service.address.url)
         + "/api/redis-leaderboard/admin/sync -H \"Authorization: Bearer $STANDINGS_TOKEN\"";
}

} // namespace

void print_choice_of_deletes(const invocation& with) {
  std::cout << "                     confirm them: standings sync run --force\n"
            << "                     refuse them, keep the users: " << refusal_of_deletes(with)
            << "\n                     the second run after that finds nobody missing and holds "
               "nothing more\n";
}

void print_run(const invocation& with, const boost::json::object& run) {
  constexpr std::array lines{"checked",     "in_sync",
                             "created",     "updated",
                             "healed",      "removed_from_cache",
                             "deleted",     "delete_candidates",
                             "quarantined", "failed_batches"};
  std::cout << "run:                 " << text_of(run, "run_id") << '\n'
            << "status:              " << text_of(run, "status")
            << (flag_of(run, "dry_run") ? " (dry run: nothing was changed)" : "") << '\n'
            << "started:             " << text_of(run, "started_at") << '\n'
            << "duration:            " << short_duration(count_of(run, "duration_ms")) << '\n';
  for (const auto* line : lines) {
    std::string name{line};
    const auto value = grouped(count_of(run, line));
    for (auto& c : name)
      c = c == '_' ? ' ' : c;
    std::cout << name << ':' << std::string(20 - name.size(), ' ') << value << '\n';
  }
  if (flag_of(run, "deletes_held")) {
    std::cout << "deletes are held:    " << presentable(text_of(run, "held_reason")) << '\n';
    print_choice_of_deletes(with);
  }
  if (const auto error = text_of(run, "error"); !error.empty())
    std::cout << "error:               " << presentable(error) << '\n';
}

} // namespace standings
