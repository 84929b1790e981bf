#pragma once

#include "tests/support/forwarding_score_store.hpp"
#include "tests/support/score_store_harness.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace standings::test {

/// The users of a named leaderboard, with the connection that they are read on.
class scores_of_named final : public forwarding_score_store {
public:
  scores_of_named(std::unique_ptr<leaderboard_store> on, const leaderboard& which)
      : forwarding_score_store(on->scores_of(which)), on_(std::move(on)) {}
  ~scores_of_named() override { release(); }

private:
  std::unique_ptr<leaderboard_store> on_;
};

/// A named leaderboard beside others in a database of some backend, in the place of the default
/// one.
template <class Base>
class named_scores_harness final : public score_store_harness {
public:
  std::unique_ptr<score_store> open() override {
    auto store = base_.open_leaderboards({});
    leaderboard_settings settings;
    settings.rules.max_count = score_limit - 1;
    settings.time_zone = zone_;
    settings.week_start = week_start_;
    for (const auto* other : {"acme.e", "acme.eua"})
      static_cast<void>(store->save(other, settings).value());
    const auto made = store->save("acme.eu", settings).value().now;
    return std::make_unique<scores_of_named>(std::move(store), made);
  }

  std::unique_ptr<leaderboard_store> open_leaderboards(const tenant_quotas& quotas) override {
    return base_.open_leaderboards(quotas);
  }
  std::unique_ptr<reconcile_store> open_rows() override { return base_.open_rows(); }
  std::unique_ptr<run_journal> open_journal() override { return base_.open_journal(); }
  std::unique_ptr<history_store> open_history() override { return base_.open_history(); }
  std::unique_ptr<foreign_changes> open_foreign_changes() override {
    return base_.open_foreign_changes();
  }
  void foreign(const std::string& statement) override { base_.foreign(statement); }
  void drop_triggers() override { base_.drop_triggers(); }
  void dump() override { base_.dump(); }
  void restore() override { base_.restore(); }
  void set_sequence(std::int64_t last) override { base_.set_sequence(last); }
  void set_time(sys_time now) override { base_.set_time(now); }
  void jump_to(sys_time now) override { base_.jump_to(now); }

  void use_calendar(const std::optional<calendar>& boundaries) override {
    base_.use_calendar(boundaries);
    if (!boundaries)
      return;
    zone_ = boundaries->zone();
    week_start_ = boundaries->week_start();
  }

  void poison(const std::string& user_id) override {
    if constexpr (requires { base_.path(); }) {
      for (const std::string when : {"INSERT", "UPDATE"})
        base_.foreign("CREATE TRIGGER refuse_" + when + " BEFORE " + when
                      + " ON {own}leaderboard_scores WHEN NEW.user_id = '" + user_id
                      + "' BEGIN SELECT RAISE(ABORT, 'refused'); END");
    } else {
      base_.foreign("ALTER TABLE {own}leaderboard_scores ADD CONSTRAINT refused CHECK (user_id <> '"
                    + user_id + "') NOT VALID");
    }
  }

  void cure() override {
    if constexpr (requires { base_.path(); })
      base_.foreign("DROP TRIGGER refuse_INSERT; DROP TRIGGER refuse_UPDATE");
    else
      base_.foreign("ALTER TABLE {own}leaderboard_scores DROP CONSTRAINT refused");
  }

  scores stored_scores(const std::string& user_id) override {
    return scores_in(base_
                         .query("SELECT daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo FROM"
                                " {own}leaderboard_scores WHERE user_id = '"
                                + user_id + "'")
                         .at(0),
                     0);
  }

  std::vector<archived_user> archive() override {
    std::vector<archived_user> out;
    for (const auto& row :
         base_.query("SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, "
                     + Base::in_micros("updated_at")
                     + ", version, run_id, deleted_version FROM {own}deleted_scores"
                       " ORDER BY deleted_version"))
      out.push_back(
          {{row[0], scores_in(row, 1), from_micros(std::stoll(row[5])), std::stoll(row[6])},
           row[7],
           std::stoll(row[8])});
    return out;
  }

private:
  static scores scores_in(const std::vector<std::string>& row, std::size_t column) {
    scores out{};
    for (std::size_t p = 0; p < period_count; ++p)
      out[p] = std::stoll(row.at(column + p));
    return out;
  }

  Base base_;
  std::string zone_ = "UTC";
  std::string week_start_ = "monday";
};

} // namespace standings::test
