#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/leaderboard_choice.hpp"
#include "cli/output.hpp"
#include "config/values.hpp"
#include "core/base/json_read.hpp"
#include "core/base/presentable.hpp"

#include <array>
#include <iostream>

namespace standings {

namespace {

void print_user(const boost::json::object& user) {
  constexpr std::array scores{"daily", "weekly", "monthly", "yearly"};
  std::cout << "user:     " << presentable(text_of(user, "user_id")) << '\n';
  for (const std::string name : scores)
    std::cout << name << ':' << std::string(9 - name.size(), ' ')
              << grouped(count_of(user, (name + "_pomo").c_str())) << '\n';
  std::cout << "updated:  " << presentable(text_of(user, "updated_at")) << '\n';
}

int run_user(const invocation& with, const std::string& id, const std::string& leaderboard) {
  service_client service{with.service.address};
  const auto user = service.get(leaderboard_path(leaderboard) + "/user/" + percent_encode(id));
  if (!user)
    return failed(with, "read the user", user.error());
  if (with.json)
    print_json(*user);
  else
    print_user(*user);
  return exit_done;
}

} // namespace

void add_user(command_tree& to) {
  const auto id = std::make_shared<std::string>();
  const auto leaderboard = std::make_shared<std::string>();
  auto& command = to.add({"user", "a user's scores, from the running service",
                          "standings user anna\nstandings user anna --leaderboard acme.eu\n"
                          "standings user --json -- -odd-id",
                          "0  found\n1  no such user or leaderboard, or no service answers\n"
                          "2  wrong usage or configuration"},
                         shared_flags::of_service(), [id, leaderboard](const invocation& with) {
                           return run_user(with, *id, *leaderboard);
                         });
  add_user_id(command, *id);
  add_leaderboard(command, *leaderboard);
}

} // namespace standings
