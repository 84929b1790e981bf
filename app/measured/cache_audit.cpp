#include "app/measured/measured.hpp"
#include "app/measured/operations.hpp"

namespace standings {

namespace {

constexpr operation_names<5> cache_audit_operations{
    {"view", "list", "write_if_unchanged", "set_verified_run", "verified_run"}};

class measured_cache_audit final : public cache_audit {
public:
  measured_cache_audit(cache_audit_ptr inner, store_meter_ptr meter)
      : inner_(std::move(inner)), meter_(std::move(meter)) {}

  result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                       const period_starts& starts) override {
    return meter_->measure(cache_audit_operations.at("view"),
                           [&] { return inner_->view(user_ids, starts); });
  }
  result<id_page> list(cache_part part, const std::string& cursor) override {
    return meter_->measure(cache_audit_operations.at("list"),
                           [&] { return inner_->list(part, cursor); });
  }
  result<std::uint64_t> write_if_unchanged(std::span<const conditional_write> users) override {
    return meter_->measure(cache_audit_operations.at("write_if_unchanged"),
                           [&] { return inner_->write_if_unchanged(users); });
  }
  result<bool> set_verified_run(const std::string& generation, const std::string& run_id) override {
    return meter_->measure(cache_audit_operations.at("set_verified_run"),
                           [&] { return inner_->set_verified_run(generation, run_id); });
  }
  result<std::string> verified_run() override {
    return meter_->measure(cache_audit_operations.at("verified_run"),
                           [&] { return inner_->verified_run(); });
  }

private:
  const cache_audit_ptr inner_;
  const store_meter_ptr meter_;
};

} // namespace

cache_audit_ptr measured(cache_audit_ptr inner, const store_metrics_ptr& metrics) {
  return std::make_shared<measured_cache_audit>(
      std::move(inner), add_meter(*metrics, "cache_audit", cache_audit_operations));
}

} // namespace standings
