#include "core/leaderboard/score_rules.hpp"

#include "core/base/enum_names.hpp"
#include "core/base/validate.hpp"

#include <algorithm>
#include <string>

namespace standings {

template <>
struct enum_names<score_mode> {
  static constexpr enum_words<score_mode, 3> all{
      {{"sum", score_mode::sum}, {"best", score_mode::best}, {"latest", score_mode::latest}}};
};
static_assert(names_each_until(score_mode::latest));

template <>
struct enum_names<score_order> {
  static constexpr enum_words<score_order, 2> all{
      {{"desc", score_order::desc}, {"asc", score_order::asc}}};
};
static_assert(names_each_until(score_order::asc));

std::string_view to_string(score_mode mode) {
  return name_of(mode);
}

std::string_view to_string(score_order order) {
  return name_of(order);
}

std::optional<score_mode> parse_score_mode(std::string_view text) {
  return value_named<score_mode>(text);
}

std::optional<score_order> parse_score_order(std::string_view text) {
  return value_named<score_order>(text);
}

result<void> validate_count(std::int64_t count, const score_rules& rules) {
  if (rules.mode == score_mode::sum)
    return validate_count(count, rules.max_count);
  if (count < 0 || count > rules.max_count)
    return fail(errc::invalid_count,
                "count has to be an integer from 0 to " + std::to_string(rules.max_count), "count");
  return {};
}

std::optional<scores> counted(const score_rules& rules, const user_record* before,
                              const period_starts& starts, std::int64_t count) {
  const auto better = [&](std::int64_t a, std::int64_t b) {
    return rules.order == score_order::desc ? std::max(a, b) : std::min(a, b);
  };
  scores out;
  for (std::size_t p = 0; p < period_count; ++p) {
    const bool has_one = before && before->updated_at >= starts[p];
    switch (rules.mode) {
    case score_mode::sum:
      if (count >= score_limit - (has_one ? before->score[p] : 0))
        return std::nullopt;
      out[p] = count + (has_one ? before->score[p] : 0);
      break;
    case score_mode::best:
      out[p] = has_one ? better(before->score[p], count) : count;
      break;
    case score_mode::latest:
      out[p] = count;
      break;
    }
  }
  return out;
}

} // namespace standings
