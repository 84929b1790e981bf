#pragma once

#include "core/leaderboard/entries.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace standings {

/// Appends `"daily_pomo":1,…`, without a comma after the last.
void append_scores(std::string& to, const scores& score);

/// A user's details as other programs read them in the cache.
void append_details(std::string& to, const user_record& user, sys_time cached_at);
std::string details_json(const user_record& user, sys_time cached_at);

/// Parses details that we or another program wrote. `version` is 0 if there is none that can be
/// ours; times are 1970 if not known. Times may have any form that core/base/foreign_time.hpp
/// reads; scores may be text. `nullopt` if the text is not a details object with four scores: what
/// cannot be read must not pass for 0.
std::optional<cached_user> parse_details(std::string_view text);

/// Whether the text is a details object with a score that cannot be one of ours: a fraction, a
/// negative number, 2^53 or more, or text that is not a number.
bool holds_foreign_score(std::string_view text);

/// The scores to show on a board for details with foreign scores: the whole part, within the range
/// of scores. `nullopt` if the text is not a details object.
std::optional<scores> shown_scores(std::string_view text);

/// The scores that count now; all of them if it is not known when they were written.
scores counting_scores(const user_record& details, const period_starts& starts);

/// Where in the text the one score of a period stands, as [first, last). Nothing
/// where that is not certain.
struct text_range {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::optional<text_range> find_score(std::string_view text, period board);

} // namespace standings
