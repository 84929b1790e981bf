#include "tests/support/both_stores.hpp"
#include "tests/support/store_times.hpp"
#include "tests/support/user_reconciler_suite.hpp"

#include <random>

namespace standings {
namespace {

using test::at;

/// What other programs do to the keys in Redis, and how it is handled.
class UserReconcilerForeign : public test::user_reconciler_suite {
protected:
  test::redis_cache_harness& redis() { return dynamic_cast<test::redis_cache_harness&>(*cached); }
  test::postgres_store_harness& postgres() {
    return dynamic_cast<test::postgres_store_harness&>(*database);
  }

  void zadd(const std::string& board, const std::string& score, const std::string& id) {
    const auto key = "leaderboard:" + board;
    redis().command({"ZADD", key, score, id});
  }

  void set_details(const std::string& id, const std::string& text) {
    const auto key = "user:details:" + id;
    redis().command({"SET", key, text});
  }

  /// Details as a Python script's `json.dumps` writes them, without a version.
  static std::string python_details(const std::string& id, std::int64_t score, sys_time when) {
    auto time = to_iso8601(when);
    time.replace(time.size() - 1, 1, "+00:00");
    const auto s = std::to_string(score);
    return R"({"user_id": ")" + id + R"(", "daily_pomo": )" + s + R"(, "weekly_pomo": )" + s
           + R"(, "monthly_pomo": )" + s + R"(, "yearly_pomo": )" + s + R"(, "updated_at": ")"
           + time + R"(", "cached_at": ")" + time + R"("})";
  }

  void write_as_python(const std::string& id, std::int64_t score, sys_time when) {
    for (const auto& board : test::board_names)
      zadd(board, std::to_string(score), id);
    set_details(id, python_details(id, score, when));
  }

  sys_time now() { return rows.starts().value().second; }

  /// Compares row by row and key by key, in all formats.
  void expect_same_in_both() {
    EXPECT_EQ(test::cache_difference(redis().server().port(), postgres().options().url), "");
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, UserReconcilerForeign, testing::Values(test::store_pairs().at(1)),
                         [](const auto& with) { return with.param.name; });

TEST_P(UserReconcilerForeign, TakesOverWhatAPythonScriptWrote) {
  score("anna", 1);
  const auto when = now();
  write_as_python("anna", 7, when);
  expect_counts(compare_everyone().counts, {{"checked", 1}, {"updated", 1}});
  EXPECT_EQ(row("anna").score, (scores{7, 7, 7, 7}));
  EXPECT_EQ(row("anna").updated_at, when);
  expect_same_in_both(); // it has a version now
  next_run();
  expect_counts(compare_everyone().counts, {{"in_sync", 1}});
}

TEST_P(UserReconcilerForeign, CreatesWhomAPythonScriptAdded) {
  const auto when = now() - std::chrono::minutes{3};
  write_as_python("anna", 7, when);
  expect_counts(compare_everyone().counts, {{"checked", 1}, {"created", 1}});
  EXPECT_EQ(row("anna").score, (scores{7, 7, 7, 7}));
  EXPECT_EQ(row("anna").updated_at, when);
  expect_same_in_both();
}

TEST_P(UserReconcilerForeign, HealsWhatAScriptWroteBeforeTheRow) {
  const auto anna = score("anna", 1);
  write_as_python("anna", 7, anna.updated_at - std::chrono::seconds{1});
  expect_counts(compare().counts, {{"healed", 1}});
  EXPECT_EQ(row("anna"), anna);
  expect_same_in_both();
}

TEST_P(UserReconcilerForeign, TakesOverWhatWasWrittenToDetailsThatKeepTheirVersion) {
  score("anna", 1);
  auto text = view("anna").token;
  text.replace(text.find("\"weekly_pomo\":1"), 15, "\"weekly_pomo\":8");
  set_details("anna", text);
  expect_counts(compare().counts, {{"updated", 1}});
  EXPECT_EQ(row("anna").score, (scores{1, 8, 1, 1}));
  expect_same_in_both();
}

