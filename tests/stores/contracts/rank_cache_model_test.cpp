#include "tests/support/cache_store_suite.hpp"
#include "tests/support/store_ids.hpp"

#include <algorithm>
#include <map>
#include <random>

namespace standings {
namespace {

/// What a rank_cache has to do, in the slow and obvious way.
class slow_cache {
public:
  void apply(const user_record& user) {
    const auto removal = removals_.find(user.user_id);
    if (removal != removals_.end() && user.version <= removal->second)
      return;
    const auto at = users_.find(user.user_id);
    if (at == users_.end() || at->second.version < user.version)
      users_[user.user_id] = user;
    if (rebuilding_)
      seen_[user.user_id] = true;
  }

  void remove(const std::string& id, std::int64_t version) {
    const auto at = users_.find(id);
    if (at != users_.end() && at->second.version > version)
      return; // the user has come back since
    removals_[id] = std::max(removals_[id], version);
    users_.erase(id);
  }

  void begin_rebuild() {
    rebuilding_ = true;
    seen_.clear();
  }

  std::uint64_t finish_rebuild(bool sweep) {
    rebuilding_ = false;
    if (!sweep)
      return 0;
    return std::erase_if(users_, [this](const auto& u) { return !seen_.contains(u.first); });
  }

  [[nodiscard]] bool rebuilding() const { return rebuilding_; }

  void clear() {
    users_.clear();
    rebuilding_ = false;
  }

  [[nodiscard]] std::optional<user_record> find(const std::string& id,
                                                const period_starts& starts) const {
    const auto at = users_.find(id);
    if (at == users_.end())
      return std::nullopt;
    auto user = at->second;
    user.score = effective_scores(user.score, user.updated_at, starts);
    return user;
  }

  [[nodiscard]] std::vector<user_record> board(period p, const period_starts& starts) const {
    std::vector<user_record> out;
    for (const auto& [id, _] : users_)
      out.push_back(*find(id, starts));
    std::sort(out.begin(), out.end(), [&](const auto& a, const auto& b) {
      const auto i = index_of(p);
      return a.score[i] != b.score[i] ? a.score[i] > b.score[i] : a.user_id > b.user_id;
    });
    return out;
  }

private:
  std::map<std::string, user_record> users_;
  std::map<std::string, std::int64_t> removals_;
  std::map<std::string, bool> seen_;
  bool rebuilding_ = false;
};

class RankCacheModel : public test::complete_rank_cache_suite {
protected:
  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_);
  }

  std::string any_id() { return ids_[below(ids_.size())]; }

  /// Usually the next version, sometimes one long past. Written around its version's time, so that
  /// starts fall before and after it.
  user_record any_record() {
    const auto version = below(4) == 0 ? 1 + static_cast<std::int64_t>(below(last_version_))
                                       : static_cast<std::int64_t>(++last_version_);
    const auto written = std::max<std::int64_t>(0, version - static_cast<std::int64_t>(below(50)));
    user_record out{any_id(), {}, written_at(written), version};
    for (auto& score : out.score)
      score = static_cast<std::int64_t>(below(12)); // many ties, many zeros
    return out;
  }

