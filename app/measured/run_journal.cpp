#include "app/measured/measured.hpp"
#include "app/measured/operations.hpp"

namespace standings {

namespace {

constexpr operation_names<16> run_journal_operations{
    {"open", "acquire", "release", "load", "save_verified", "save_hold", "save_started", "save_run",
     "abandon_runs", "runs", "run", "forget_runs", "quarantine", "release_others", "quarantined",
     "count_quarantined"}};

class measured_run_journal final : public run_journal {
public:
  measured_run_journal(std::unique_ptr<run_journal> inner, store_meter_ptr meter)
      : inner_(std::move(inner)), meter_(std::move(meter)) {}

  result<bool> acquire(lease what) override {
    return meter_->measure(run_journal_operations.at("acquire"),
                           [&] { return inner_->acquire(what); });
  }
  result<void> release(lease what) override {
    return meter_->measure(run_journal_operations.at("release"),
                           [&] { return inner_->release(what); });
  }
  result<run_state> load() override {
    return meter_->measure(run_journal_operations.at("load"), [&] { return inner_->load(); });
  }
  result<void> save_verified(const mark_verified& m) override {
    return meter_->measure(run_journal_operations.at("save_verified"),
                           [&] { return inner_->save_verified(m); });
  }
  result<void> save_hold(const standings::save_hold& m) override {
    return meter_->measure(run_journal_operations.at("save_hold"),
                           [&] { return inner_->save_hold(m); });
  }
  result<void> save_started(bool started) override {
    return meter_->measure(run_journal_operations.at("save_started"),
                           [&] { return inner_->save_started(started); });
  }
  result<void> save_run(const run_report& run_to_save) override {
    return meter_->measure(run_journal_operations.at("save_run"),
                           [&] { return inner_->save_run(run_to_save); });
  }
  result<void> abandon_runs() override {
    return meter_->measure(run_journal_operations.at("abandon_runs"),
                           [&] { return inner_->abandon_runs(); });
  }
  result<std::vector<run_report>> runs(std::size_t limit) override {
    return meter_->measure(run_journal_operations.at("runs"), [&] { return inner_->runs(limit); });
  }
  result<std::optional<run_report>> run(const std::string& run_id) override {
    return meter_->measure(run_journal_operations.at("run"), [&] { return inner_->run(run_id); });
  }
  result<void> forget_runs(std::size_t keep) override {
    return meter_->measure(run_journal_operations.at("forget_runs"),
                           [&] { return inner_->forget_runs(keep); });
  }
  result<void> quarantine(std::span<const quarantined_user> users) override {
    return meter_->measure(run_journal_operations.at("quarantine"),
                           [&] { return inner_->quarantine(users); });
  }
  result<void> release_others(const std::string& run_id) override {
    return meter_->measure(run_journal_operations.at("release_others"),
                           [&] { return inner_->release_others(run_id); });
  }
  result<std::vector<quarantined_user>> quarantined(std::size_t limit) override {
    return meter_->measure(run_journal_operations.at("quarantined"),
                           [&] { return inner_->quarantined(limit); });
  }
  result<std::uint64_t> count_quarantined() override {
    return meter_->measure(run_journal_operations.at("count_quarantined"),
                           [&] { return inner_->count_quarantined(); });
  }

private:
  const std::unique_ptr<run_journal> inner_;
  const store_meter_ptr meter_;
};

} // namespace

run_journal_factory measured(run_journal_factory open, const store_metrics_ptr& metrics) {
  if (!open)
    return open;
  return measured_factory<measured_run_journal, run_journal>(
      std::move(open), add_meter(*metrics, "run_journal", run_journal_operations),
      run_journal_operations.at("open"));
}

} // namespace standings