TEST_P(UserReconcilerForeign, TakesOverWhatWasWrittenToABoardAlone) {
  score("anna", 1);
  redis().command({"ZINCRBY", "leaderboard:daily", "4", "anna"});
  expect_counts(compare().counts, {{"updated", 1}});
  EXPECT_EQ(row("anna").score, (scores{5, 1, 1, 1}));
  expect_same_in_both();
}

TEST_P(UserReconcilerForeign, FindsStrangersOnOneBoardOrInDetailsAlone) {
  zadd("weekly", "7", "on a board");
  set_details("in details", python_details("in details", 3, now()));
  expect_counts(compare_everyone().counts, {{"checked", 2}, {"created", 2}});
  EXPECT_EQ(row("on a board").score, (scores{0, 7, 0, 0}));
  EXPECT_EQ(row("in details").score, (scores{3, 3, 3, 3}));
  expect_same_in_both();
}

TEST_P(UserReconcilerForeign, HealsKnownUsersOfLostAndUnreadablePieces) {
  for (const auto* id : {"a", "b", "c", "d", "e"})
    score(id, 5);
  redis().command({"DEL", "user:details:a"});
  redis().command({"ZREM", "leaderboard:yearly", "b"});
  set_details("c", "not JSON");
  redis().command({"DEL", "user:details:d"});
  redis().command({"SADD", "user:details:d", "another type"});
  set_details("e", python_details("e", 9, now()).replace(0, 1, "["));
  const auto before = store->scan({}, 10).value();
  expect_counts(compare_everyone().counts, {{"checked", 5}, {"healed", 5}});
  EXPECT_EQ(store->scan({}, 10).value(), before);
  const auto aside = redis().command({"KEYS", "user:details:d:foreign:*"});
  ASSERT_EQ(aside.size(), 1U);
  EXPECT_EQ(redis().command({"SISMEMBER", aside[0].text(), "another type"}).integer(), 1);
  redis().command({"DEL", aside[0].text()});
  expect_same_in_both();
}

TEST_P(UserReconcilerForeign, ScoresThatCannotBeReadLowerNothing) {
  const auto anna = score("anna", 5);
  const auto time = to_iso8601(now());
  for (const std::string& piece : {std::string{R"("daily_pomo":null,)"}, std::string{}}) {
    set_details("anna", R"({"user_id":"anna",)" + piece
                            + R"("weekly_pomo":9,"monthly_pomo":9,"yearly_pomo":9,"updated_at":")"
                            + time + R"("})");
    next_run();
    expect_counts(compare_everyone().counts, {{"healed", 1}});
    EXPECT_EQ(row("anna"), anna);
    expect_same_in_both();
  }
}

TEST_P(UserReconcilerForeign, ForeignScoresAreLeftWhereTheyAreOnBothSides) {
  const auto anna = score("anna", 5);
  const auto ben = score("ben", 5);
  zadd("daily", "7.5", "anna");
  zadd("weekly", "inf", "stranger");
  auto text = python_details("ben", 9, now());
  text.replace(text.find("9"), 1, "9.5");
  set_details("ben", text);
  const auto found = compare_everyone();
  expect_counts(found.counts, {{"checked", 3}, {"quarantined", 3}});
  for (const auto& user : found.quarantined)
    EXPECT_TRUE(user.reason.starts_with("left alone: ")) << user.reason;
  EXPECT_EQ(row("anna"), anna);
  EXPECT_EQ(row("ben"), ben);
  EXPECT_FALSE(has_row("stranger"));
  EXPECT_EQ(redis().command({"ZSCORE", "leaderboard:daily", "anna"}).text(), "7.5");
  EXPECT_EQ(redis().command({"ZSCORE", "leaderboard:weekly", "stranger"}).text(), "inf");
  EXPECT_EQ(view("ben").token, text);
  score("anna", 1); // the service's own write counts from the row
  EXPECT_EQ(redis().command({"ZSCORE", "leaderboard:daily", "anna"}).text(), "6");
}

