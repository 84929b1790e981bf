#include "app/measured/measured.hpp"
#include "app/measured/operations.hpp"

namespace standings {

namespace {

constexpr operation_names<11> session_store_operations{{"open", "upsert", "quarantine", "release",
                                                        "release_before", "now", "quarantined",
                                                        "known", "read", "scan", "counts"}};

class measured_session_store final : public session_store {
public:
  measured_session_store(std::unique_ptr<session_store> inner, store_meter_ptr meter)
      : inner_(std::move(inner)), meter_(std::move(meter)) {}

  result<std::vector<session_change>> upsert(std::span<const session_record> sessions) override {
    return meter_->measure(session_store_operations.at("upsert"),
                           [&] { return inner_->upsert(sessions); });
  }
  result<std::uint64_t> quarantine(std::span<const rejected_session> sessions) override {
    return meter_->measure(session_store_operations.at("quarantine"),
                           [&] { return inner_->quarantine(sessions); });
  }
  result<std::uint64_t> release(std::span<const std::string> wanted) override {
    return meter_->measure(session_store_operations.at("release"),
                           [&] { return inner_->release(wanted); });
  }
  result<std::uint64_t> release_before(sys_time seen) override {
    return meter_->measure(session_store_operations.at("release_before"),
                           [&] { return inner_->release_before(seen); });
  }
  result<sys_time> now() override {
    return meter_->measure(session_store_operations.at("now"), [&] { return inner_->now(); });
  }
  result<std::vector<rejected_session>> quarantined(const std::string& after,
                                                    std::size_t limit) override {
    return meter_->measure(session_store_operations.at("quarantined"),
                           [&] { return inner_->quarantined(after, limit); });
  }
  result<std::vector<std::string>> known(std::span<const std::string> wanted) override {
    return meter_->measure(session_store_operations.at("known"),
                           [&] { return inner_->known(wanted); });
  }
  result<std::vector<session_record>> read(std::span<const std::string> wanted) override {
    return meter_->measure(session_store_operations.at("read"),
                           [&] { return inner_->read(wanted); });
  }
  result<std::vector<std::string>> scan(const std::string& after, std::size_t limit) override {
    return meter_->measure(session_store_operations.at("scan"),
                           [&] { return inner_->scan(after, limit); });
  }
  result<session_counts> counts() override {
    return meter_->measure(session_store_operations.at("counts"), [&] { return inner_->counts(); });
  }

private:
  const std::unique_ptr<session_store> inner_;
  const store_meter_ptr meter_;
};

} // namespace

session_store_factory measured(session_store_factory open, const store_metrics_ptr& metrics) {
  if (!open)
    return open;
  return measured_factory<measured_session_store, session_store>(
      std::move(open), add_meter(*metrics, "session_store", session_store_operations),
      session_store_operations.at("open"));
}

} // namespace standings
