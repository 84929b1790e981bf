#include "tests/support/session_store_harness.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace standings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

session_message message(const std::string& sender, const std::string& content,
                        std::optional<std::int64_t> at_us = std::nullopt,
                        const std::string& id = {}) {
  session_message out{sender, {}, content, {}, id};
  if (at_us)
    out.sent_at = from_micros(*at_us);
  return out;
}

session_record session(const std::string& id, std::vector<session_message> messages,
                       const std::string& group = {}) {
  return {id, group, {}, {}, std::move(messages)};
}

class SessionStore : public testing::TestWithParam<test::session_store_backend> {
protected:
  std::vector<session_change> upsert(const std::vector<session_record>& sessions) {
    return store->upsert(sessions).value();
  }

  session_record get(const std::string& id) {
    const std::array one{id};
    return store->read(one).value().at(0);
  }

  std::vector<std::string> contents(const std::string& id) {
    std::vector<std::string> out;
    for (const auto& m : get(id).messages)
      out.push_back(m.content);
    return out;
  }

  session_counts counts() { return store->counts().value(); }

  std::unique_ptr<test::session_store_harness> harness = GetParam().make();
  std::unique_ptr<session_store> store = harness->open();
};

TEST_P(SessionStore, GivesBackWhatWasStored) {
  const session_record full{
      "s1",
      "dev \"quoted\" \\ {,}",
      from_micros(1'700'000'000'123'456),
      from_micros(-5'000'001),
      {{"ann", "Ann", "line\nbreak, \"quotes\" and \\", from_micros(253'402'300'799'999'999), "m1"},
       {"bob", "", "", std::nullopt, ""},
       {"ann", "Ann", "NULL", from_micros(0), ""}}};
  EXPECT_THAT(upsert({full}), ElementsAre(session_change{true, true, 3}));
  EXPECT_EQ(get("s1"), full);
}

TEST_P(SessionStore, TwiceTheSameAddsAndChangesNothing) {
  const std::vector<session_record> batch{
      session("s1",
              {message("ann", "x", 1), message("ann", "x", 2), message("ann", "x"),
               message("bob", "x"), message("ann", "x", 1, "m1"), message("ann", "x", 1, "m2")},
              "dev"),
      session("s2", {message("ann", "x", 1), message("ann", "x", 1, "m1")}, "dev")};
  EXPECT_THAT(upsert(batch),
              ElementsAre(session_change{true, true, 6}, session_change{true, true, 2}));
  EXPECT_THAT(upsert(batch),
              ElementsAre(session_change{false, false, 0}, session_change{false, false, 0}));
  EXPECT_EQ(counts().messages, 8U);
  EXPECT_EQ(counts().users, 2U);
  EXPECT_EQ(counts().groups, 1U);
  EXPECT_EQ(counts().sessions, 2U);
}

TEST_P(SessionStore, AddsMessagesInTheirOrder) {
  std::vector<session_message> all;
  std::vector<std::string> expected;
  for (int i = 0; i < 50; ++i) {
    expected.push_back("text " + std::to_string((i * 37) % 50));
    all.push_back(message("ann", expected.back()));
  }
  upsert({session("s1", {all.begin(), all.begin() + 20})});
  upsert({session("s1", all)});
  EXPECT_EQ(contents("s1"), expected);
}

TEST_P(SessionStore, AnAppendedMessageIsOneMoreRow) {
  upsert({session("s1", {message("ann", "one", 1)})});
  EXPECT_THAT(upsert({session("s1", {message("ann", "one", 1), message("bob", "two", 2)})}),
              ElementsAre(session_change{false, true, 1}));
  EXPECT_THAT(contents("s1"), ElementsAre("one", "two"));
}

TEST_P(SessionStore, KeepsWhatTheSourceNoLongerTells) {
  session_record full = session("s1", {message("ann", "one"), message("ann", "two")}, "dev");
  full.created_at = from_micros(1);
  full.updated_at = from_micros(2);
  upsert({full});
  EXPECT_THAT(upsert({session("s1", {message("ann", "two")})}),
              ElementsAre(session_change{false, false, 0}));
  EXPECT_EQ(get("s1"), full);
}

TEST_P(SessionStore, TakesOverChangedFields) {
  session_record was = session("s1", {}, "dev");
  was.created_at = from_micros(1);
  upsert({was});
  session_record now = session("s1", {}, "ops");
  now.created_at = from_micros(1);
  now.updated_at = from_micros(9);
  EXPECT_THAT(upsert({now}), ElementsAre(session_change{false, true, 0}));
  EXPECT_EQ(get("s1"), now);
}

TEST_P(SessionStore, AMessageWithAnIdFollowsItsContent) {
  upsert({session("s1", {message("ann", "teh", 1, "m1"), message("ann", "next", 2, "m2")})});
  EXPECT_THAT(
      upsert({session("s1", {message("ann", "the", 1, "m1"), message("ann", "next", 2, "m2")})}),
      ElementsAre(session_change{false, true, 0}));
  EXPECT_THAT(contents("s1"), ElementsAre("the", "next"));
}

TEST_P(SessionStore, AMessageThatIsGivenItsIdLaterIsOneRow) {
  upsert(
      {session("s1", {message("ann", "one", 1), message("ann", "two"), message("bob", "x", 3)})});
  EXPECT_THAT(
      upsert({session("s1", {message("ann", "one", 1, "m1"), message("ann", "two", {}, "m2"),
                             message("bob", "x", 3), message("bob", "new", 4, "m4")})}),
      ElementsAre(session_change{false, true, 1}));
  EXPECT_THAT(contents("s1"), ElementsAre("one", "two", "x", "new")) << "in their order";
  EXPECT_EQ(get("s1").messages[0].message_id, "m1");
  EXPECT_EQ(get("s1").messages[1].message_id, "m2");
  upsert({session("s1", {message("ann", "one, corrected", 1, "m1")})});
  EXPECT_THAT(contents("s1"), ElementsAre("one, corrected", "two", "x", "new"));
}

TEST_P(SessionStore, AMessageWhoseIdIsTakenAwayIsOneRow) {
  const auto with =
      session("s1", {message("ann", "one", 1, "m1"), message("ann", "two", {}, "m2")});
  const auto without = session("s1", {message("ann", "one", 1), message("ann", "two")});
  upsert({with});
  EXPECT_THAT(upsert({without}), ElementsAre(session_change{false, false, 0}));
  EXPECT_EQ(counts().messages, 2U);
  EXPECT_THAT(upsert({with}), ElementsAre(session_change{false, false, 0}));
  EXPECT_EQ(get("s1"), with);
}

TEST_P(SessionStore, ManyMessagesMayGetAndLoseTheirIdsAtOnce) {
  session_record with = session("s1", {});
  session_record without = session("s1", {});
  for (int i = 0; i < 1'000; ++i) {
    with.messages.push_back(
        message("ann", "text " + std::to_string(i % 100), i / 100, "m" + std::to_string(i)));
    without.messages.push_back(message("ann", "text " + std::to_string(i % 100), i / 100));
  }
  upsert({without});
  EXPECT_THAT(upsert({with}), ElementsAre(session_change{false, true, 0}));
  EXPECT_EQ(get("s1"), with);
  EXPECT_THAT(upsert({without}), ElementsAre(session_change{false, false, 0}));
  EXPECT_EQ(counts().messages, 1'000U);
}

TEST_P(SessionStore, TwinsThatStandSideBySideStayTwo) {
  const auto both = session("s1", {message("ann", "x", 1), message("ann", "x", 1, "m1")});
  upsert({session("s1", {message("ann", "x", 1)})});
  EXPECT_THAT(upsert({both}), ElementsAre(session_change{false, true, 1}));
  EXPECT_THAT(upsert({both}), ElementsAre(session_change{false, false, 0}));
  upsert({session("s2", {message("ann", "x", 1, "m1")})});
  upsert({session("s2", both.messages)});
  EXPECT_EQ(counts().messages, 4U);
}

TEST_P(SessionStore, ANewSenderAndTimeUnderAnIdReplaceTheOld) {
  upsert({session("s1", {message("ann", "x", 1, "m1")})});
  const auto now = session("s1", {message("zoe", "x", 2, "m1")});
  EXPECT_THAT(upsert({now}), ElementsAre(session_change{false, true, 0}));
  EXPECT_EQ(get("s1"), now);
}

TEST_P(SessionStore, NamesUsersOnceTheirNameIsTold) {
  upsert({session("s1", {message("ann", "x")})});
  auto named = message("ann", "y");
  named.sender_name = "Ann";
  upsert({session("s1", {named})});
  upsert({session("s1", {message("ann", "z")})});
  for (const auto& m : get("s1").messages)
    EXPECT_EQ(m.sender_name, "Ann") << m.content;
  EXPECT_EQ(counts().users, 1U);
}

TEST_P(SessionStore, TakesVeryLongContents) {
  const std::string longest(500'000, 'x');
  const auto longer = longest + "y";
  upsert({session("s1",
                  {message("ann", longest), message("ann", longer), message("ann", longer, 1)})});
  EXPECT_THAT(contents("s1"), ElementsAre(longest, longer, longer));
  EXPECT_THAT(upsert({session("s1", {message("ann", longer)})}),
              ElementsAre(session_change{false, false, 0}));
}

TEST_P(SessionStore, RefusesABatchAsAWhole) {
  harness->poison("bad");
  const std::vector<session_record> batch{session("s1", {message("ann", "good")}, "dev"),
                                          session("s2", {message("bob", "bad")})};
  EXPECT_EQ(store->upsert(batch).error().code, errc::rejected_row);
  EXPECT_EQ(counts().sessions, 0U);
  EXPECT_EQ(counts().users, 0U);
  EXPECT_THAT(upsert({batch[0]}), ElementsAre(session_change{true, true, 1}));
}

TEST_P(SessionStore, ReadsThoseThatExist) {
  upsert({session("a", {}), session("b", {message("ann", "x")})});
  const std::vector<std::string> ids{"b", "nobody's", "a"};
  EXPECT_THAT(store->known(ids).value(), UnorderedElementsAre("a", "b"));
  EXPECT_EQ(store->read(ids).value().size(), 2U);
  EXPECT_THAT(store->read({}).value(), IsEmpty());
}

TEST_P(SessionStore, ScansInByteOrder) {
  upsert({session("b", {}), session("B", {}), session("a", {}), session("ä", {})});
  EXPECT_THAT(store->scan("", 10).value(), ElementsAre("B", "a", "b", "ä"));
  EXPECT_THAT(store->scan("", 2).value(), ElementsAre("B", "a"));
  EXPECT_THAT(store->scan("a", 10).value(), ElementsAre("b", "ä"));
}

TEST_P(SessionStore, QuarantinesWithTheLastReasonUntilTheSessionIsStored) {
  const std::vector<rejected_session> bad{{"s1", "not valid JSON"}, {"s2", "NUL bytes"}};
  store->quarantine(bad).value();
  store->quarantine(std::array{rejected_session{"s1", "not valid UTF-8"}}).value();
  EXPECT_THAT(
      store->quarantined("", 10).value(),
      ElementsAre(rejected_session{"s1", "not valid UTF-8"}, rejected_session{"s2", "NUL bytes"}));
  upsert({session("s1", {})});
  EXPECT_THAT(store->quarantined("", 10).value(), ElementsAre(rejected_session{"s2", "NUL bytes"}));
  EXPECT_EQ(counts().quarantined, 1U);
}

TEST_P(SessionStore, ReleasesWhatIsToldAndWhatWasNotSeenAgain) {
  const std::vector<rejected_session> bad{{"s1", "why"}, {"s2", "why"}, {"s3", "why"}};
  EXPECT_EQ(store->quarantine(bad).value(), 0U);
  const std::vector<std::string> two{"s2", "nobody's"};
  EXPECT_EQ(store->release(two).value(), 1U);
  const auto now = store->now().value();
  EXPECT_EQ(store->release_before(now - std::chrono::hours{1}).value(), 0U);
  harness->exec("UPDATE session_quarantine SET at = " + harness->time("2020-01-01T00:00:00Z"));
  store->quarantine(std::array{rejected_session{"s3", "why"}}).value();
  EXPECT_EQ(store->release_before(now - std::chrono::hours{1}).value(), 1U);
  EXPECT_THAT(store->quarantined("", 10).value(), ElementsAre(rejected_session{"s3", "why"}));
}

TEST_P(SessionStore, KeepsABoundedQuarantineWithoutTheOldest) {
  store->quarantine(std::array{rejected_session{"old", "why"}}).value();
  harness->exec("UPDATE session_quarantine SET at = " + harness->time("2020-01-01T00:00:00Z"));
  std::vector<rejected_session> many;
  for (std::size_t i = 0; i < max_quarantined; ++i)
    many.push_back({"s" + std::to_string(i), "why"});
  EXPECT_EQ(store->quarantine(many).value(), 1U);
  EXPECT_EQ(counts().quarantined, max_quarantined);
  EXPECT_NE(store->quarantined("", 1).value().at(0).id, "old");
}

TEST_P(SessionStore, ATableThatSomebodyDroppedComesBackWithTheNextConnection) {
  upsert({session("s1", {message("ann", "x")}, "dev")});
  for (const auto* table : {"messages", "users", "sessions"}) {
    harness->exec(std::string{"DROP TABLE "} + table);
    EXPECT_EQ(store->upsert(std::array{session("s1", {message("ann", "x")})}).error().code,
              errc::store_unavailable)
        << table;
    store = harness->open();
    upsert({session("s1", {message("ann", "x")})});
    EXPECT_EQ(counts().messages, 1U) << table;
  }
}

TEST_P(SessionStore, BeginsOnceAForeignTableIsGone) {
  const auto other = GetParam().make();
  other->exec("CREATE TABLE users (id integer PRIMARY KEY, email text)");
  EXPECT_FALSE(other->opener()());
  other->exec("DROP TABLE users");
  EXPECT_TRUE(other->open()->upsert(std::array{session("s1", {message("ann", "x")})}));
}

TEST_P(SessionStore, ACheckFindsWhatDoesNotFitAndCreatesNothing) {
  const auto other = GetParam().make();
  EXPECT_TRUE(other->check());
  other->exec("CREATE TABLE sessions (id integer PRIMARY KEY, cart text)");
  const auto checked = other->check();
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().detail, testing::HasSubstr("external_id in table sessions"));
  other->exec("DROP TABLE sessions");
  EXPECT_TRUE(other->check());
}

TEST_P(SessionStore, NamesAForeignColumnThatItHasNothingFor) {
  const auto other = GetParam().make();
  other->exec(std::string{"CREATE TABLE users (id "} + other->identity()
              + ", external_id text NOT NULL UNIQUE, name text, email text NOT NULL)");
  const auto opened = other->opener()();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::store_unavailable);
  EXPECT_THAT(opened.error().detail, testing::HasSubstr("users.email has to be given"));
  other->exec("ALTER TABLE users RENAME TO others");
  other->exec(std::string{"CREATE TABLE users (id "} + other->identity()
              + ", external_id text NOT NULL UNIQUE, name text, email text NOT NULL DEFAULT '')");
  EXPECT_TRUE(other->opener()());
}

TEST_P(SessionStore, WritersSideBySideAddEachMessageOnce) {
  std::vector<session_record> batch;
  for (int s = 0; s < 20; ++s) {
    batch.push_back(session("s" + std::to_string(s), {}, "group" + std::to_string(s % 3)));
    for (int m = 0; m < 10; ++m)
      batch.back().messages.push_back(
          message("user" + std::to_string((s * m) % 13), "text" + std::to_string(m), m));
  }
  std::vector<std::thread> threads;
  std::atomic<std::uint64_t> added = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const auto mine = harness->open();
      auto turned = batch;
      std::rotate(turned.begin(), turned.begin() + t * 5, turned.end());
      for (int round = 0; round < 5; ++round)
        for (const auto& change : mine->upsert(turned).value())
          added += change.messages_added;
    });
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(added, 200U);
  EXPECT_EQ(counts().messages, 200U);
  EXPECT_EQ(counts().users, 13U);
  EXPECT_EQ(counts().groups, 3U);
}

TEST_P(SessionStore, LeavesATableOfAnotherApplicationAlone) {
  const auto other = GetParam().make();
  other->exec("CREATE TABLE users (id integer PRIMARY KEY, email text)");
  other->exec("INSERT INTO users VALUES (1, 'ann@example.org')");
  const auto opened = other->opener()();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::store_unavailable);
  EXPECT_NE(opened.error().detail.find("external_id in table users"), std::string::npos);
  other->exec("INSERT INTO users VALUES (2, 'bob@example.org')");
}

STANDINGS_OVER_SESSION_STORES(SessionStore);

} // namespace
} // namespace standings