TEST_P(UserReconcilerForeign, ScoresAsTextAndTheNoiseOfSumsAreTakenOver) {
  auto text = python_details("texts", 7, now());
  for (std::size_t at = 0; (at = text.find(": 7", at)) != std::string::npos; at += 5)
    text.replace(at, 3, ": \"7\"");
  set_details("texts", text);
  for (const auto& board : test::board_names)
    zadd(board, "1000009.9999999999", "noise");
  expect_counts(compare_everyone().counts, {{"checked", 2}, {"created", 2}});
  EXPECT_EQ(row("texts").score, (scores{7, 7, 7, 7}));
  EXPECT_EQ(row("noise").score, (scores{1'000'010, 1'000'010, 1'000'010, 1'000'010}));
  expect_same_in_both();
}

TEST_P(UserReconcilerForeign, QuarantinesStrangersItCannotReadAndGoesOn) {
  set_details("unreadable", "not JSON");
  write_as_python("too high", score_limit, now());
  zadd("daily", "-1", "negative");
  write_as_python("good", 7, now());
  const auto found = compare_everyone();
  expect_counts(found.counts, {{"checked", 4}, {"created", 1}, {"quarantined", 3}});
  EXPECT_EQ(found.quarantined.size(), 3U);
  EXPECT_EQ(store->count().value(), 1U);
  EXPECT_EQ(view("unreadable").token, "not JSON"); // untouched
  expect_in_both("good");
}

TEST_P(UserReconcilerForeign, QuarantinesIdsThatAreNotValidWithTheirBytesEscaped) {
  const std::map<std::string, std::string> escaped{
      {std::string{"nul\0", 4}, "nul\\x00"},
      {"tab\t", "tab\\x09"},
      {"\xff\xfe", "\\xff\\xfe"},
      {"", ""},
      {"back\\slash\n", "back\\x5cslash\\x0a"},
      {std::string(129, 'x'), std::string(129, 'x')},
  };
  for (const auto& [id, _] : escaped)
    zadd("daily", "7", id);
  zadd("daily", "7", "good");
  const auto found = compare_everyone();
  expect_counts(found.counts,
                {{"checked", escaped.size() + 1}, {"created", 1}, {"quarantined", escaped.size()}});
  std::set<std::string> expected;
  std::set<std::string> actual;
  for (const auto& [_, text] : escaped)
    expected.insert(text);
  for (const auto& user : found.quarantined)
    actual.insert(user.user_id);
  EXPECT_EQ(actual, expected);
  const auto journal = database->open_journal();
  ASSERT_TRUE(journal->quarantine(found.quarantined)); // they can be stored
  EXPECT_EQ(journal->count_quarantined().value(), escaped.size());
}

TEST_P(UserReconcilerForeign, OnlyAWriteAfterTheDeletionBringsAUserBack) {
  for (const auto* id : {"before", "after", "undated"}) {
    score(id, 1);
    cache->remove(id, store->remove(id, "admin").value().value()).value();
  }
  write_as_python("before", 7, now() - std::chrono::minutes{1});
  write_as_python("after", 7, now() + std::chrono::milliseconds{1});
  zadd("daily", "7", "undated");
  expect_counts(compare_everyone().counts, {{"checked", 3}, {"created", 1}, {"removed", 2}});
  expect_in_neither("before");
  expect_in_neither("undated");
  EXPECT_EQ(row("after").score, (scores{7, 7, 7, 7}));
  expect_same_in_both();
}

TEST_P(UserReconcilerForeign, AScriptThatWritesMeanwhileIsNotOverwritten) {
  score("anna", 1);
  write_as_python("anna", 7, now());
  audit.before_write = [&] {
    write_as_python("anna", 8, now());
    audit.before_write = [] {
    };
  };
  compare();
  EXPECT_EQ(row("anna").score[0], 7);
  EXPECT_EQ(view("anna").details.value().score[0], 8);
  next_run();
  expect_counts(compare().counts, {{"updated", 1}});
  EXPECT_EQ(row("anna").score[0], 8);
  expect_same_in_both();
}

