#include "cli/run_report.hpp"

#include "cli/text.hpp"
#include "core/base/json_read.hpp"
#include "core/base/presentable.hpp"
#include "http/client/service_client.hpp"

#include <array>
#include <iostream>

namespace standings {

void print_choice_of_deletes() {
  std::cout << "                     confirm them: standings sync run --force\n"
               "                     refuse them, keep the users:"
               " standings cache init --force-refresh\n";
}

void print_run(const boost::json::object& run) {
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
    print_choice_of_deletes();
  }
  if (const auto error = text_of(run, "error"); !error.empty())
    std::cout << "error:               " << presentable(error) << '\n';
}

} // namespace standings
