#include "app/measured/measured.hpp"
#include "app/measured/operations.hpp"

namespace standings {

namespace {

constexpr operation_names<14> score_store_operations{
    {"open", "apply", "put", "find", "find_many", "scan", "scan_deletions", "top", "count",
     "remove", "reset", "periods", "tidy", "forget_requests"}};

class measured_score_store final : public score_store {
public:
  measured_score_store(std::unique_ptr<score_store> inner, store_meter_ptr meter,
                       store_metrics_ptr metrics)
      : inner_(std::move(inner)), meter_(std::move(meter)), metrics_(std::move(metrics)) {}

  result<std::vector<update_outcome>> apply(std::span<const score_update> batch) override {
    metrics_->batch_sizes.add(batch.size());
    return meter_->measure(score_store_operations.at("apply"),
                           [&] { return inner_->apply(batch); });
  }

  result<void> put(std::span<const user_record> users) override {
    return meter_->measure(score_store_operations.at("put"), [&] { return inner_->put(users); });
  }
  result<std::optional<user_record>> find(const std::string& user_id) override {
    return meter_->measure(score_store_operations.at("find"),
                           [&] { return inner_->find(user_id); });
  }
  result<std::vector<user_record>> find_many(std::span<const std::string> user_ids) override {
    return meter_->measure(score_store_operations.at("find_many"),
                           [&] { return inner_->find_many(user_ids); });
  }
  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit) override {
    return meter_->measure(score_store_operations.at("scan"),
                           [&] { return inner_->scan(after, limit); });
  }
  result<std::vector<deletion>> scan_deletions(const std::string& after,
                                               std::size_t limit) override {
    return meter_->measure(score_store_operations.at("scan_deletions"),
                           [&] { return inner_->scan_deletions(after, limit); });
  }
  result<board_page> top(period board, std::size_t offset, std::size_t limit) override {
    return meter_->measure(score_store_operations.at("top"),
                           [&] { return inner_->top(board, offset, limit); });
  }
  result<std::uint64_t> count() override {
    return meter_->measure(score_store_operations.at("count"), [&] { return inner_->count(); });
  }
  result<std::optional<std::int64_t>> remove(const std::string& user_id,
                                             const std::string& run_id) override {
    return meter_->measure(score_store_operations.at("remove"),
                           [&] { return inner_->remove(user_id, run_id); });
  }
  result<period_state> reset(period board) override {
    return meter_->measure(score_store_operations.at("reset"),
                           [&] { return inner_->reset(board); });
  }
  result<period_state> periods() override {
    return meter_->measure(score_store_operations.at("periods"), [&] { return inner_->periods(); });
  }
  result<std::size_t> tidy(std::size_t limit) override {
    return meter_->measure(score_store_operations.at("tidy"), [&] { return inner_->tidy(limit); });
  }
  result<std::size_t> forget_requests(std::size_t limit) override {
    return meter_->measure(score_store_operations.at("forget_requests"),
                           [&] { return inner_->forget_requests(limit); });
  }

private:
  const std::unique_ptr<score_store> inner_;
  const store_meter_ptr meter_;
  const store_metrics_ptr metrics_;
};

} // namespace

score_store_factory measured(score_store_factory open, const store_metrics_ptr& metrics) {
  const auto meter = add_meter(*metrics, "score_store", score_store_operations);
  return [open = std::move(open), meter, metrics]() -> result<std::unique_ptr<score_store>> {
    auto opened = meter->measure(score_store_operations.at("open"), open);
    if (!opened)
      return opened;
    return std::unique_ptr<score_store>{
        std::make_unique<measured_score_store>(std::move(*opened), meter, metrics)};
  };
}

} // namespace standings
