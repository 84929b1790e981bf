#include "app/measured/measured.hpp"
#include "app/measured/operations.hpp"

namespace standings {

namespace {

constexpr operation_names<10> history_store_operations{{"open", "marks", "open_event", "find_open",
                                                        "close_events", "keep", "contacted",
                                                        "note_contact", "events", "recover"}};

class measured_history_store final : public history_store {
public:
  measured_history_store(std::unique_ptr<history_store> inner, store_meter_ptr meter)
      : inner_(std::move(inner)), meter_(std::move(meter)) {}

  result<version_marks> marks(bool with_rows) override {
    return meter_->measure(history_store_operations.at("marks"),
                           [&] { return inner_->marks(with_rows); });
  }
  result<void> open_event(const history_event& event) override {
    return meter_->measure(history_store_operations.at("open_event"),
                           [&] { return inner_->open_event(event); });
  }
  result<std::optional<history_event>> find_open() override {
    return meter_->measure(history_store_operations.at("find_open"),
                           [&] { return inner_->find_open(); });
  }
  result<void> close_events() override {
    return meter_->measure(history_store_operations.at("close_events"),
                           [&] { return inner_->close_events(); });
  }
  result<void> keep(const std::string& event_id, const std::string& reason,
                    std::span<const lost_state> states) override {
    return meter_->measure(history_store_operations.at("keep"),
                           [&] { return inner_->keep(event_id, reason, states); });
  }
  result<bool> contacted() override {
    return meter_->measure(history_store_operations.at("contacted"),
                           [&] { return inner_->contacted(); });
  }
  result<void> note_contact() override {
    return meter_->measure(history_store_operations.at("note_contact"),
                           [&] { return inner_->note_contact(); });
  }
  result<std::vector<history_event>> events(std::size_t limit) override {
    return meter_->measure(history_store_operations.at("events"),
                           [&] { return inner_->events(limit); });
  }
  result<std::optional<recovered_page>> recover(const std::string& event_id,
                                                const std::string& after, std::size_t limit,
                                                bool dry_run) override {
    return meter_->measure(history_store_operations.at("recover"),
                           [&] { return inner_->recover(event_id, after, limit, dry_run); });
  }

private:
  const std::unique_ptr<history_store> inner_;
  const store_meter_ptr meter_;
};

} // namespace

history_store_factory measured(history_store_factory open, const store_metrics_ptr& metrics) {
  if (!open)
    return open;
  return measured_factory<measured_history_store, history_store>(
      std::move(open), add_meter(*metrics, "history_store", history_store_operations),
      history_store_operations.at("open"));
}

} // namespace standings
