#include "stores/redis/board_reader.hpp"

#include "core/base/validate.hpp"
#include "core/leaderboard/details_json.hpp"
#include "core/leaderboard/foreign_score.hpp"
#include "stores/redis/completeness.hpp"
#include "stores/redis/reply_errors.hpp"

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

redis_script ordered_script(std::string_view name, score_order order) {
  auto found = find_redis_script(name);
  return order == score_order::asc ? lowest_first(found) : found;
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

board_reader::board_reader(const key_scheme& keys, score_order order, tell_fn tell)
    : keys_(keys), tell_(std::move(tell)), window_(ordered_script("window.lua", order)),
      rank_(ordered_script("rank.lua", order)) {}

task<result<board_page>> board_reader::top(redis_calls& calls, period board, std::size_t offset,
                                           std::size_t limit, period_starts starts) {
  window_query window{places(offset), places(limit), ""};
  const auto read = co_await read_window(calls, board, std::move(window));
  if (!read)
    co_return read.error();
  co_return board_page{read->read.members, entries_of(*read, board, starts)};
}

task<result<user_ranks>> board_reader::ranks(redis_calls& calls, period board,
                                             std::vector<std::string> user_ids) {
  const auto count = user_ids.size();
  std::vector<std::string> keys{keys_.board(board), keys_.meta()};
  const auto read = co_await read_board(calls, rank_, board, std::move(keys), std::move(user_ids));
  if (!read)
    co_return read.error();
  user_ranks out{read->members, {count, std::nullopt}};
  for (std::size_t i = 0; i < count; ++i)
    if (const auto place = read->reply[3 + 2 * i]; !place.is_nil())
      out.users[i] = user_rank{static_cast<std::uint64_t>(place.integer()) + 1,
                               shown_score(read->reply[4 + 2 * i].number()), read->members};
  co_return out;
}

task<result<std::optional<neighbourhood>>> board_reader::around(redis_calls& calls,
                                                                std::string user_id, period board,
                                                                std::size_t limit,
                                                                period_starts starts) {
  window_query window{"", places(limit), user_id};
  const auto read = co_await read_window(calls, board, std::move(window));
  if (!read)
    co_return read.error();
  if (read->read.reply[3].is_nil())
    co_return std::optional<neighbourhood>{};
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
  co_return std::optional{std::move(out)};
}

task<result<std::optional<cached_user>>> board_reader::find(redis_calls& calls, std::string user_id,
                                                            period_starts starts) {
  const auto key = keys_.details(user_id);
  redis_calls::arguments get{"GET", key};
  const auto reply = co_await calls.command(std::move(get));
  if (!reply && is_redis_error(reply.error().cause, "WRONGTYPE"))
    co_return std::optional<cached_user>{}; // whoever loads the user makes room
  if (!reply)
    co_return reply.error();
  if (!reply->is_string())
    co_return std::optional<cached_user>{};
  auto found = parse_details(reply->text());
  if (found) {
    found->user.score = counting_scores(found->user, starts);
    found->user.user_id = std::move(user_id);
  }
  co_return found;
}

task<result<board_reader::reading>>
board_reader::read_board(redis_calls& calls, const redis_script& script, period board,
                         std::vector<std::string> keys, std::vector<std::string> values) {
  values.insert(values.begin(), std::string{to_string(board)});
  auto reply = co_await run_script(calls, script, keys, values);
  if (!reply && is_redis_error(reply.error().cause, "WRONGTYPE")) {
    tell_(false); // somebody has taken the board's key or that of its status: a load makes room
    co_return fail_because(errc::cache_warming, "the cache is being filled", reply.error().cause);
  }
  if (!reply)
    co_return reply.error();
  const auto size = size_of((*reply)[0], (*reply)[1], (*reply)[2]);
  tell_(size.complete);
  if (!size.complete)
    co_return fail(errc::cache_warming, "the cache is being filled");
  co_return reading{size.members, std::move(*reply)};
}

task<result<board_reader::window_reading>>
board_reader::read_window(redis_calls& calls, period board, window_query window) {
  const auto name =
      std::string{to_string(board)} + ' ' + window[0] + ' ' + window[1] + ' ' + window[2];
  auto read = co_await ask_for_window(calls, board, window, last_seen_in(name));
  if (read && !is_whole(read->reply)) {
    const auto present = ids_in(read->reply);
    remember(name, present);
    read = co_await ask_for_window(calls, board, window, present);
  }
  if (!read)
    co_return read.error();
  auto missing = co_await read_missing(calls, read->reply);
  if (!missing)
    co_return missing.error();
  co_return window_reading{std::move(*read), std::move(*missing)};
}

task<result<board_reader::missing_users>> board_reader::read_missing(redis_calls& calls,
                                                                     redis_reply window) const {
  missing_users out;
  ids users;
  std::vector<std::string> details;
  for (std::size_t i = 0; i < entries_in(window); ++i)
    if (!known_in(window, i).is_string()) {
      out.emplace(i, std::string{});
      users.emplace_back(id_in(window, i));
      details.push_back(keys_.details(users.back()));
    }
  if (out.empty())
    co_return out;
  std::vector<redis_calls::arguments> commands;
  for (std::size_t i = 0; i < users.size(); ++i) {
    commands.push_back({"GET", details[i]});
    for (const auto& board : keys_.boards())
      commands.push_back({"ZSCORE", board, users[i]});
  }
  const auto replies = co_await calls.pipeline(std::move(commands));
  if (!replies)
    co_return replies.error();
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
  co_return out;
}

task<result<board_reader::reading>>
board_reader::ask_for_window(redis_calls& calls, period board, window_query window, ids supposed) {
  std::vector<std::string> keys{keys_.board(board), keys_.meta()};
  keys.insert(keys.end(), keys_.boards().begin(), keys_.boards().end());
  for (const auto& id : supposed)
    keys.push_back(keys_.details(id));
  std::vector<std::string> values{window.begin(), window.end()};
  values.insert(values.end(), supposed.begin(), supposed.end());
  return read_board(calls, window_, board, std::move(keys), std::move(values));
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
