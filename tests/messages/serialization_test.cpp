#include "messages/internal/aliases.hpp"
#include "messages/internal/leaderboard.hpp"
#include "messages/leaderboard.hpp"
#include "tests/support/store_records.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <gtest/gtest.h>

#include <set>

namespace standings {
namespace {

/// A field that is missing in `inspect` is lost in transit.
class Serialization : public testing::Test {
protected:
  template <class T>
  T sent(T value) {
    std::vector<char> buffer;
    caf::binary_serializer sink{system_, buffer};
    EXPECT_FALSE(sink(value));
    T out;
    caf::binary_deserializer source{system_, buffer};
    EXPECT_FALSE(source(out));
    return out;
  }

  const user_record anna{"anna", {1, 2, 3, 4}, from_micros(5), 6};
  const user_record ben{"ben", {10, 20, 30, 40}, from_micros(50), 60};

private:
  caf::actor_system_config config_;
  caf::actor_system system_{config_};
};

TEST_F(Serialization, KeepsAUser) {
  EXPECT_EQ(sent(anna), anna);
}

TEST_F(Serialization, KeepsAnIncrement) {
  const score_update update{"anna", 7, "key"};
  EXPECT_EQ(sent(update), update);
  const auto batch = sent(update_scores{{update, {"ben", 1, {}}}});
  EXPECT_EQ(batch.updates, (std::vector<score_update>{update, {"ben", 1, {}}}));
}

TEST_F(Serialization, KeepsACachedUser) {
  const auto out = sent(cached_user{anna, from_micros(9)});
  EXPECT_EQ(out.user, anna);
  EXPECT_EQ(out.cached_at, from_micros(9));
}

TEST_F(Serialization, KeepsAnOutcome) {
  const update_outcome in{errc::score_overflow, "why", anna, from_micros(9), true, true};
  const auto out = sent(in);
  EXPECT_EQ(out.code, in.code);
  EXPECT_EQ(out.detail, in.detail);
  EXPECT_EQ(out.user, in.user);
  EXPECT_EQ(out.cached_at, in.cached_at);
  EXPECT_TRUE(out.cache_pending);
  EXPECT_TRUE(out.replayed);
}

TEST_F(Serialization, KeepsABoard) {
  const auto out = sent(board_page{9, {{3, 7, anna}, {4, 5, ben}}});
  EXPECT_EQ(out.total_users, 9U);
  EXPECT_EQ(test::ranks_of(out.entries), (std::vector<std::uint64_t>{3, 4}));
  EXPECT_EQ(test::scores_of(out.entries), (std::vector<std::int64_t>{7, 5}));
  ASSERT_EQ(out.entries.size(), 2U);
  EXPECT_EQ(out.entries[0].user, anna);
  EXPECT_EQ(out.entries[1].user, ben);
}

TEST_F(Serialization, KeepsAnAliasCycle) {
  alias_cycle in;
  in.started_at = from_micros(9);
  in.duration = std::chrono::microseconds{8};
  in.reason = alias_cycle_reason::periodic;
  in.source_missing = true;
  in.error = "why";
  in.tables = {{alias_type::league, 1, 2, 3, 4, 5, 6, 7, "error", {"a", "b"}}};
  const auto out = sent(in);
  EXPECT_EQ(out.started_at, in.started_at);
  EXPECT_EQ(out.duration, in.duration);
  EXPECT_EQ(out.reason, in.reason);
  EXPECT_TRUE(out.source_missing);
  EXPECT_EQ(out.error, "why");
  ASSERT_EQ(out.tables.size(), 1U);
  const auto& table = out.tables[0];
  EXPECT_EQ(table.type, alias_type::league);
  EXPECT_EQ((std::vector{table.total, table.added, table.updated, table.deleted, table.invalid,
                         table.failed, table.foreign}),
            (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(table.error, "error");
  EXPECT_EQ(table.problems, (std::vector<std::string>{"a", "b"}));
}

TEST_F(Serialization, KeepsTheStateOfTheAliasMirror) {
  aliases_status in;
  in.enabled = in.running = in.syncing = true;
  in.reason = "reason";
  in.source = "source";
  in.interval = std::chrono::milliseconds{1};
  in.next_in = std::chrono::milliseconds{2};
  in.cycles = 3;
  in.history.resize(4);
  const auto out = sent(in);
  EXPECT_TRUE(out.enabled && out.running && out.syncing);
  EXPECT_EQ(out.reason, "reason");
  EXPECT_EQ(out.source, "source");
  EXPECT_EQ(out.interval, in.interval);
  EXPECT_EQ(out.next_in, in.next_in);
  EXPECT_EQ(out.cycles, 3U);
  EXPECT_EQ(out.history.size(), 4U);
}

TEST_F(Serialization, KeepsQuestionsAndAnswersOnNames) {
  const auto question = sent(resolve_names{"t", "p"});
  EXPECT_EQ(question.team, "t");
  EXPECT_EQ(question.player, "p");
  const auto answer = sent(resolved_names{{"1"}, {"2", "3"}, true});
  EXPECT_EQ(answer.team_ids, (std::vector<std::string>{"1"}));
  EXPECT_EQ(answer.player_ids, (std::vector<std::string>{"2", "3"}));
  EXPECT_TRUE(answer.cached);
  EXPECT_TRUE(sent(sync_aliases{true}).release);
  const auto how = sent(run_alias_cycle{true, true});
  EXPECT_TRUE(how.full && how.release);
}

TEST(AliasCycleReason, HasAUniqueNameForEachReason) {
  std::set<std::string> names;
  for (const auto reason : {alias_cycle_reason::unchanged, alias_cycle_reason::first,
                            alias_cycle_reason::source_changed, alias_cycle_reason::cache_lost,
                            alias_cycle_reason::periodic, alias_cycle_reason::requested})
    EXPECT_TRUE(names.insert(to_string(reason)).second) << to_string(reason);
}

TEST(ChildState, HasAUniqueNameForEachState) {
  std::set<std::string> names;
  for (const auto state : {child_state::starting, child_state::running, child_state::backing_off,
                           child_state::parked, child_state::stopped})
    EXPECT_TRUE(names.insert(to_string(state)).second) << to_string(state);
}

} // namespace
} // namespace standings