  void step() {
    const auto dice = below(1'000);
    if (dice < 700) {
      std::vector<user_record> batch(1 + below(5));
      for (auto& user : batch) {
        user = any_record();
        model.apply(user);
      }
      below(2) == 0 ? apply(batch) : load(batch);
    } else if (dice < 900) {
      const auto id = any_id();
      const auto version = 1 + static_cast<std::int64_t>(below(last_version_ + 3));
      model.remove(id, version);
      remove(id, version);
    } else if (dice < 960) {
      const auto p = all_periods[below(period_count)];
      const auto when = written_at(static_cast<std::int64_t>(last_version_ - below(20)));
      start(p, std::max(starts[index_of(p)], when));
    } else if (dice < 980) {
      model.begin_rebuild();
      cache->begin_rebuild().value();
    } else if (model.rebuilding()) {
      EXPECT_EQ(cache->finish_rebuild().value(), model.finish_rebuild(harness->sweeps()));
    } else if (dice > 995) {
      model.clear();
      cache->clear().value();
      rebuild({}); // boards of an incomplete cache may refuse to be read
    }
  }

  void compare_user() {
    const auto id = any_id();
    const auto expected = model.find(id, starts);
    const auto found = cache->find(id).value();
    ASSERT_EQ(found.has_value(), expected.has_value()) << id;
    if (found) {
      ASSERT_EQ(found->user, *expected);
    }
  }

  static void compare_entries(const std::vector<board_entry>& actual,
                              const std::vector<user_record>& expected, std::size_t first,
                              std::size_t last, period p) {
    ASSERT_EQ(actual.size(), last - first);
    for (std::size_t i = first; i < last; ++i) {
      ASSERT_EQ(actual[i - first].rank, i + 1);
      ASSERT_EQ(actual[i - first].user, expected[i]);
      ASSERT_EQ(actual[i - first].score, expected[i].score[index_of(p)]);
    }
  }

  void compare_board(period p) {
    const auto expected = model.board(p, starts);
    const auto total = expected.size();
    const auto offset = below(total + 3);
    const auto limit = below(20);
    const auto page = cache->top(p, offset, limit).value();
    ASSERT_EQ(page.total_users, total);
    const auto first = std::min(offset, total);
    ASSERT_NO_FATAL_FAILURE(
        compare_entries(page.entries, expected, first, std::min(first + limit, total), p));
    if (total == 0)
      return;

    const auto at = below(total);
    const auto& id = expected[at].user_id;
    const auto place = rank(id, p);
    ASSERT_EQ(place.rank, at + 1);
    ASSERT_EQ(place.score, expected[at].score[index_of(p)]);
    ASSERT_EQ(place.total_users, total);

    const auto around = cache->around(id, p, limit).value().value();
    ASSERT_EQ(around.total_users, total);
    ASSERT_NO_FATAL_FAILURE(compare_entries({around.self}, expected, at, at + 1, p));
    ASSERT_NO_FATAL_FAILURE(
        compare_entries(around.above, expected, at - std::min(limit, at), at, p));
    ASSERT_NO_FATAL_FAILURE(
        compare_entries(around.below, expected, at + 1, std::min(at + 1 + limit, total), p));
  }

  void run(unsigned seed, int steps, std::size_t more_users) {
    random_.seed(seed);
    for (std::size_t i = 0; i < more_users; ++i)
      ids_.push_back("user" + std::to_string(i));
    for (int i = 0; i < steps; ++i) {
      ASSERT_NO_FATAL_FAILURE(step());
      ASSERT_NO_FATAL_FAILURE(compare_user()) << "seed " << seed << " step " << i;
      ASSERT_NO_FATAL_FAILURE(compare_board(all_periods[below(period_count)]))
          << "seed " << seed << " step " << i;
    }
    for (auto p : all_periods) {
      const auto expected = model.board(p, starts);
      ASSERT_NO_FATAL_FAILURE(compare_entries(board(p).entries, expected, 0, expected.size(), p));
    }
    const auto state = cache->state().value();
    for (auto p : all_periods)
      EXPECT_EQ(state.members[index_of(p)], model.board(p, starts).size());
  }

  slow_cache model;

private:
  std::mt19937 random_;
  std::vector<std::string> ids_ = test::ids_in_many_scripts();
  std::size_t last_version_ = 1;
};
STANDINGS_OVER_RANK_CACHES(RankCacheModel);

TEST_P(RankCacheModel, RandomOperationsOnFewUsersGiveWhatTheModelGives) {
  run(1, 8'000, 0);
}

TEST_P(RankCacheModel, RandomOperationsOnManyUsersGiveWhatTheModelGives) {
  run(2, 3'000, 400);
}

} // namespace
} // namespace standings
