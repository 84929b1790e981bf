#include "cli/top_view.hpp"

#include "cli/board_view.hpp"
#include "cli/text.hpp"
#include "core/base/json_read.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string_view>

namespace standings {

namespace {

namespace json = boost::json;
using lines = std::vector<std::string>;

constexpr std::size_t side_by_side_columns = 96;
constexpr std::size_t tree_columns = 54;

/// The front that a worker belongs to; actors/README.md shows the tree.
std::string_view front_of(std::string_view worker) {
  struct belonging {
    std::string_view start;
    std::string_view front;
  };
  constexpr std::array all{belonging{"score_writer", "scoring"},
                           belonging{"hydration_worker", "hydration"},
                           belonging{"leaderboards_worker", "leaderboards"},
                           belonging{"leaderboard_writer", "named_scoring"},
                           belonging{"reconcile_worker", "reconcile"},
                           belonging{"run_keeper", "reconcile"},
                           belonging{"database_listener", "reconcile"},
                           belonging{"webhook_sender", "reconcile"},
                           belonging{"alias_", "alias_mirror"},
                           belonging{"session_worker", "session_sync"},
                           belonging{"key_listener", "session_sync"}};
  const auto at = std::find_if(all.begin(), all.end(),
                               [&](const belonging& b) { return worker.starts_with(b.start); });
  return at == all.end() ? std::string_view{} : at->front;
}

std::string actor_line(const json::object& actor, const std::string& indent) {
  const auto state = string_of(actor, "state");
  const auto restarts = count_of(actor, "restarts");
  auto out = (state == "running" ? "  " : "! ") + fitted(indent + string_of(actor, "name"), 22)
             + " " + fitted(state, 10);
  if (restarts > 0)
    out += " " + counted(restarts, "restart");
  if (const auto error = string_of(actor, "last_error"); !error.empty() && state != "running")
    out += " " + error;
  return out;
}

lines tree_lines(const json::object& readiness) {
  lines out{"supervision tree"};
  const auto workers = objects_of(readiness, "workers");
  const auto add_workers = [&](std::string_view front, const std::string& indent) {
    for (const auto& worker : workers)
      if (front_of(string_of(worker, "name")) == front)
        out.push_back(actor_line(worker, indent));
  };
  for (const auto& child : objects_of(readiness, "children")) {
    out.push_back(actor_line(child, ""));
    add_workers(string_of(child, "name"), "└ ");
  }
  add_workers("", "");
  return out;
}

std::string rate(const char* what, const std::optional<double>& value) {
  if (!value)
    return "";
  return std::string{what} + " "
         + grouped(static_cast<std::uint64_t>(std::llround(std::max(*value, 0.0)))) + "/s   ";
}

std::string loading(const json::object& hydration) {
  const auto loaded = count_of(hydration, "loaded");
  const auto total = count_of(hydration, "total");
  return ", loading " + grouped(loaded) + (total > 0 ? " / " + grouped(total) : "");
}

std::string store_line(const top_state& state) {
  const auto* stores = object_of(*state.readiness, "stores");
  if (!stores)
    return "";
  std::string database = "database " + string_of(*stores, "database");
  std::string cache = "cache " + string_of(*stores, "cache");
  const auto* hydration = object_of(*state.readiness, "hydration");
  if (state.leaderboard.empty() && hydration) {
    if (string_of(*stores, "cache") != "away") // else it is unknown
      cache += flag_of(*hydration, "complete") ? ", complete" : ", not complete";
    if (flag_of(*hydration, "running"))
      cache += loading(*hydration);
  } else if (!state.leaderboard.empty() && state.stores) {
    cache += flag_of(*state.stores, "complete") ? ", complete" : ", not complete";
  }
  if (state.stores) {
    database += ", " + counted(count_of(*state.stores, "database_users"), "user");
    cache += ", " + counted(count_of(*state.stores, "yearly_count"), "user");
    if (state.stores->contains("memory_usage"))
      cache += ", " + grouped(count_of(*state.stores, "memory_usage") >> 20U) + " MiB";
  }
  return database + "   " + cache;
}

lines status_lines(const top_state& state) {
  lines out{"standings top   " + state.service
            + (state.leaderboard.empty() ? "" : "   " + state.leaderboard)};
  if (!state.trouble.empty()) {
    out.push_back("! the service is away, trying again every second: " + state.trouble);
    return out;
  }
  if (!state.readiness) {
    out.emplace_back("asking …");
    return out;
  }
  const auto* gauges = object_of(*state.readiness, "gauges");
  out.push_back(string_of(*state.readiness, "status") + "   "
                + rate("requests", state.requests_per_second)
                + rate("updates", state.updates_per_second)
                + (gauges ? "queued " + grouped(count_of(*gauges, "updates_queued")) : ""));
  out.push_back(store_line(state));
  return out;
}

lines board_part(const top_state& state, std::size_t columns) {
  if (!state.board_trouble.empty())
    return {state.period, "! " + state.board_trouble};
  return state.board ? board_lines(*state.board, columns) : lines{state.period};
}

/// Puts two blocks beside each other; the left one has `left_columns`.
lines beside(const lines& left, const lines& right, std::size_t left_columns) {
  lines out;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i)
    out.push_back(fitted(i < left.size() ? left[i] : "", left_columns) + "  "
                  + (i < right.size() ? right[i] : ""));
  return out;
}

/// Puts a block below another within so many rows, so that the upper part of each is seen. 0: any
/// number of rows.
lines below(lines upper, lines lower, std::size_t rows) {
  if (rows > 0 && upper.size() + 1 + lower.size() > rows) {
    const auto for_both = std::max<std::size_t>(rows, 3) - 1;
    const auto half = for_both / 2;
    if (lower.size() <= half)
      upper.resize(for_both - lower.size());
    else if (upper.size() <= for_both - half)
      lower.resize(for_both - upper.size());
    else {
      upper.resize(for_both - half);
      lower.resize(half);
    }
  }
  upper.emplace_back();
  upper.insert(upper.end(), lower.begin(), lower.end());
  return upper;
}

} // namespace

std::vector<std::string> top_lines(const top_state& state, std::size_t columns, std::size_t rows) {
  auto out = status_lines(state);
  out.emplace_back();
  const bool wide = columns >= side_by_side_columns;
  const auto left = wide ? columns - tree_columns - 2 : columns;
  const auto board = board_part(state, left);
  const auto tree = state.readiness ? tree_lines(*state.readiness) : lines{};
  const auto left_rows = rows > out.size() + 1 ? rows - out.size() - 1 : 0;
  const auto body = wide ? beside(board, tree, left) : below(board, tree, left_rows);
  out.insert(out.end(), body.begin(), body.end());
  if (rows > 0 && out.size() >= rows)
    out.resize(rows - 1);
  out.emplace_back("d w m y or arrows: board   q: quit");
  for (auto& line : out)
    line = fitted(line, columns);
  return out;
}

std::optional<double> sum_of_metric(const std::string& metrics, const std::string& name) {
  std::istringstream in{metrics};
  std::optional<double> sum;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(name) || line.size() <= name.size()
        || (line[name.size()] != '{' && line[name.size()] != ' '))
      continue;
    const auto blank = line.rfind(' ');
    sum = sum.value_or(0) + std::strtod(line.c_str() + blank, nullptr);
  }
  return sum;
}

} // namespace standings
