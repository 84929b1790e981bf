#include "app/measured/measured.hpp"
#include "app/measured/operations.hpp"

namespace standings {

namespace {

constexpr operation_names<13> reconcile_store_operations{
    {"open", "barrier", "count", "versions_foreign_writes", "starts", "batch_ends", "read",
     "written_since", "find", "archived", "write", "remove", "restore"}};

class measured_reconcile_store final : public reconcile_store {
public:
  measured_reconcile_store(std::unique_ptr<reconcile_store> inner, store_meter_ptr meter)
      : inner_(std::move(inner)), meter_(std::move(meter)) {}

  result<std::int64_t> barrier() override {
    return meter_->measure(reconcile_store_operations.at("barrier"),
                           [&] { return inner_->barrier(); });
  }
  result<std::uint64_t> count() override {
    return meter_->measure(reconcile_store_operations.at("count"), [&] { return inner_->count(); });
  }
  result<bool> versions_foreign_writes() override {
    return meter_->measure(reconcile_store_operations.at("versions_foreign_writes"),
                           [&] { return inner_->versions_foreign_writes(); });
  }
  result<std::pair<period_starts, sys_time>> starts() override {
    return meter_->measure(reconcile_store_operations.at("starts"),
                           [&] { return inner_->starts(); });
  }
  result<std::vector<std::string>> batch_ends(const std::string& after, std::size_t batch,
                                              std::size_t count) override {
    return meter_->measure(reconcile_store_operations.at("batch_ends"),
                           [&] { return inner_->batch_ends(after, batch, count); });
  }
  result<std::vector<user_record>> read(const id_range& range, std::size_t limit) override {
    return meter_->measure(reconcile_store_operations.at("read"),
                           [&] { return inner_->read(range, limit); });
  }
  result<std::vector<std::string>> written_since(std::int64_t version, const std::string& after,
                                                 std::size_t limit) override {
    return meter_->measure(reconcile_store_operations.at("written_since"),
                           [&] { return inner_->written_since(version, after, limit); });
  }
  result<std::vector<user_record>> find(std::span<const std::string> user_ids) override {
    return meter_->measure(reconcile_store_operations.at("find"),
                           [&] { return inner_->find(user_ids); });
  }
  result<std::vector<archived_user>> archived(std::span<const std::string> user_ids) override {
    return meter_->measure(reconcile_store_operations.at("archived"),
                           [&] { return inner_->archived(user_ids); });
  }
  result<std::vector<user_record>> write(std::span<const row_change> changes) override {
    return meter_->measure(reconcile_store_operations.at("write"),
                           [&] { return inner_->write(changes); });
  }
  result<std::vector<deletion>> remove(std::span<const deletion> users,
                                       const std::string& run_id) override {
    return meter_->measure(reconcile_store_operations.at("remove"),
                           [&] { return inner_->remove(users, run_id); });
  }
  result<std::vector<user_record>> restore(const std::string& run_id, const std::string& after,
                                           std::size_t limit) override {
    return meter_->measure(reconcile_store_operations.at("restore"),
                           [&] { return inner_->restore(run_id, after, limit); });
  }

private:
  const std::unique_ptr<reconcile_store> inner_;
  const store_meter_ptr meter_;
};

} // namespace

reconcile_store_factory measured(reconcile_store_factory open, const store_metrics_ptr& metrics) {
  if (!open)
    return open;
  return measured_factory<measured_reconcile_store, reconcile_store>(
      std::move(open), add_meter(*metrics, "reconcile_store", reconcile_store_operations),
      reconcile_store_operations.at("open"));
}

} // namespace standings
