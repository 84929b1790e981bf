#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "config/values.hpp"
#include "core/base/json_read.hpp"
#include "core/base/presentable.hpp"

#include <iostream>

namespace standings {

namespace {

void print_rank(const boost::json::object& rank) {
  std::cout << presentable(text_of(rank, "user_id")) << " is number "
            << grouped(count_of(rank, "rank")) << " of " << grouped(count_of(rank, "total_users"))
            << " (" << text_of(rank, "period") << "), score " << grouped(count_of(rank, "score"))
            << '\n';
}

int run_rank(const invocation& with, const std::string& id, const std::string& period) {
  service_client service{with.service.address};
  const auto path = "/api/redis-leaderboard/user/" + percent_encode(id) + "/rank/" + period;
  const auto rank = service.get(path);
  if (!rank)
    return failed(with, "read the rank", rank.error());
  if (with.json)
    print_json(*rank);
  else
    print_rank(*rank);
  return exit_done;
}

} // namespace

void add_rank(command_tree& to) {
  const auto id = std::make_shared<std::string>();
  const auto period = std::make_shared<std::string>();
  auto& command = to.add(
      {"rank", "a user's rank on a board, from the running service", "standings rank anna daily",
       "0  found\n1  no such user, or no service answers\n2  wrong usage or configuration"},
      shared_flags::of_service(),
      [id, period](const invocation& with) { return run_rank(with, *id, *period); });
  add_user_id(command, *id);
  add_period(command, *period);
}

} // namespace standings
