#include "stores/redis/board_reader.hpp"

#include "core/base/validate.hpp"
#include "core/leaderboard/details_json.hpp"
#include "core/leaderboard/foreign_score.hpp"
#include "stores/redis/completeness.hpp"

#include <algorithm>

namespace standings {

namespace {

/// A member of a board as a script gives it, with what is known of the user.
struct member {
  std::string user_id;
  double score = 0;
  user_record user;
};

/// An offset or a limit as a script takes it: within what a double counts.
std::string places(std::size_t n) {
  return std::to_string(std::min<std::size_t>(n, 1'000'000'000'000));
}

/// Of details that cannot be read, the scores that they show, or none.
user_record user_of(const std::string& id, std::string_view text, const period_starts& starts) {
  if (auto details = parse_details(text)) {
    details->user.user_id = id;
    details->user.score = counting_scores(details->user, starts);
    return std::move(details->user);
  }
  return {id, shown_scores(text).value_or(scores{}), {}, 0};
}

std::vector<member> members_of(const redis_reply& window) {
  std::vector<member> out;
  out.reserve(window.size() / 2);
  for (std::size_t i = 4; i + 1 < window.size(); i += 2)
    out.push_back({std::string{window[i].text()}, window[i + 1].number(), {}});
  return out;
}

/// The boards still know the scores of users without details.
result<void> read_scores(redis_connection& c, const key_scheme& keys,
                         const std::vector<member*>& of) {
  std::vector<redis_connection::arguments> commands;
  for (const auto& board : keys.boards()) {
    auto& words = commands.emplace_back(redis_connection::arguments{"ZMSCORE", board});
    for (const auto* one : of)
      words.push_back(one->user_id);
  }
  const auto replies = c.pipeline(commands);
  if (!replies)
    return replies.error();
  for (std::size_t p = 0; p < period_count; ++p)
    for (std::size_t i = 0; i < of.size(); ++i)
      of[i]->user.score[p] = shown_score((*replies)[p][i].number());
  return {};
}

/// Fills in what is known of the users.
result<void> read_users(redis_connection& c, const key_scheme& keys, std::vector<member>& of,
                        const period_starts& starts) {
  std::vector<std::string> details;
  for (const auto& one : of)
    details.push_back(keys.details(one.user_id));
  redis_connection::arguments words{"MGET"};
  words.insert(words.end(), details.begin(), details.end());
  const auto found = c.command(words);
  if (!found)
    return found.error();
  std::vector<member*> evicted;
  for (std::size_t i = 0; i < of.size(); ++i) {
    const auto text = (*found)[i];
    if (text.is_string()) {
      of[i].user = user_of(of[i].user_id, text.text(), starts);
    } else {
      of[i].user.user_id = of[i].user_id;
      evicted.push_back(&of[i]);
    }
  }
  return evicted.empty() ? result<void>{} : read_scores(c, keys, evicted);
}

} // namespace

board_reader::board_reader(redis_pool& pool, const key_scheme& keys, tell_fn tell)
    : pool_(pool), keys_(keys), tell_(std::move(tell)) {}

result<board_page> board_reader::top(period board, std::size_t offset, std::size_t limit,
                                     const period_starts& starts) {
  auto c = pool_.borrow();
  if (!c)
    return c.error();
  const auto read = read_board(**c, window_, board, {places(offset), places(limit)});
  if (!read)
    return read.error();
  auto entries = entries_of(**c, read->reply, board, starts);
  if (!entries)
    return entries.error();
  return board_page{read->members, std::move(*entries)};
}

result<std::optional<user_rank>> board_reader::rank(const std::string& user_id, period board) {
  auto c = pool_.borrow();
  if (!c)
    return c.error();
  const auto read = read_board(**c, rank_, board, {user_id});
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
  const auto read = read_board(**c, window_, board, {"", places(limit), user_id});
  if (!read)
    return read.error();
  if (read->reply[3].is_nil())
    return std::optional<neighbourhood>{};
  auto entries = entries_of(**c, read->reply, board, starts);
  if (!entries)
    return entries.error();
  neighbourhood out;
  out.total_users = read->members;
  bool above = true;
  for (auto& entry : *entries) {
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
                                                       std::vector<std::string> values) {
  values.insert(values.begin(), std::string{to_string(board)});
  auto reply = run_script(c, script, {keys_.board(board), keys_.meta()}, values);
  if (!reply)
    return reply.error();
  const auto size = size_of((*reply)[0], (*reply)[1], (*reply)[2]);
  tell_(size.complete);
  if (!size.complete)
    return fail(errc::cache_warming, "the cache is being filled");
  return reading{size.members, std::move(*reply)};
}

/// Members that are no user ids, which other programs may have put there, keep
/// their rank and are not shown: no answer could name them.
result<std::vector<board_entry>> board_reader::entries_of(redis_connection& c,
                                                          const redis_reply& window, period board,
                                                          const period_starts& starts) const {
  auto members = members_of(window);
  if (members.empty())
    return std::vector<board_entry>{};
  if (const auto done = read_users(c, keys_, members, starts); !done)
    return done.error();
  std::vector<board_entry> out;
  out.reserve(members.size());
  auto rank = static_cast<std::uint64_t>(window[3].integer()) + 1;
  for (auto& one : members) {
    const auto score = shown_score(one.score);
    one.user.score[index_of(board)] = score; // the board is what is ranked by
    if (validate_user_id(one.user_id))
      out.push_back({rank, score, std::move(one.user)});
    ++rank;
  }
  return out;
}

} // namespace standings
