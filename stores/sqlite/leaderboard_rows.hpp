#pragma once

#include "core/leaderboard/score_rules.hpp"
#include "stores/sql/leaderboard_batch.hpp"
#include "stores/sqlite/leaderboard_tables.hpp"
#include "stores/sqlite/statement.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// Statements about tenants with quotas.
struct sqlite_tenant_statements {
  prepared leaderboards;
  prepared count_users;
  prepared kept_users;
  prepared keep_users;
  prepared add_users;
  prepared take_back_users;
  prepared first_to_recount;
};

/// Statements about idempotency keys; the routes of the default leaderboard have their own table.
struct sqlite_request_statements {
  prepared find;
  prepared add;
  prepared find_of_default;
  prepared add_of_default;
};

/// The rows of one transaction.
class sqlite_leaderboard_rows final : public leaderboard_rows {
public:
  using moment = sqlite_leaderboard_tables::moment;

  sqlite_leaderboard_rows(sqlite_leaderboard_tables& tables, const score_rules& default_rules,
                          sqlite_request_statements& requests, sqlite_tenant_statements& tenants,
                          moment& at)
      : tables_(tables), default_rules_(default_rules), requests_(requests), tenants_(tenants),
        at_(at) {}

  sys_time now() override { return at_.now; }
  std::vector<leaderboard> find(std::span<const std::string> ids) override;
  score_rules rules_of(const leaderboard* which) override;
  period_starts starts_of(const leaderboard* which) override;
  void find(std::span<leaderboard_request> requests) override;
  void add(std::span<const leaderboard_request> requests) override;
  std::vector<std::optional<user_record>> lock(std::span<const leaderboard_row_key> keys,
                                               std::vector<std::string>& locked) override;
  std::map<std::size_t, failure> unreadable() override { return unreadable_; }
  std::vector<std::uint64_t> add_users(std::span<const tenant_users> of) override;
  void take_back_users(const tenant_users& of) override;
  void write(std::span<const changed_row> rows) override;

private:
  void find_of_default(leaderboard_request& request);
  void add_of_default(const leaderboard_request& request);

  sqlite_leaderboard_tables& tables_;
  const score_rules default_rules_;
  sqlite_request_statements& requests_;
  sqlite_tenant_statements& tenants_;
  moment& at_;
  std::map<std::size_t, failure> unreadable_;
};

} // namespace standings
