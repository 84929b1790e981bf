#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/leaderboard_choice.hpp"
#include "cli/output.hpp"
#include "config/values.hpp"
#include "core/base/json_read.hpp"
#include "core/base/presentable.hpp"

#include <iostream>

namespace standings {

namespace {

struct rank_options {
  std::string id;
  std::string period;
  std::string leaderboard;
};

void print_rank(const boost::json::object& rank) {
  std::cout << presentable(text_of(rank, "user_id")) << " is number "
            << grouped(count_of(rank, "rank")) << " of " << grouped(count_of(rank, "total_users"))
            << " (" << text_of(rank, "period") << "), score " << grouped(count_of(rank, "score"))
            << '\n';
}

int run_rank(const invocation& with, const rank_options& options) {
  service_client service{with.service.address};
  const auto rank = service.get(leaderboard_path(options.leaderboard) + "/user/"
                                + percent_encode(options.id) + "/rank/" + options.period);
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
  const auto options = std::make_shared<rank_options>();
  auto& command =
      to.add({"rank", "a user's rank on a board, from the running service",
              "standings rank anna daily\nstandings rank anna daily --leaderboard acme.eu",
              "0  found\n1  no such user or leaderboard, or no service answers\n"
              "2  wrong usage or configuration"},
             shared_flags::of_service(),
             [options](const invocation& with) { return run_rank(with, *options); });
  add_user_id(command, options->id);
  add_period(command, options->period);
  add_leaderboard(command, options->leaderboard);
}

} // namespace standings
