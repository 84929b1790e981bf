#include "stores/postgres/increment_values.hpp"

#include "stores/postgres/connection.hpp"
#include "stores/postgres/known_moment.hpp"
#include "stores/sql/sql_text.hpp"

#include <algorithm>

namespace standings {

namespace {

namespace sql = postgres_sql;

/// PostgreSQL's times end in the year 294276; 9999 stands for a start that never comes.
constexpr std::int64_t never_us = 253'402'300'799'000'000;

std::string text_with(std::string_view remembered, std::string_view known,
                      std::string_view if_known, std::string_view and_known) {
  const auto out = replaced(replaced(sql::increment, "{remembered}", remembered), "{known}", known);
  return replaced(replaced(out, "{if_known}", if_known), "{and_known}", and_known);
}

} // namespace

std::string increment_text(std::string_view remembered) {
  return text_with(remembered, {}, {}, {});
}

std::string known_increment_text() {
  return text_with({}, sql::known, sql::if_known, sql::and_known);
}

std::vector<std::string> increment_values(const std::vector<folded_update>& writes,
                                          period_window& window,
                                          const postgres_user_table::moment& at,
                                          sys_time not_after) {
  std::vector<std::string> users;
  std::vector<std::int64_t> totals;
  users.reserve(writes.size());
  totals.reserve(writes.size());
  for (const auto& w : writes) {
    users.push_back(w.user_id);
    totals.push_back(w.total);
  }
  std::vector<std::string> out{text_array(users), bigint_array(totals),
                               to_iso8601(*std::max_element(at.starts.begin(), at.starts.end()))};
  for (const auto start : at.starts)
    out.push_back(to_iso8601(start));
  for (const auto p : all_periods)
    out.push_back(to_iso8601(std::min(from_micros(never_us), window.next(p, at.now))));
  out.push_back(to_iso8601(std::min(at.latest, not_after)));
  return out;
}

std::optional<std::array<std::string, 4>> key_values(const std::vector<folded_update>& writes,
                                                     std::span<const score_update> batch) {
  std::vector<std::string> keys;
  std::vector<std::string> users;
  std::vector<std::int64_t> counts;
  std::vector<std::int64_t> laters;
  for (const auto& w : writes) {
    auto later = w.total;
    for (const auto member : w.members) {
      later -= batch[member].count;
      if (batch[member].key.empty())
        continue;
      keys.push_back(batch[member].key);
      users.push_back(w.user_id);
      counts.push_back(batch[member].count);
      laters.push_back(later);
    }
  }
  if (keys.empty())
    return std::nullopt;
  return std::array{text_array(keys), text_array(users), bigint_array(counts),
                    bigint_array(laters)};
}

void add_known_values(std::vector<std::string>& to, const postgres_user_table::moment& known,
                      sys_time not_after) {
  for (const auto start : known.recorded)
    to.push_back(std::to_string(to_micros(start)));
  const auto [first, last] = known_moment::window(known);
  to.push_back(std::to_string(to_micros(first)));
  to.push_back(std::to_string(to_micros(std::min(last, not_after))));
}

std::string quoted_list(pqxx::connection& db, const std::vector<std::string>& values) {
  std::string out = "(";
  for (const auto& value : values) {
    out += out.size() > 1 ? ", " : "";
    out += db.quote(value);
  }
  return out + ")";
}

bool has_no_keys(std::span<const score_update> batch) {
  return std::all_of(batch.begin(), batch.end(),
                     [](const score_update& update) { return update.key.empty(); });
}

bool fits(const fold_plan& plan) {
  return std::all_of(plan.writes.begin(), plan.writes.end(),
                     [](const folded_update& w) { return w.total < score_limit; });
}

} // namespace standings
