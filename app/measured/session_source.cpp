#include "app/measured/measured.hpp"
#include "app/measured/operations.hpp"

namespace standings {

namespace {

constexpr operation_names<4> session_source_operations{{"open", "scan", "read", "identity"}};

class measured_session_source final : public session_source {
public:
  measured_session_source(std::unique_ptr<session_source> inner, store_meter_ptr meter)
      : inner_(std::move(inner)), meter_(std::move(meter)) {}

  result<source_page> scan(const std::string& cursor, std::size_t limit) override {
    return meter_->measure(session_source_operations.at("scan"),
                           [&] { return inner_->scan(cursor, limit); });
  }
  result<std::vector<source_session>> read(std::span<const std::string> wanted,
                                           std::size_t max_bytes) override {
    return meter_->measure(session_source_operations.at("read"),
                           [&] { return inner_->read(wanted, max_bytes); });
  }
  result<server_identity> identity() override {
    return meter_->measure(session_source_operations.at("identity"),
                           [&] { return inner_->identity(); });
  }

private:
  const std::unique_ptr<session_source> inner_;
  const store_meter_ptr meter_;
};

} // namespace

session_source_factory measured(session_source_factory open, const store_metrics_ptr& metrics) {
  if (!open)
    return open;
  return measured_factory<measured_session_source, session_source>(
      std::move(open), add_meter(*metrics, "session_source", session_source_operations),
      session_source_operations.at("open"));
}

} // namespace standings
