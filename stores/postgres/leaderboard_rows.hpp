#pragma once

#include "stores/postgres/leaderboard_tables.hpp"
#include "stores/sql/leaderboard_batch.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace standings {

/// The rows of one transaction. Uses the statements that `prepare` has prepared.
class postgres_leaderboard_rows final : public leaderboard_rows {
public:
  using moment = postgres_leaderboard_tables::moment;

  /// What to do about rows that other transactions hold.
  enum class held : std::uint8_t { wait, leave_out };

  static void prepare(postgres_leaderboard_tables& tables);

  postgres_leaderboard_rows(postgres_leaderboard_tables& tables, const score_rules& default_rules,
                            postgres_work& tx, const moment& at, held rows)
      : tables_(tables), default_rules_(default_rules), tx_(tx), at_(at), held_(rows) {}

  sys_time now() override { return at_.now; }
  std::vector<leaderboard> find(std::span<const std::string> ids) override;
  score_rules rules_of(const leaderboard* which) override;
  period_starts starts_of(const leaderboard* which) override;
  bool may_write() override { return ended_.empty() || tables_.users().past().look(tx_, ended_); }
  void find(std::span<leaderboard_request> requests) override;
  void add(std::span<const leaderboard_request> requests) override;
  std::vector<std::optional<user_record>> lock(std::span<const leaderboard_row_key> keys,
                                               std::vector<std::string>& locked) override;
  std::vector<std::uint64_t> add_users(std::span<const tenant_users> of) override;
  void take_back_users(const tenant_users& of) override;
  void write(std::span<const changed_row> rows) override;

  /// The leaderboards of which a period has ended that is not known to be closed.
  [[nodiscard]] const std::vector<postgres_past_boards::due>& ended() const { return ended_; }
  [[nodiscard]] const std::vector<std::string>& ended_ids() const { return ended_ids_; }

private:
  /// The keys of named leaderboards, or those of the default one, as arrays.
  struct row_arrays {
    std::vector<std::int64_t> numbers;
    std::vector<std::string> users;
    std::vector<std::size_t> positions;
  };
  using positions = std::map<std::pair<std::int64_t, std::string>, std::size_t>;
  using stored_rows = std::vector<std::optional<user_record>>;

  void find_of_default(std::span<leaderboard_request> requests);
  void add_of_default(std::span<const leaderboard_request> requests);
  std::map<std::string, std::uint64_t> add_to_kept(std::span<const tenant_users> of);
  void note_held(const row_arrays& of, std::vector<std::string>& locked);
  void read_named(const row_arrays& of, const positions& at, stored_rows& out);
  void read_default(const row_arrays& of, const positions& at, stored_rows& out);
  void make_missing(const row_arrays& of, const positions& at, stored_rows& out);
  void drop_unwritten(std::span<const changed_row> rows);
  void write_named(std::span<const changed_row> rows);
  void write_default(std::span<const changed_row> rows);

  postgres_leaderboard_tables& tables_;
  const score_rules default_rules_;
  postgres_work& tx_;
  const moment& at_;
  const held held_;
  std::map<std::int64_t, period_starts> recorded_;
  std::set<std::pair<std::int64_t, std::string>> made_; ///< rows that did not exist
  std::vector<postgres_past_boards::due> ended_;
  std::vector<std::string> ended_ids_; ///< of the named ones among them
};

} // namespace standings
