#include "tests/support/score_store_suite.hpp"

namespace standings {
namespace {

using test::score_store_suite;

constexpr auto event_id = "7b1c9c3e-0000-4000-8000-000000000001";

class HistoryStore : public score_store_suite {
protected:
  void open_event(std::int64_t raised_to, const std::string& id = event_id) {
    history_event event;
    event.id = id;
    event.reason = "a dump was restored";
    event.raised_to = raised_to;
    history->open_event(event).value();
  }

  /// What the cache had of a user when the row had `base`.
  static lost_state lost(const user_record& cached, const scores& base) { return {cached, base}; }

  void keep(const std::vector<lost_state>& states) {
    history->keep(event_id, "a dump was restored", states).value();
  }

  recovered_page recover(bool dry_run = false) {
    return history->recover(event_id, {}, 100, dry_run).value().value();
  }

  std::unique_ptr<history_store> history = harness->open_history();
};

TEST_P(HistoryStore, TellsTheSequenceAndTheHighestVersionOfTheRows) {
  EXPECT_EQ(history->marks(true).value().highest, 0);
  const auto last = add("anna", 1).user.version;
  const auto marks = history->marks(true).value();
  EXPECT_EQ(marks.sequence, last);
  EXPECT_EQ(marks.highest, last);
  EXPECT_FALSE(history->marks(false).value().highest);
  EXPECT_EQ(history->marks(false).value().identity, marks.identity);
}

TEST_P(HistoryStore, TheArchiveCountsAmongTheRows) {
  add("anna", 1);
  const auto deleted = store->remove("anna", "admin").value().value();
  EXPECT_EQ(history->marks(true).value().highest, deleted);
}

TEST_P(HistoryStore, AnEventRaisesTheSequenceAboveWhatWasSeen) {
  add("anna", 1);
  open_event(5'000);
  EXPECT_GE(history->marks(false).value().sequence, 5'000);
  EXPECT_EQ(history->marks(true).value().highest, 5'000);
  EXPECT_GT(add("anna", 1).user.version, 5'000);
}

TEST_P(HistoryStore, TheSequenceIsNeverLowered) {
  open_event(5'000);
  open_event(100, "7b1c9c3e-0000-4000-8000-000000000002");
  EXPECT_GT(add("anna", 1).user.version, 5'000);
}

TEST_P(HistoryStore, OfTwoInstancesThatNoticeTheSameOneOpensTheEvent) {
  open_event(5'000);
  open_event(5'000, "7b1c9c3e-0000-4000-8000-000000000002");
  EXPECT_EQ(history->events(10).value().size(), 1U);
}

TEST_P(HistoryStore, AnEventStaysOpenUntilItIsClosed) {
  EXPECT_FALSE(history->find_open().value());
  open_event(10);
  const auto found = harness->open_history()->find_open().value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, event_id);
  EXPECT_EQ(found->reason, "a dump was restored");
  EXPECT_TRUE(found->open);
  history->close_events().value();
  EXPECT_FALSE(history->find_open().value());
  EXPECT_EQ(history->events(10).value().size(), 1U);
}

TEST_P(HistoryStore, KeepsTheNewestStateOfEachUser) {
  const auto row = add("anna", 1).user;
  for (const std::int64_t version : {50, 70, 60}) {
    auto state = row;
    state.version = version;
    keep({lost(state, row.score)});
  }
  const auto events = history->events(10).value();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].id, event_id);
  EXPECT_EQ(events[0].states, 1U);
  EXPECT_EQ(events[0].recovered, 0U);
  EXPECT_FALSE(events[0].open) << "states outside an event need no rebuild";
}

TEST_P(HistoryStore, RecoversWhatWasLostOnTopOfWhatHasCountedSince) {
  const auto restored = add("anna", 10).user;
  auto cached = restored;
  cached.score = {14, 14, 14, 14};
  cached.version += 400;
  open_event(cached.version);
  keep({lost(cached, restored.score)});
  const auto since = add("anna", 100).user;

  const auto page = recover();
  ASSERT_EQ(page.users.size(), 1U);
  EXPECT_TRUE(page.done);
  EXPECT_EQ(page.users[0].score, (scores{114, 114, 114, 114}));
  EXPECT_EQ(get("anna"), page.users[0]);
  EXPECT_GT(page.users[0].version, since.version);
}

TEST_P(HistoryStore, EachStateIsRecoveredOnce) {
  const auto restored = add("anna", 10).user;
  auto cached = restored;
  cached.score = {14, 14, 14, 14};
  keep({lost(cached, restored.score)});
  recover();
  EXPECT_TRUE(recover().users.empty());
  EXPECT_EQ(get("anna").score[0], 14);
  EXPECT_EQ(history->events(10).value().at(0).recovered, 1U);
}

TEST_P(HistoryStore, ADryRunShowsTheSameAndChangesNothing) {
  const auto restored = add("anna", 10).user;
  auto cached = restored;
  cached.score = {14, 13, 12, 11};
  keep({lost(cached, restored.score)});
  const auto page = recover(true);
  ASSERT_EQ(page.users.size(), 1U);
  EXPECT_EQ(page.users[0].score, (scores{14, 13, 12, 11}));
  EXPECT_EQ(get("anna"), restored);
  EXPECT_EQ(recover().users.size(), 1U);
}

TEST_P(HistoryStore, BringsUsersBackWhomTheDatabaseDoesNotKnow) {
  const user_record cached{"ben", {4, 5, 6, 7}, now(), 99};
  keep({lost(cached, {})});
  recover();
  EXPECT_EQ(get("ben").score, cached.score);
}

TEST_P(HistoryStore, RecoversNobodyWhoWasDeletedSince) {
  auto cached = add("anna", 10).user;
  cached.score = {14, 14, 14, 14};
  open_event(cached.version + 1);
  keep({lost(cached, {10, 10, 10, 10})});
  store->remove("anna", "admin").value();
  EXPECT_TRUE(recover().users.empty());
  EXPECT_FALSE(knows("anna"));
}

TEST_P(HistoryStore, AScoreOfAPeriodThatHasEndedSinceIsNotRecovered) {
  auto cached = add("anna", 10).user;
  cached.score = {14, 14, 14, 14};
  keep({lost(cached, {10, 10, 10, 10})});
  store->reset(period::daily).value();
  recover();
  EXPECT_EQ(get("anna").score, (scores{0, 14, 14, 14}));
}

TEST_P(HistoryStore, NothingIsLoweredByRecovering) {
  auto cached = add("anna", 10).user;
  cached.score = {3, 3, 3, 3};
  keep({lost(cached, {10, 10, 10, 10})});
  recover();
  EXPECT_EQ(get("anna").score[0], 10);
}

TEST_P(HistoryStore, RecoversAPageAtATime) {
  std::vector<lost_state> states;
  for (const auto* id : {"a", "b", "c"})
    states.push_back(lost({id, {1, 1, 1, 1}, now(), 9}, {}));
  keep(states);
  const auto first = history->recover(event_id, {}, 2, false).value().value();
  EXPECT_EQ(first.users.size(), 2U);
  EXPECT_FALSE(first.done);
  const auto rest = history->recover(event_id, first.last, 2, false).value().value();
  EXPECT_EQ(rest.users.size(), 1U);
  EXPECT_TRUE(rest.done);
}

TEST_P(HistoryStore, ForgetsWhatWasClosedMonthsAgoButNotTheHighestVersion) {
  constexpr auto second = "7b1c9c3e-0000-4000-8000-000000000002";
  constexpr auto third = "7b1c9c3e-0000-4000-8000-000000000003";
  const auto start = now();
  harness->set_time(start);
  history = harness->open_history();
  open_event(5'000);
  keep({lost({"anna", {1, 1, 1, 1}, now(), 9}, {})});
  history->close_events().value();
  open_event(9'000, second);
  harness->set_time(start + std::chrono::hours{24 * (kept_days - 1)});
  history->close_events().value();
  EXPECT_EQ(history->events(10).value().size(), 2U);

  harness->set_time(start + std::chrono::hours{24 * (kept_days + 1)});
  history->keep(third, "again", std::vector{lost({"ben", {1, 1, 1, 1}, now(), 9}, {})}).value();
  const auto left = history->events(10).value();
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].id, third);
  EXPECT_EQ(left[1].id, second) << "every version since is above its";
  EXPECT_FALSE(history->recover(event_id, {}, 10, false).value());
}

TEST_P(HistoryStore, AnEventThatWasOpenForMonthsCanBeRecoveredWhenItIsClosed) {
  const auto start = now();
  harness->set_time(start);
  history = harness->open_history();
  open_event(5'000);
  keep({lost({"anna", {1, 1, 1, 1}, now(), 9}, {})});
  open_event(9'000, "7b1c9c3e-0000-4000-8000-000000000002");
  harness->set_time(start + std::chrono::hours{24 * (kept_days + 1)});
  history->close_events().value();
  EXPECT_TRUE(history->recover(event_id, {}, 10, false).value());
}

TEST_P(HistoryStore, AnUnknownEventIsToldApart) {
  EXPECT_FALSE(history->recover("7b1c9c3e-0000-4000-8000-00000000000f", {}, 10, false).value());
}

STANDINGS_OVER_SCORE_STORES(HistoryStore);

} // namespace
} // namespace standings
