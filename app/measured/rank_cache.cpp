#include "app/measured/measured.hpp"
#include "app/measured/operations.hpp"

namespace standings {

namespace {

constexpr operation_names<19> rank_cache_operations{
    {"apply", "remove", "replay_removals", "find", "top", "rank", "ranks", "around",
     "start_periods", "clear", "invalidate", "watermark", "begin_rebuild", "load", "finish_rebuild",
     "verify", "state", "view", "write_if_unchanged"}};

class measured_rank_cache final : public rank_cache {
public:
  measured_rank_cache(rank_cache_ptr inner, store_meter_ptr meter)
      : inner_(std::move(inner)), meter_(std::move(meter)) {}

  using rank_cache::remove;
  result<void> apply(std::span<const user_record> users) override {
    return meter_->measure(rank_cache_operations.at("apply"), [&] { return inner_->apply(users); });
  }
  result<void> remove(std::span<const deletion> users) override {
    return meter_->measure(rank_cache_operations.at("remove"),
                           [&] { return inner_->remove(users); });
  }
  result<void> replay_removals(std::span<const deletion> users) override {
    return meter_->measure(rank_cache_operations.at("replay_removals"),
                           [&] { return inner_->replay_removals(users); });
  }
  result<std::optional<cached_user>> find(const std::string& user_id) override {
    return meter_->measure(rank_cache_operations.at("find"), [&] { return inner_->find(user_id); });
  }
  result<board_page> top(period board, std::size_t offset, std::size_t limit) override {
    return meter_->measure(rank_cache_operations.at("top"),
                           [&] { return inner_->top(board, offset, limit); });
  }
  result<std::optional<user_rank>> rank(const std::string& user_id, period board) override {
    return meter_->measure(rank_cache_operations.at("rank"),
                           [&] { return inner_->rank(user_id, board); });
  }
  result<user_ranks> ranks(std::span<const std::string> user_ids, period board) override {
    return meter_->measure(rank_cache_operations.at("ranks"),
                           [&] { return inner_->ranks(user_ids, board); });
  }
  result<std::optional<neighbourhood>> around(const std::string& user_id, period board,
                                              std::size_t limit) override {
    return meter_->measure(rank_cache_operations.at("around"),
                           [&] { return inner_->around(user_id, board, limit); });
  }
  result<void> start_periods(const period_starts& starts) override {
    return meter_->measure(rank_cache_operations.at("start_periods"),
                           [&] { return inner_->start_periods(starts); });
  }
  result<void> clear() override {
    return meter_->measure(rank_cache_operations.at("clear"), [&] { return inner_->clear(); });
  }
  result<void> invalidate() override {
    return meter_->measure(rank_cache_operations.at("invalidate"),
                           [&] { return inner_->invalidate(); });
  }
  result<std::int64_t> watermark() override {
    return meter_->measure(rank_cache_operations.at("watermark"),
                           [&] { return inner_->watermark(); });
  }
  result<void> begin_rebuild() override {
    return meter_->measure(rank_cache_operations.at("begin_rebuild"),
                           [&] { return inner_->begin_rebuild(); });
  }
  result<void> load(std::span<const user_record> users) override {
    return meter_->measure(rank_cache_operations.at("load"), [&] { return inner_->load(users); });
  }
  result<std::uint64_t> finish_rebuild() override {
    return meter_->measure(rank_cache_operations.at("finish_rebuild"),
                           [&] { return inner_->finish_rebuild(); });
  }
  result<bool> verify() override {
    return meter_->measure(rank_cache_operations.at("verify"), [&] { return inner_->verify(); });
  }
  result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                       const period_starts& starts) override {
    return meter_->measure(rank_cache_operations.at("view"),
                           [&] { return inner_->view(user_ids, starts); });
  }
  result<std::uint64_t> write_if_unchanged(std::span<const conditional_write> users) override {
    return meter_->measure(rank_cache_operations.at("write_if_unchanged"),
                           [&] { return inner_->write_if_unchanged(users); });
  }
  std::uint64_t memory_bytes() override { return inner_->memory_bytes(); }

  result<cache_state> state() override {
    return meter_->measure(rank_cache_operations.at("state"), [&] { return inner_->state(); });
  }
  std::optional<std::uint64_t> version() override { return inner_->version(); }
  std::uint64_t changes() override { return inner_->changes(); }
  bool complete() override { return inner_->complete(); }

private:
  const rank_cache_ptr inner_;
  const store_meter_ptr meter_;
};

} // namespace

rank_cache_ptr measured(rank_cache_ptr inner, const store_metrics_ptr& metrics) {
  return std::make_shared<measured_rank_cache>(
      std::move(inner), add_meter(*metrics, "rank_cache", rank_cache_operations));
}

} // namespace standings
