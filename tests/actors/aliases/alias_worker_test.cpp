#include "actors/aliases/alias_mirror.hpp"
#include "stores/memory/alias_cache.hpp"
#include "tests/support/actor_test.hpp"

#include <gmock/gmock.h>

#include <map>
#include <memory>

namespace standings::test {
namespace {

using testing::ElementsAre;

/// A source in memory.
struct alias_shelf {
  std::vector<alias_record> teams;
  int version = 0;
};

class shelf_reader final : public alias_row_reader {
public:
  explicit shelf_reader(std::vector<alias_record> records) : records_(std::move(records)) {}
  result<alias_batch> next(std::size_t) override { return alias_batch{records_, 0, {}, true}; }

private:
  std::vector<alias_record> records_;
};

class shelf_snapshot final : public alias_snapshot {
public:
  explicit shelf_snapshot(std::vector<alias_record> teams) : teams_(std::move(teams)) {}
  result<std::unique_ptr<alias_row_reader>> read(alias_type type) override {
    return std::unique_ptr<alias_row_reader>{std::make_unique<shelf_reader>(
        type == alias_type::league ? std::vector<alias_record>{} : teams_)};
  }

private:
  std::vector<alias_record> teams_;
};

class shelf_source final : public alias_source {
public:
  explicit shelf_source(std::shared_ptr<alias_shelf> s) : shelf_(std::move(s)) {}
  void stop_when(std::function<bool()>) override {}
  [[nodiscard]] std::string identity() const override { return "shelf"; }
  bool exists() override { return true; }
  result<std::string> fingerprint() override { return std::to_string(shelf_->version); }
  result<std::unique_ptr<alias_snapshot>> snapshot() override {
    return std::unique_ptr<alias_snapshot>{std::make_unique<shelf_snapshot>(shelf_->teams)};
  }

private:
  std::shared_ptr<alias_shelf> shelf_;
};

/// The mirror with its real workers, on stores in memory.
class AliasWorker : public ActorTest {
protected:
  void start() {
    const alias_worker_factory factory = [this](caf::local_actor* owner, std::size_t,
                                                const stop_flag& stop) {
      const alias_source_factory open = [s = shelf_] {
        return std::make_unique<shelf_source>(s);
      };
      return owner->spawn(alias_worker, open, cache, std::chrono::milliseconds{1h}, stop);
    };
    mirror = spawn(alias_mirror, factory,
                   alias_mirror_options{.mode = alias_mode::on, .source = {}, .interval = 2min});
    settle();
  }

  void change(std::vector<alias_record> teams) {
    shelf_->teams = std::move(teams);
    ++shelf_->version;
  }

  std::shared_ptr<alias_shelf> shelf_ = std::make_shared<alias_shelf>();
  alias_cache_ptr cache = make_memory_alias_cache();
  alias_mirror_actor mirror;
};

TEST_F(AliasWorker, MirrorsWhatTheSourceHasCycleByCycle) {
  change({{"rmcf", R"(["1"])"}});
  start();
  EXPECT_EQ(cache->find(alias_type::team, "rmcf").value(), R"(["1"])");
  change({{"fcb", R"(["3"])"}, {"rmcf", R"(["2"])"}});
  advance(2min);
  EXPECT_EQ(cache->find(alias_type::team, "rmcf").value(), R"(["2"])");
  change({{"fcb", R"(["3"])"}});
  advance(2min);
  EXPECT_EQ(cache->find(alias_type::team, "rmcf").value(), std::nullopt);
  EXPECT_EQ(cache->find(alias_type::team, "fcb").value(), R"(["3"])");
}

TEST_F(AliasWorker, ResolvesNamesThroughTheQueryCache) {
  change({{"a", R"(["1"])"}, {"b", R"(["2","3"])"}});
  start();
  const auto first = ask<resolved_names>(mirror, resolve_names{"a", "b"}).value();
  EXPECT_THAT(first.team_ids, ElementsAre("1"));
  EXPECT_THAT(first.player_ids, ElementsAre("2", "3"));
  EXPECT_FALSE(first.cached);
  EXPECT_TRUE(ask<resolved_names>(mirror, resolve_names{"a", "b"}).value().cached);
  EXPECT_EQ(ask<resolved_names>(mirror, resolve_names{"a", "none"}).error().code,
            errc::unknown_alias);
}

} // namespace
} // namespace standings::test
