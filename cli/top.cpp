#include "cli/commands.hpp"
#include "cli/leaderboard_choice.hpp"
#include "cli/output.hpp"
#include "cli/screen.hpp"
#include "cli/top_poller.hpp"

#include <algorithm>
#include <array>
#include <iostream>

namespace standings {

namespace {

namespace json = boost::json;

struct top_options {
  std::string period = "daily";
  std::string leaderboard;
};

constexpr std::uint64_t most_entries = 100;
constexpr std::chrono::milliseconds redraw_interval{200};
constexpr std::array<std::string_view, 4> periods{"daily", "weekly", "monthly", "yearly"};

/// The board that a key chooses; empty for other keys.
std::string chosen_by(const std::string& key, const std::string& current) {
  for (const auto period : periods)
    if (key == period.substr(0, 1))
      return std::string{period};
  const auto at = static_cast<std::size_t>(std::find(periods.begin(), periods.end(), current)
                                           - periods.begin());
  if (key == "right")
    return std::string{periods[(at + 1) % periods.size()]};
  if (key == "left")
    return std::string{periods[(at + periods.size() - 1) % periods.size()]};
  return {};
}

int run_on_screen(top_poller& service, std::string period) {
  service.start();
  screen display;
  for (;;) {
    const auto size = screen::size();
    display.draw(top_lines(service.state(), size.columns, size.rows));
    const auto key = display.read_key(redraw_interval);
    if (key == "q")
      return exit_done;
    if (auto next = chosen_by(key, period); !next.empty()) {
      period = std::move(next);
      service.choose(period);
    }
  }
}

json::value or_null(const top_state::answer& answer) {
  return answer ? json::value(*answer) : json::value{};
}

/// Without a terminal: the state once.
int run_once(const invocation& with, top_poller& service) {
  const auto state = service.ask_once();
  if (!state.trouble.empty())
    return failed(with, "reach the service", fail(errc::store_unavailable, state.trouble));
  if (state.is_unknown)
    return failed(with, "read the board", fail(errc::unknown_leaderboard, state.board_trouble));
  if (with.json) {
    print_json({{"service", state.service},
                {"leaderboard", state.leaderboard.empty() ? "default" : state.leaderboard},
                {"board", or_null(state.board)},
                {"readiness", or_null(state.readiness)},
                {"stores", or_null(state.stores)}});
    return exit_done;
  }
  auto lines = top_lines(state, 80, 0);
  lines.pop_back(); // the keys
  for (auto& line : lines)
    std::cout << line.erase(line.find_last_not_of(' ') + 1) << '\n';
  return exit_done;
}

int run_top(const invocation& with, const top_options& options) {
  const bool on_screen = !with.json && screen::is_possible();
  const auto& id = options.leaderboard;
  top_poller service{with.service.address, is_default_leaderboard(id) ? "" : id, options.period,
                     on_screen ? most_entries : 10};
  return on_screen ? run_on_screen(service, options.period) : run_once(with, service);
}

} // namespace

void add_top(command_tree& to) {
  const auto options = std::make_shared<top_options>();
  auto& command =
      to.add({"top", "watch a board, the stores and the actors of the running service",
              "standings top\nstandings top --period weekly --url https://example.org/scores\n"
              "standings top --leaderboard acme.eu\n"
              "standings top --json        # once, as without a terminal",
              "0  ended by q\n"
              "1  without a terminal: no service answers, or there is no such leaderboard\n"
              "2  wrong usage or configuration"},
             shared_flags::of_service(),
             [options](const invocation& with) { return run_top(with, *options); });
  command.add_option("--period", options->period, "the board to begin with")
      ->check(CLI::IsMember({"daily", "weekly", "monthly", "yearly"}));
  add_leaderboard(command, options->leaderboard);
}

} // namespace standings
