#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/score_rules.hpp"
#include "messages/leaderboard.hpp"
#include "messages/supervision.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// Parses the body `{"user_id": …, "count": …}`; `count` defaults to 1. Fails with `malformed` for
/// any other body, and with `invalid_user_id` or `invalid_count` for values out of bounds.
[[nodiscard]] result<score_update> parse_update(std::string_view body, std::int64_t max_count);

/// Parses the body `{"user_ids": [...]}` of 1 to 200 user ids; one that is there twice counts once.
/// Fails with `malformed`, `out_of_range` or `invalid_user_id`.
[[nodiscard]] result<std::vector<std::string>> parse_user_ids(std::string_view body);

/// The same for a leaderboard with these rules.
[[nodiscard]] result<score_update> parse_update(std::string_view body, const score_rules& rules);

/// One item of a batch: an update, or the reason why it is invalid.
struct batch_item {
  score_update update;
  failure problem{errc::none, {}, {}};
};

/// Parses the body `{"updates": [...]}` of 1 to 1000 items. A bad item fails alone; a bad body
/// fails the request.
[[nodiscard]] result<std::vector<batch_item>> parse_batch(std::string_view body,
                                                          std::int64_t max_count);

[[nodiscard]] result<std::vector<batch_item>> parse_batch(std::string_view body,
                                                          const score_rules& rules);

inline constexpr std::size_t max_batch_items = 1'000;
inline constexpr std::size_t max_ranked_users = 200;

/// `{"success":true,"data":{details},"warning":null}`.
std::string update_json(const update_outcome& outcome);

/// A board page as the API shows it, with what its users carry.
std::string board_json(period board, std::uint64_t limit, std::uint64_t offset,
                       const board_page& page, const user_metadata& carried = {});

/// A user's details, with what the user carries.
std::string user_json(const cached_user& user, const user_metadata& carried);

std::string rank_json(const std::string& user_id, period board, const user_rank& rank);

/// Users with their ranks among all and among each other, best first; then those that were not
/// found.
std::string ranks_json(period board, std::vector<std::string> user_ids, const user_ranks& found,
                       const user_metadata& carried = {});

std::string around_json(const std::string& user_id, period board, const neighbourhood& hood,
                        const user_metadata& carried = {});

/// The outcomes, one entry per item, in order.
std::string batch_json(const std::vector<batch_item>& items,
                       const std::vector<update_outcome>& outcomes);

/// Adds a member with two decimals to a non-empty JSON object in text form; Boost.JSON would print
/// 0.2 as 2E-1.
void append_fixed(std::string& object, std::string_view name, double value);

std::string health_json(const health_report& report);

} // namespace standings
