#include "stores/redis/board_reader.hpp"

#include "core/base/validate.hpp"
#include "core/leaderboard/details_json.hpp"
#include "core/leaderboard/foreign_score.hpp"
#include "stores/redis/completeness.hpp"

#include <algorithm>
#include <cstdlib>

namespace standings {

namespace {

/// Limits for the windows that are remembered. A larger one, and one that is read for the first
/// time, costs a second call.
constexpr std::size_t most_remembered_windows = 256;
constexpr std::size_t most_remembered_users = 100;

/// The layout of window.lua's reply: a head, then per entry id, score, and details, scores or
/// false.
constexpr std::size_t head = 4;
constexpr std::size_t width = 3;

/// An offset or a limit for a script: small enough that a double counts exactly.
std::string places(std::size_t n) {
  return std::to_string(std::min<std::size_t>(n, 1'000'000'000'000));
}

/// The scores that the boards show for a user without details.
user_record record_from_boards(const std::string& id, const std::string& numbers) {
  user_record out{id, {}, {}, 0};
  const char* at = numbers.c_str();
  for (auto& score : out.score) {
    char* end = nullptr;
    score = shown_score(std::strtod(at, &end));
    if (end == at)
      break;
    at = end;
  }
  return out;
}

/// The user from an entry of window.lua: by its details, by the scores that unreadable details
/// show, or by the four scores of the boards.
user_record user_of(const std::string& id, std::string_view text, const period_starts& starts) {
  if (auto details = parse_details(text)) {
    details->user.user_id = id;
    details->user.score = counting_scores(details->user, starts);
    return std::move(details->user);
  }
  if (const auto shown = shown_scores(text))
    return {id, *shown, {}, 0};
  return record_from_boards(id, std::string{text});
}

std::size_t entries_in(const redis_reply& window) {
  return window.size() <= head ? 0 : (window.size() - head) / width;
}

std::string_view id_in(const redis_reply& window, std::size_t entry) {
  return window[head + entry * width].text();
}

double score_in(const redis_reply& window, std::size_t entry) {
  return window[head + entry * width + 1].number();
}

/// Details or scores; no text if window.lua was not given the user's details key.
redis_reply known_in(const redis_reply& window, std::size_t entry) {
  return window[head + entry * width + 2];
}

bool is_whole(const redis_reply& window) {
  for (std::size_t i = 0; i < entries_in(window); ++i)
    if (!known_in(window, i).is_string())
      return false;
  return true;
}

std::vector<std::string> ids_in(const redis_reply& window) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < entries_in(window); ++i)
    out.emplace_back(id_in(window, i));
  return out;
}

} // namespace

board_reader::board_reader(redis_pool& pool, const key_scheme& keys, tell_fn tell)
    : pool_(pool), keys_(keys), tell_(std::move(tell)) {}

result<board_page> board_reader::top(period board, std::size_t offset, std::size_t limit,
                                     const period_starts& starts) {
  auto c = pool_.borrow();
  if (!c)
    return c.error();
  const auto read = read_window(**c, board, {places(offset), places(limit), ""});
  if (!read)
    return read.error();
  return board_page{read->read.members, entries_of(*read, board, starts)};
}

result<std::optional<user_rank>> board_reader::rank(const std::string& user_id, period board) {
  auto c = pool_.borrow();
  if (!c)
    return c.error();
  const auto read = read_board(**c, rank_, board, {keys_.board(board), keys_.meta()}, {user_id});
  if (!read)
    return read.error();
  const auto place = read->reply[3];
  if (place.is_nil())
    return std::optional<user_rank>{};
  return std::optional{user_rank{static_cast<std::uint64_t>(place.integer()) + 1,
                                 shown_score(read->reply[4].number()), read->members}};
}

result<std::optional<neighbourhood>> board_reader::around(const std::string& user_id, period board,
                                                          std::size_t limit,
                                                          const period_starts& starts) {
  auto c = pool_.borrow();
  if (!c)
    return c.error();
  const auto read = read_window(**c, board, {"", places(limit), user_id});
  if (!read)
    return read.error();
  if (read->read.reply[3].is_nil())
    return std::optional<neighbourhood>{};
  neighbourhood out;
  out.total_users = read->read.members;
  bool above = true;
  for (auto& entry : entries_of(*read, board, starts)) {
    if (entry.user.user_id == user_id) {
      out.self = std::move(entry);
      above = false;
    } else {
      (above ? out.above : out.below).push_back(std::move(entry));
    }
  }
  return std::optional{std::move(out)};
}

