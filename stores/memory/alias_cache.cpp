#include "stores/memory/alias_cache.hpp"

#include <array>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace standings {

namespace {

constexpr std::size_t page_size = 1'000;

class memory_alias_cache final : public alias_cache {
public:
  explicit memory_alias_cache(clock_fn clock) : clock_(std::move(clock)) {}

  result<values> get(alias_type type, std::span<const alias_record> aliases) override {
    const std::shared_lock lock{mutex_};
    const auto& from = tables_[index_of(type)];
    values out;
    out.reserve(aliases.size());
    for (const auto& record : aliases) {
      const auto at = from.find(record.alias);
      out.push_back(at == from.end() ? std::nullopt : std::optional{at->second});
    }
    return out;
  }

  result<std::vector<alias_refusal>> put(alias_type type,
                                         std::span<const alias_record> aliases) override {
    const std::unique_lock lock{mutex_};
    for (const auto& record : aliases)
      tables_[index_of(type)].insert_or_assign(record.alias, record.value);
    return std::vector<alias_refusal>{};
  }

  result<alias_removal> remove(alias_type type, std::span<const std::string> aliases) override {
    const std::unique_lock lock{mutex_};
    alias_removal out;
    for (const auto& alias : aliases)
      out.removed += tables_[index_of(type)].erase(alias);
    return out;
  }

  /// The cursor is the key of the last alias that was returned.
  result<alias_page> scan(const std::string& cursor) override {
    const auto after = parse_alias_key(cursor).value_or(alias_name{});
    const std::shared_lock lock{mutex_};
    alias_page out;
    for (auto i = index_of(after.type); i < alias_type_count; ++i) {
      const auto& from = tables_[i];
      auto at = i == index_of(after.type) ? from.upper_bound(after.alias) : from.begin();
      for (; at != from.end(); ++at) {
        if (out.names.size() == page_size) {
          out.next = alias_key(out.names.back().type, out.names.back().alias);
          return out;
        }
        out.names.push_back({all_alias_types[i], at->first});
      }
    }
    return out;
  }

  result<void> set_marker() override { return {}; }

  result<std::string> sign() override { return std::string{"memory"}; }

  /// No other instance reaches this cache, but another source may be configured for it.
  result<std::string> claim(const std::string& owner, std::chrono::milliseconds ttl,
                            bool take) override {
    const auto now = clock_();
    const std::unique_lock lock{mutex_};
    if (take || owner_until_ <= now)
      owner_ = owner;
    if (owner_ == owner)
      owner_until_ = now + ttl;
    return owner_;
  }

  [[nodiscard]] std::uint64_t foreign_queries() const override { return 0; }

  result<std::optional<std::string>> find_query(const std::string& team,
                                                const std::string& player) override {
    const auto now = clock_();
    const std::shared_lock lock{mutex_};
    const auto at = queries_.find(alias_query_key(team, player));
    if (at == queries_.end() || at->second.until <= now)
      return std::optional<std::string>{};
    return std::optional{at->second.text};
  }

  result<void> put_query(const std::string& team, const std::string& player,
                         const std::string& text, std::chrono::milliseconds ttl) override {
    const auto now = clock_();
    const auto key = alias_query_key(team, player);
    const std::unique_lock lock{mutex_};
    const auto [at, is_new] = queries_.insert_or_assign(key, query{text, now + ttl});
    if (is_new)
      oldest_.push_back(key);
    while (!oldest_.empty() && (queries_.size() > max_memory_queries || is_over(now))) {
      queries_.erase(oldest_.front());
      oldest_.pop_front();
    }
    return {};
  }

private:
  struct query {
    std::string text;
    sys_time until;
  };

  [[nodiscard]] bool is_over(sys_time now) const {
    return queries_.at(oldest_.front()).until <= now;
  }

  const clock_fn clock_;
  mutable std::shared_mutex mutex_; ///< guards all below
  std::array<std::map<std::string, std::string, std::less<>>, alias_type_count> tables_;
  std::string owner_;
  sys_time owner_until_{};
  std::map<std::string, query> queries_;
  std::deque<std::string> oldest_; ///< the keys of all queries, in the order of arrival
};

} // namespace

alias_cache_ptr make_memory_alias_cache(clock_fn clock) {
  return std::make_shared<memory_alias_cache>(std::move(clock));
}

} // namespace standings
