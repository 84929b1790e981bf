#pragma once

#include "core/leaderboard/entries.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace standings {

/// A user's details as other programs read them in the cache, in two parts: the
/// scores, each followed by a comma, come between.
struct details_parts {
  std::string before;
  std::string after;
};

details_parts details_parts_of(const user_record& user, sys_time cached_at);

/// The same as one text, with the user's scores.
std::string details_json(const user_record& user, sys_time cached_at);

/// The details that somebody has written, perhaps another program: `version` 0
/// where there is none that can be ours, times 1970 where they are not known. Times may have any
/// form that core/base/foreign_time.hpp knows, scores may be text. Nothing where the text
/// is no details object with four scores: what cannot be read must not pass for 0.
std::optional<cached_user> parse_details(std::string_view text);

/// Whether the text is a details object with a score that cannot be one of ours: a
/// fraction, a negative number, 2^53 or more, or text that is no number.
bool holds_foreign_score(std::string_view text);

/// What a board can show of details with such scores: their whole parts, within the
/// range of scores. Nothing where the text is no details object at all.
std::optional<scores> shown_scores(std::string_view text);

/// The scores that count now. All of them where nobody knows when they were written.
scores counting_scores(const user_record& details, const period_starts& starts);

/// Where in the text the one score of a period stands, as [first, last). Nothing
/// where that is not certain.
struct text_range {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::optional<text_range> find_score(std::string_view text, period board);

} // namespace standings