TEST_P(UserReconcilerForeign, AResetAfterTheLookCoversWhatABoardAloneShowed) {
  score("anna", 1);
  zadd("daily", "9", "anna");
  zadd("daily", "9", "stranger");
  rows.before_write = [&] {
    store->reset(period::daily).value();
  };
  expect_counts(compare().counts, {{"updated", 1}});
  EXPECT_EQ(row("anna").score[0], 0);
  expect_counts(compare_cache_only_users().counts, {{"created", 1}});
  EXPECT_EQ(row("stranger").score[0], 0);
}

/// The service was down when the day began, so the board was not zeroed.
TEST_P(UserReconcilerForeign, ABoardOfYesterdayDoesNotCountToday) {
  postgres().use_calendar(calendar{});
  const auto today = postgres().open();
  const auto yesterday = now() - std::chrono::hours{48};
  today->put(std::vector<user_record>{{"anna", {5, 5, 5, 5}, yesterday, 0}}).value();
  auto shown = row("anna"); // without a calendar: all of it counts
  ASSERT_EQ(shown.score[0], 5);
  cache->apply(std::vector{shown}).value();

  const auto calendar_rows = postgres().open_rows();
  user_reconciler after_midnight{*calendar_rows, audit, *cache};
  expect_counts(after_midnight.compare(run, id_range{}).value().counts, {{"in_sync", 1}});
  EXPECT_EQ(today->find("anna").value()->score[0], 0);
}

/// After any damage, one run makes both stores equal again.
TEST_P(UserReconcilerForeign, AnyDamageIsRepairedByOneRun) {
  std::mt19937 random{20260310};
  const auto below = [&](int n) {
    return std::uniform_int_distribution<int>{0, n - 1}(random);
  };
  const auto name = [&] {
    return "user" + std::to_string(below(40));
  };
  for (int round = 0; round < 15; ++round) {
    for (int i = 0; i < 40; ++i) {
      const auto id = name();
      const auto details_key = "user:details:" + id;
      const auto board_key = "leaderboard:" + test::board_names[static_cast<std::size_t>(below(4))];
      switch (below(9)) {
      case 0:
        score(id, 1 + below(5));
        break;
      case 1:
        score_without_cache(id, 1 + below(5));
        break;
      case 2:
        write_as_python(id, below(50), now());
        break;
      case 3:
        redis().command({"DEL", details_key});
        break;
      case 4:
        redis().command({"ZREM", board_key, id});
        break;
      case 5:
        redis().command({"ZINCRBY", board_key, "3", id});
        break;
      case 6:
        if (const auto removed = store->remove(id, "admin").value(); removed && below(2) == 0)
          cache->remove(id, *removed).value();
        break;
      case 7:
        set_details(id, python_details(id, below(50), now() - std::chrono::hours{below(3)}));
        break;
      default:
        if (has_row(id)) // without a row it would be left alone, in quarantine
          set_details(id, "{\"user_id\"");
      }
    }
    next_run("run-" + std::to_string(round));
    compare_everyone();
    next_run("again-" + std::to_string(round));
    const auto again = compare_everyone();
    EXPECT_EQ(again.counts.in_sync + again.counts.quarantined, again.counts.checked) << round;
    for (const auto& user : again.quarantined) // a row was deleted while the details cannot be read
      redis().command({"DEL", "user:details:" + user.user_id});
    for (const auto& user : store->scan({}, 100).value()) {
      const auto seen = view(user.user_id);
      ASSERT_TRUE(seen.details) << user.user_id << " in round " << round;
      ASSERT_EQ(seen.details->score, user.score) << user.user_id << " in round " << round;
      for (std::size_t p = 0; p < period_count; ++p)
        ASSERT_EQ(seen.board[p], std::optional{user.score[p]}) << user.user_id << ' ' << round;
    }
  }
}

} // namespace
} // namespace standings
