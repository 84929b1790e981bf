#include "app/measured/measured.hpp"
#include "app/measured/operations.hpp"

namespace standings {

namespace {

constexpr operation_names<5> cache_reads_operations{{"top", "find", "rank", "ranks", "around"}};

class measured_cache_reads final : public cache_reads {
public:
  measured_cache_reads(cache_reads_ptr inner, store_meter_ptr meter)
      : inner_(std::move(inner)), meter_(std::move(meter)) {}

  void end() override { inner_->end(); }
  bool complete() override { return inner_->complete(); }
  std::optional<std::uint64_t> version() override { return inner_->version(); }

  task<result<board_page>> top(period board, std::size_t offset, std::size_t limit) override {
    return measure(cache_reads_operations.at("top"), inner_->top(board, offset, limit));
  }
  task<result<std::optional<cached_user>>> find(const std::string& user_id) override {
    return measure(cache_reads_operations.at("find"), inner_->find(user_id));
  }
  task<result<std::optional<user_rank>>> rank(const std::string& user_id, period board) override {
    return measure(cache_reads_operations.at("rank"), inner_->rank(user_id, board));
  }
  task<result<user_ranks>> ranks(std::vector<std::string> user_ids, period board) override {
    return measure(cache_reads_operations.at("ranks"), inner_->ranks(std::move(user_ids), board));
  }
  task<result<std::optional<neighbourhood>>> around(const std::string& user_id, period board,
                                                    std::size_t limit) override {
    return measure(cache_reads_operations.at("around"), inner_->around(user_id, board, limit));
  }

private:
  template <class T>
  task<result<T>> measure(std::size_t operation, task<result<T>> call) {
    const auto began = store_meter::clock::now();
    auto out = co_await call;
    meter_->note(operation, out ? errc::none : out.error().code, store_meter::clock::now() - began);
    co_return out;
  }

  const cache_reads_ptr inner_;
  const store_meter_ptr meter_;
};

} // namespace

cache_reads_factory measured(cache_reads_factory make, const store_metrics_ptr& metrics) {
  return
      [make = std::move(make), meter = add_meter(*metrics, "cache_reads", cache_reads_operations)](
          boost::asio::io_context& loop) {
        return cache_reads_ptr{std::make_unique<measured_cache_reads>(make(loop), meter)};
      };
}

} // namespace standings
