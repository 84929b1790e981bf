#include "core/leaderboard/period.hpp"

#include "core/base/enum_names.hpp"

namespace standings {

template <>
struct enum_names<period> {
  static constexpr enum_words<period, 4> all{{{"daily", period::daily},
                                              {"weekly", period::weekly},
                                              {"monthly", period::monthly},
                                              {"yearly", period::yearly}}};
};
static_assert(names_each_until(period::yearly));

std::string_view to_string(period p) {
  return name_of(p);
}

std::optional<period> parse_period(std::string_view text) {
  return value_named<period>(text);
}

} // namespace standings
