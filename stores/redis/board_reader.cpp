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

/// Whether window.lua was given the details keys of all users in the window.
bool is_whole(const redis_reply& window) {
  for (std::size_t i = head; i + width <= window.size(); i += width)
    if (!window[i + 2].is_string())
      return false;
  return true;
}

std::vector<std::string> ids_in(const redis_reply& window) {
  std::vector<std::string> out;
  for (std::size_t i = head; i + width <= window.size(); i += width)
    out.emplace_back(window[i].text());
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
  return board_page{read->members, entries_of(*read, board, starts)};
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
  if (!read->first)
    return std::optional<neighbourhood>{};
  neighbourhood out;
  out.total_users = read->members;
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
  window_reading out{read->members, members_of(read->reply), {}};
  if (!read->reply[3].is_nil())
    out.first = static_cast<std::uint64_t>(read->reply[3].integer());
  if (const auto done = read_missing(c, out.entries); !done)
    return done.error();
  return out;
}

std::vector<board_reader::member> board_reader::members_of(const redis_reply& window) {
  std::vector<member> out;
  for (std::size_t i = head; i + width <= window.size(); i += width) {
    auto& one = out.emplace_back();
    one.user_id = window[i].text();
    one.score = window[i + 1].number();
    if (window[i + 2].is_string())
      one.known = std::string{window[i + 2].text()};
  }
  return out;
}

result<void> board_reader::read_missing(redis_connection& c, std::vector<member>& of) const {
  for (auto& one : of) {
    if (one.known)
      continue;
    const auto details = keys_.details(one.user_id);
    std::vector<redis_connection::arguments> commands{{"GET", details}};
    for (const auto& board : keys_.boards())
      commands.push_back({"ZSCORE", board, one.user_id});
    const auto replies = c.pipeline(commands);
    if (!replies)
      return replies.error();
    const auto text = (*replies)[0];
    one.known.emplace(text.is_string() ? text.text() : "");
    for (std::size_t p = 0; p < period_count && !text.is_string(); ++p) {
      const auto score = (*replies)[1 + p];
      one.known->append(score.is_string() ? score.text() : "0").append(" ");
    }
  }
  return {};
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
  std::vector<board_entry> out;
  out.reserve(window.entries.size());
  auto rank = window.first.value_or(0);
  for (const auto& one : window.entries) {
    ++rank;
    if (!validate_user_id(one.user_id))
      continue;
    auto user = user_of(one.user_id, *one.known, starts);
    const auto score = shown_score(one.score);
    user.score[index_of(board)] = score; // the board determines the rank
    out.push_back({rank, score, std::move(user)});
  }
  return out;
}

} // namespace standings
