#include "cli/arguments.hpp"
#include "cli/board_view.hpp"
#include "cli/commands.hpp"
#include "cli/leaderboard_choice.hpp"
#include "cli/output.hpp"
#include "cli/screen.hpp"
#include "config/values.hpp"

#include <iostream>
#include <thread>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::chrono::seconds interval{1};

struct board_options {
  std::string period;
  std::string leaderboard;
  std::uint64_t limit = 10;
  bool watch = false;
  bool past = false;
  std::string start; ///< a time in the ended period whose board is asked for
};

result<json::object> ask(service_client& service, const board_options& options) {
  const auto path = leaderboard_path(options.leaderboard) + "/" + options.period;
  if (options.past)
    return service.get(path + "/past");
  const auto limit = "limit=" + std::to_string(options.limit);
  if (!options.start.empty())
    return service.get(path + "/past?start=" + percent_encode(options.start) + "&" + limit);
  return service.get(path + "?" + limit);
}

void print_answer(const invocation& with, const board_options& options,
                  const json::object& answer) {
  if (with.json)
    return print_json(answer);
  for (const auto& line :
       options.past ? past_lines(answer) : board_lines(answer, screen::size().columns))
    std::cout << line << '\n';
}

/// Draws the board again every second, until q or a signal. Shows trouble above the last board.
int watch_on_screen(service_client& service, const board_options& options) {
  screen display;
  json::object board;
  for (;;) {
    const auto found = ask(service, options);
    if (found)
      board = *found;
    const auto columns = screen::size().columns;
    auto lines = board_lines(board, columns);
    lines.insert(lines.begin(), fitted(found ? "" : "! " + found.error().detail, columns));
    display.draw(lines);
    if (display.read_key(interval) == "q")
      return exit_done;
  }
}

/// Prints the board whenever it has changed, until a signal or until nobody reads.
int watch_lines(const invocation& with, service_client& service, const board_options& options) {
  json::object last;
  for (bool is_away = false; std::cout.good(); std::this_thread::sleep_for(interval)) {
    const auto found = ask(service, options);
    if (!found && !is_away)
      failed(with, "read the board; trying again", found.error());
    is_away = !found;
    if (!found || *found == last)
      continue;
    last = *found;
    print_answer(with, options, last);
    std::cout << (with.json ? "" : "\n") << std::flush;
  }
  return exit_done;
}

int run_board(const invocation& with, const board_options& options) {
  service_client service{with.service.address};
  const auto board = ask(service, options);
  if (!board)
    return failed(with, "read the board", board.error());
  if (!options.watch) {
    print_answer(with, options, *board);
    return exit_done;
  }
  if (!with.json && screen::is_possible())
    return watch_on_screen(service, options);
  return watch_lines(with, service, options);
}

} // namespace

void add_board(command_tree& to) {
  const auto options = std::make_shared<board_options>();
  auto& command = to.add(
      {"board", "the first users of a board, from the running service",
       "standings board daily\nstandings board weekly --limit 100 --json\n"
       "standings board daily --leaderboard acme.eu --watch\n"
       "standings board daily --past\n"
       "standings board daily --start 2026-11-25T00:00:00Z",
       "0  printed, or with --watch ended by q\n1  no service answers, the cache is away, or "
       "there is no such leaderboard or period\n"
       "2  wrong usage or configuration"},
      shared_flags::of_service(),
      [options](const invocation& with) { return run_board(with, *options); });
  add_period(command, options->period);
  add_leaderboard(command, options->leaderboard);
  command.add_option("--limit", options->limit, "how many users")->check(CLI::Range(1, 1'000));
  auto* watch = command.add_flag("--watch", options->watch, "show every change until q or Ctrl+C");
  auto* past = command.add_flag("--past", options->past, "the ended periods that are kept");
  past->excludes(watch);
  command
      .add_option("--start", options->start, "the board as that period ended which this time is in")
      ->type_name("TIME")
      ->excludes(watch)
      ->excludes(past);
}

} // namespace standings
