#include "stores/redis/entry_views.hpp"

#include "core/leaderboard/details_json.hpp"
#include "core/leaderboard/foreign_score.hpp"

#include <algorithm>

namespace standings {

namespace {

/// Redis serves no other client during a command: with few users per command, other readers wait
/// for tenths of a millisecond.
constexpr std::size_t look_batch = 200;

/// Returns one reply for the details and one for each board.
result<std::vector<redis_reply>> look_at(redis_pool& pool, const key_scheme& keys,
                                         std::span<const std::string> user_ids) {
  auto c = pool.borrow();
  if (!c)
    return c.error();
  std::vector<std::string> details_keys;
  details_keys.reserve(user_ids.size());
  for (const auto& id : user_ids)
    details_keys.push_back(keys.details(id));
  std::vector<redis_connection::arguments> commands(1 + period_count);
  commands[0].push_back("MGET");
  commands[0].insert(commands[0].end(), details_keys.begin(), details_keys.end());
  for (std::size_t p = 0; p < period_count; ++p) {
    auto& words = commands[1 + p];
    words = {"ZMSCORE", keys.boards()[p]};
    words.insert(words.end(), user_ids.begin(), user_ids.end());
  }
  return (*c)->pipeline(commands);
}

void leave_what_counts(user_record& details, entry_view& seen, const period_starts& starts) {
  const auto counting = counting_scores(details, starts);
  for (std::size_t p = 0; p < period_count; ++p)
    if (seen.board[p] == details.score[p])
      seen.board[p] = counting[p];
  details.score = counting;
}

entry_view view_of(const std::vector<redis_reply>& replies, std::size_t i,
                   const period_starts& starts) {
  entry_view out;
  for (std::size_t p = 0; p < period_count; ++p)
    if (const auto score = replies[1 + p][i]; !score.is_nil()) {
      const auto whole = whole_score(score.number());
      out.foreign = out.foreign || !whole;
      out.board[p] = whole.value_or(shown_score(score.number()));
    }
  if (const auto text = replies[0][i]; text.is_string()) {
    out.token = text.text();
    if (auto found = parse_details(text.text())) {
      leave_what_counts(found->user, out, starts);
      out.details = std::move(found->user);
    } else {
      out.foreign = out.foreign || holds_foreign_score(text.text());
    }
  }
  return out;
}

} // namespace

result<std::vector<entry_view>> view_entries(redis_pool& pool, const key_scheme& keys,
                                             std::span<const std::string> user_ids,
                                             const period_starts& starts) {
  std::vector<entry_view> out;
  out.reserve(user_ids.size());
  for (std::size_t first = 0; first < user_ids.size(); first += look_batch) {
    const auto some = user_ids.subspan(first, std::min(look_batch, user_ids.size() - first));
    const auto replies = look_at(pool, keys, some);
    if (!replies)
      return replies.error();
    for (std::size_t i = 0; i < some.size(); ++i)
      out.push_back(view_of(*replies, i, starts));
  }
  return out;
}

} // namespace standings
