#include "app/measured/measured.hpp"
#include "app/measured/operations.hpp"

namespace standings {

namespace {

constexpr operation_names<9> alias_cache_operations{
    {"get", "put", "remove", "scan", "set_marker", "sign", "claim", "find_query", "put_query"}};

class measured_alias_cache final : public alias_cache {
public:
  measured_alias_cache(alias_cache_ptr inner, store_meter_ptr meter)
      : inner_(std::move(inner)), meter_(std::move(meter)) {}

  result<values> get(alias_type type, std::span<const alias_record> aliases) override {
    return meter_->measure(alias_cache_operations.at("get"),
                           [&] { return inner_->get(type, aliases); });
  }
  result<std::vector<alias_refusal>> put(alias_type type,
                                         std::span<const alias_record> aliases) override {
    return meter_->measure(alias_cache_operations.at("put"),
                           [&] { return inner_->put(type, aliases); });
  }
  result<alias_removal> remove(alias_type type, std::span<const std::string> aliases) override {
    return meter_->measure(alias_cache_operations.at("remove"),
                           [&] { return inner_->remove(type, aliases); });
  }
  result<alias_page> scan(const std::string& cursor) override {
    return meter_->measure(alias_cache_operations.at("scan"), [&] { return inner_->scan(cursor); });
  }
  result<void> set_marker() override {
    return meter_->measure(alias_cache_operations.at("set_marker"),
                           [&] { return inner_->set_marker(); });
  }
  result<std::string> sign() override {
    return meter_->measure(alias_cache_operations.at("sign"), [&] { return inner_->sign(); });
  }
  result<std::string> claim(const std::string& owner, std::chrono::milliseconds ttl,
                            bool take) override {
    return meter_->measure(alias_cache_operations.at("claim"),
                           [&] { return inner_->claim(owner, ttl, take); });
  }
  result<std::optional<std::string>> find_query(const std::string& team,
                                                const std::string& player) override {
    return meter_->measure(alias_cache_operations.at("find_query"),
                           [&] { return inner_->find_query(team, player); });
  }
  result<void> put_query(const std::string& team, const std::string& player,
                         const std::string& text, std::chrono::milliseconds ttl) override {
    return meter_->measure(alias_cache_operations.at("put_query"),
                           [&] { return inner_->put_query(team, player, text, ttl); });
  }
  std::uint64_t foreign_queries() const override { return inner_->foreign_queries(); }

private:
  const alias_cache_ptr inner_;
  const store_meter_ptr meter_;
};

} // namespace

alias_cache_ptr measured(alias_cache_ptr inner, const store_metrics_ptr& metrics) {
  return std::make_shared<measured_alias_cache>(
      std::move(inner), add_meter(*metrics, "alias_cache", alias_cache_operations));
}

} // namespace standings