result<board_reader::reading> board_reader::read_board(redis_connection& c,
                                                       const redis_script& script, period board,
                                                       const std::vector<std::string>& keys,
                                                       std::vector<std::string> values) {
  values.insert(values.begin(), std::string{to_string(board)});
  auto reply = run_script(c, script, keys, values);
  if (!reply)
    return reply.error();
  const auto size = size_of((*reply)[0], (*reply)[1], (*reply)[2]);
  tell_(size.complete);
  if (!size.complete)
    return fail(errc::cache_warming, "the cache is being filled");
  return reading{size.members, std::move(*reply)};
}

result<board_reader::window_reading>
board_reader::read_window(redis_connection& c, period board,
                          const std::array<std::string, 3>& window) {
  const auto name =
      std::string{to_string(board)} + ' ' + window[0] + ' ' + window[1] + ' ' + window[2];
  auto read = ask_for_window(c, board, window, last_seen_in(name));
  if (read && !is_whole(read->reply)) {
    const auto present = ids_in(read->reply);
    remember(name, present);
    read = ask_for_window(c, board, window, present);
  }
  if (!read)
    return read.error();
  auto missing = read_missing(c, read->reply);
  if (!missing)
    return missing.error();
  return window_reading{std::move(*read), std::move(*missing)};
}

result<board_reader::missing_users> board_reader::read_missing(redis_connection& c,
                                                               const redis_reply& window) const {
  missing_users out;
  ids users;
  std::vector<std::string> details; // outlive the commands
  for (std::size_t i = 0; i < entries_in(window); ++i)
    if (!known_in(window, i).is_string()) {
      out.emplace(i, std::string{});
      users.emplace_back(id_in(window, i));
      details.push_back(keys_.details(users.back()));
    }
  if (out.empty())
    return out;
  std::vector<redis_connection::arguments> commands;
  for (std::size_t i = 0; i < users.size(); ++i) {
    commands.push_back({"GET", details[i]});
    for (const auto& board : keys_.boards())
      commands.push_back({"ZSCORE", board, users[i]});
  }
  const auto replies = c.pipeline(commands);
  if (!replies)
    return replies.error();
  std::size_t at = 0;
  for (auto& [index, known] : out) {
    const auto text = (*replies)[at];
    known = text.is_string() ? text.text() : "";
    for (std::size_t p = 0; p < period_count && !text.is_string(); ++p) {
      const auto score = (*replies)[at + 1 + p];
      known.append(score.is_string() ? score.text() : "0").append(" ");
    }
    at += 1 + period_count;
  }
  return out;
}

result<board_reader::reading> board_reader::ask_for_window(redis_connection& c, period board,
                                                           const std::array<std::string, 3>& window,
                                                           const ids& supposed) {
  std::vector<std::string> keys{keys_.board(board), keys_.meta()};
  keys.insert(keys.end(), keys_.boards().begin(), keys_.boards().end());
  for (const auto& id : supposed)
    keys.push_back(keys_.details(id));
  std::vector<std::string> values{window.begin(), window.end()};
  values.insert(values.end(), supposed.begin(), supposed.end());
  return read_board(c, window_, board, keys, std::move(values));
}

board_reader::ids board_reader::last_seen_in(const std::string& window) {
  const std::lock_guard lock{mutex_};
  const auto at = last_seen_.find(window);
  return at == last_seen_.end() ? ids{} : at->second;
}

void board_reader::remember(const std::string& window, const ids& users) {
  const auto is_no_id = [](const std::string& id) {
    return !validate_user_id(id); // may be of any length
  };
  if (users.size() > most_remembered_users || std::any_of(users.begin(), users.end(), is_no_id))
    return;
  const std::lock_guard lock{mutex_};
  if (last_seen_.size() >= most_remembered_windows && !last_seen_.contains(window))
    last_seen_.erase(last_seen_.begin()); // any of them
  last_seen_[window] = users;
}

/// Skips members that are not user ids, which other programs may have added: the API could not name
/// them. They keep their rank.
std::vector<board_entry> board_reader::entries_of(const window_reading& window, period board,
                                                  const period_starts& starts) {
  const auto& reply = window.read.reply;
  std::vector<board_entry> out;
  out.reserve(entries_in(reply));
  for (std::size_t i = 0; i < entries_in(reply); ++i) {
    const std::string id{id_in(reply, i)};
    if (!validate_user_id(id))
      continue;
    const auto missing = window.missing.find(i);
    auto user = user_of(
        id, missing == window.missing.end() ? known_in(reply, i).text() : missing->second, starts);
    const auto score = shown_score(score_in(reply, i));
    user.score[index_of(board)] = score; // the board determines the rank
    out.push_back({static_cast<std::uint64_t>(reply[3].integer()) + i + 1, score, std::move(user)});
  }
  return out;
}

} // namespace standings
