#pragma once

#include "core/leaderboard/fold.hpp"
#include "stores/postgres/user_table.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The texts of `increment` in score_sql.hpp and its values, which are texts in the order of its
/// parameters.
namespace standings {

/// With `remembered` for batches that have keys, or without.
std::string increment_text(std::string_view remembered);

/// For a transaction that uses what an earlier one has found out; see known_moment.
std::string known_increment_text();

/// $1 to $12. No write gets a time after `not_after`.
std::vector<std::string> increment_values(const std::vector<folded_update>& writes,
                                          period_window& window,
                                          const postgres_user_table::moment& at,
                                          sys_time not_after);

/// $13 to $16 of a batch with keys; `nullopt` if it has none.
std::optional<std::array<std::string, 4>> key_values(const std::vector<folded_update>& writes,
                                                     std::span<const score_update> batch);

/// Adds $13 to $18 of `known_increment_text`. Nothing is written after `not_after`.
void add_known_values(std::vector<std::string>& to, const postgres_user_table::moment& known,
                      sys_time not_after);

/// The values in parentheses, for EXECUTE; quoted by the driver, which knows the server's rules.
std::string quoted_list(pqxx::connection& db, const std::vector<std::string>& values);

bool has_no_keys(std::span<const score_update> batch);

/// Whether no write is too large by itself.
bool fits(const fold_plan& plan);

} // namespace standings
