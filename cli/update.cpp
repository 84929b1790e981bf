#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/leaderboard_choice.hpp"
#include "cli/output.hpp"
#include "core/base/json_read.hpp"
#include "core/base/presentable.hpp"

#include <iostream>
#include <optional>

namespace standings {

namespace {

namespace json = boost::json;

struct update_options {
  std::string id;
  std::int64_t count = 0;
  std::optional<std::string> key;
  std::vector<std::string> leaderboards; ///< none: the default one
};

void print_scores(const std::string& whose, const json::object& scores) {
  std::cout << presentable(whose) << ": daily " << grouped(count_of(scores, "daily_pomo"))
            << ", weekly " << grouped(count_of(scores, "weekly_pomo")) << ", monthly "
            << grouped(count_of(scores, "monthly_pomo")) << ", yearly "
            << grouped(count_of(scores, "yearly_pomo")) << '\n';
}

/// One line, or one for each leaderboard in which a named update counted.
void print_update(const json::object& answer) {
  const auto* user = object_of(answer, "data");
  if (!user)
    return;
  const auto id = text_of(*user, "user_id");
  const auto states = objects_of(answer, "leaderboards");
  if (states.empty())
    print_scores(id, *user);
  for (const auto& state : states)
    print_scores(id + " in " + text_of(state, "leaderboard"), state);
  if (const auto warning = text_of(answer, "warning"); !warning.empty())
    std::cerr << "note: " << presentable(warning) << '\n';
}

/// A header cannot hold everything that an argument can.
bool is_header_value(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
}

struct update_call {
  std::string path;
  json::object body;
};

update_call call_for(const update_options& options) {
  const auto& named = options.leaderboards;
  json::object body{{"user_id", options.id}, {"count", options.count}};
  if (named.size() < 2)
    return {leaderboard_path(named.empty() ? "" : named.front()) + "/update", std::move(body)};
  body["leaderboards"] = json::array(named.begin(), named.end());
  return {"/api/leaderboards/update", std::move(body)};
}

int run_update(const invocation& with, const update_options& options) {
  if (options.key && (options.key->empty() || !is_header_value(*options.key)))
    return unusable(with, "usage", "--idempotency-key takes printable ASCII characters");
  httplib::Headers headers;
  if (options.key)
    headers.emplace("Idempotency-Key", *options.key);
  service_client service{with.service.address};
  const auto call = call_for(options);
  const auto done = service.post(call.path, call.body, headers);
  if (!done)
    return failed(with, "update the user", done.error());
  if (with.json)
    print_json(*done);
  else
    print_update(*done);
  return exit_done;
}

} // namespace

void add_update(command_tree& to) {
  const auto options = std::make_shared<update_options>();
  auto& command = to.add(
      {"update", "add to a user's scores, through the running service",
       "standings update anna 5\nstandings update anna 5 --idempotency-key run-4711\n"
       "standings update anna 5 --leaderboard acme.eu --leaderboard default",
       "0  the update is durable\n1  refused, or no service answers: repeat it with the same key\n"
       "2  wrong usage or configuration"},
      shared_flags::of_service(),
      [options](const invocation& with) { return run_update(with, *options); });
  add_user_id(command, options->id);
  command
      .add_option("COUNT", options->count,
                  "what to add, at least 1; the value where a leaderboard "
                  "keeps the best or the latest")
      ->required();
  command
      .add_option("--idempotency-key", options->key,
                  "a repeat with the same key is not counted again")
      ->type_name("KEY");
  add_all_leaderboards(command, options->leaderboards);
}

} // namespace standings
