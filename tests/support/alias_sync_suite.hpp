#pragma once

#include "stores/sqlite/alias_source.hpp"
#include "sync/aliases/alias_sync.hpp"
#include "tests/support/alias_cache_suite.hpp"
#include "tests/support/alias_file.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace standings::test {

/// Passes every call on, except for the failures it is set to.
class faulty_cache final : public alias_cache {
public:
  explicit faulty_cache(alias_cache_ptr behind) : behind_(std::move(behind)) {}

  result<values> get(alias_type type, std::span<const alias_record> aliases) override {
    if (away)
      return fail(errc::store_unavailable, "away");
    ++reads;
    return behind_->get(type, aliases);
  }

  result<std::vector<alias_refusal>> put(alias_type type,
                                         std::span<const alias_record> aliases) override {
    before_put();
    if (away)
      return fail(errc::store_unavailable, "away");
    std::vector<alias_refusal> refused;
    std::vector<alias_record> taken;
    for (std::size_t i = 0; i < aliases.size(); ++i)
      if (aliases[i].alias == refuses)
        refused.push_back({i, "refused"});
      else
        taken.push_back(aliases[i]);
    behind_->put(type, taken).value();
    return refused;
  }

  result<alias_removal> remove(alias_type type, std::span<const std::string> aliases) override {
    return behind_->remove(type, aliases);
  }

  result<alias_page> scan(const std::string& cursor) override { return behind_->scan(cursor); }

  result<void> set_marker() override { return behind_->set_marker(); }

  result<std::string> claim(const std::string& owner, std::chrono::milliseconds ttl,
                            bool take) override {
    if (away)
      return fail(errc::store_unavailable, "away");
    return behind_->claim(owner, ttl, take);
  }

  [[nodiscard]] std::uint64_t foreign_queries() const override {
    return behind_->foreign_queries();
  }

  result<std::string> sign() override {
    if (away || std::exchange(hiccup, false))
      return fail(errc::store_unavailable, "away");
    return behind_->sign().value() + lost;
  }

  result<std::optional<std::string>> find_query(const std::string& team,
                                                const std::string& player) override {
    return behind_->find_query(team, player);
  }

  result<void> put_query(const std::string& team, const std::string& player,
                         const std::string& text, std::chrono::milliseconds ttl) override {
    return behind_->put_query(team, player, text, ttl);
  }

  bool away = false;
  bool hiccup = false; ///< the next sign fails once
  std::string refuses; ///< an alias that is not accepted
  std::string lost;    ///< changes the sign
  int reads = 0;
  std::function<void()> before_put = [] {
  };

private:
  alias_cache_ptr behind_;
};

/// Base of the suites on cycles: an empty source and an empty cache.
class alias_sync_suite : public alias_cache_suite {
protected:
  alias_sync_suite() { restart(); }

  /// A new process has no memory of earlier cycles.
  void restart() {
    sqlite_alias_options from;
    from.path = file.path();
    from.busy_timeout = std::chrono::milliseconds{50};
    alias_sync_options options;
    options.batch = 3;
    options.cancelled = [this] {
      return cancelled;
    };
    sync = std::make_unique<alias_sync>(make_sqlite_alias_source(from), faulty, options);
  }

  alias_cycle run(run_alias_cycle how = {}) { return sync->run(how); }

  /// A cycle that has to succeed.
  alias_cycle run_well(run_alias_cycle how = {}) {
    auto cycle = run(how);
    EXPECT_TRUE(cycle.succeeded()) << cycle.error << cycle.tables[0].error << cycle.tables[1].error
                                   << cycle.tables[2].error << cycle.tables[3].error;
    return cycle;
  }

  const alias_table_report& table(const alias_cycle& cycle, alias_type type) const {
    return cycle.tables.at(index_of(type));
  }

  alias_values expected(alias_type type) const {
    alias_values out;
    for (const auto& [alias, ids] : aliases_in(file.path(), type))
      out[alias] = value_of(ids);
    return out;
  }

  void expect_mirrored() {
    for (const auto type : all_alias_types)
      EXPECT_EQ(held(type), expected(type)) << to_string(type);
  }

  void fill() {
    for (int i = 0; i < 10; ++i)
      for (const auto type : all_alias_types)
        file.add(type, i, to_string(type) + " " + std::to_string(i));
  }

  bool cancelled = false;
  temp_dir dir;
  alias_file file{dir / "sports.db"};
  std::shared_ptr<faulty_cache> faulty = std::make_shared<faulty_cache>(cache);
  std::unique_ptr<alias_sync> sync;
};

} // namespace standings::test
