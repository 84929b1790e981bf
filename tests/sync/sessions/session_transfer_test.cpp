#include "sync/sessions/session_transfer.hpp"
#include "tests/support/session_store_harness.hpp"
#include "tests/support/session_texts.hpp"
#include "tests/support/shelf_session_source.hpp"

#include <gmock/gmock.h>

namespace standings {
namespace {

using test::session_text;
using testing::ElementsAre;
using testing::IsEmpty;

class SessionTransfer : public testing::TestWithParam<test::session_store_backend> {
protected:
  sessions_synced sync(const std::vector<std::string>& ids) { return transfer.sync(ids).value(); }

  sessions_synced sync_everything(std::size_t page = 100) {
    sessions_synced all;
    std::string cursor;
    do {
      auto done = transfer.sync_page(cursor, page).value();
      add(all, done.what);
      cursor = done.cursor;
    } while (!cursor.empty());
    return all;
  }

  std::map<std::string, compared_session> compare_everything(std::size_t page = 100) {
    std::map<std::string, compared_session> all;
    std::string cursor;
    do {
      auto part = transfer.compare(cursor, page).value();
      for (auto& s : part.sessions)
        EXPECT_TRUE(all.emplace(s.id, s).second) << s.id << " came twice";
      cursor = part.cursor;
    } while (!cursor.empty());
    return all;
  }

  std::unique_ptr<test::session_store_harness> harness = GetParam().make();
  std::unique_ptr<session_store> store = harness->open();
  std::shared_ptr<test::shelf_session_source::shelf> texts =
      std::make_shared<test::shelf_session_source::shelf>();
  static constexpr std::size_t most = 100'000;
  test::shelf_session_source source{texts, most};
  session_transfer transfer{
      source, *store, {.max_session_bytes = most, .read_bytes = 200'000, .write_messages = 50}};
};

TEST_P(SessionTransfer, BringsEverythingPageByPage) {
  for (int i = 0; i < 250; ++i)
    (*texts)["s" + std::to_string(i)] = session_text("s" + std::to_string(i), 7);
  const auto first = sync_everything();
  EXPECT_EQ(first.read, 250U);
  EXPECT_EQ(first.created, 250U);
  EXPECT_EQ(first.messages_added, 1'750U);
  const auto second = sync_everything();
  EXPECT_EQ(second.read, 250U);
  EXPECT_EQ(second.created + second.changed + second.messages_added, 0U);
  for (const auto& [id, compared] : compare_everything())
    EXPECT_EQ(compared.verdict, session_verdict::in_sync) << id;
  EXPECT_EQ(compare_everything(33).size(), 250U);
}

TEST_P(SessionTransfer, BringsMoreThanIsReadAtATime) {
  const auto large = R"({"messages":[{"sender_id":"a","content":")" + std::string(90'000, 'x')
                     + R"("}]})"; // two of them are read at a time
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i)
    texts->emplace(ids.emplace_back("s" + std::to_string(i)), large);
  const auto done = sync(ids);
  EXPECT_EQ(done.read, 5U);
  EXPECT_EQ(done.created, 5U);
  for (const auto& [id, compared] : compare_everything())
    EXPECT_EQ(compared.verdict, session_verdict::in_sync) << id;
}

TEST_P(SessionTransfer, BadSessionsAreQuarantinedAndTheOthersGoOn) {
  harness->poison("poison");
  *texts = {{"bad json", "{"},
            {"bad \xff id", "{}"},
            {"good", session_text("good", 3)},
            {"huge", "{\"group\":\"" + std::string(most, 'x') + "\"}"},
            {"other id", R"({"session_id":"x","messages":[{"sender_id":"a","content":"y"}]})"},
            {"poisoned", R"({"messages":[{"sender_id":"a","content":"1"},
               {"sender_id":"a","content":"poison"},{"sender_id":"b","content":"2"}]})"},
            {"skips", R"({"messages":[{"content":"x"},{"sender_id":"a","content":"y"}]})"},
            {"torn", R"({"session_id":"torn","messages":[{)"}};
  const auto done = sync_everything();
  EXPECT_EQ(done.read, 8U);
  EXPECT_EQ(done.created, 3U);
  EXPECT_EQ(done.messages_added, 6U);
  EXPECT_EQ(done.quarantined, 5U);
  EXPECT_THAT(done.skipped,
              testing::UnorderedElementsAre(skip_count{"sender_id is missing", 1},
                                            skip_count{"the database refuses the message", 1}));
  EXPECT_THAT(store->quarantined("", 100).value(),
              ElementsAre(rejected_session{"bad %FF id",
                                           "the session's id is not valid UTF-8 without NUL bytes"},
                          rejected_session{"bad json", "not valid JSON"},
                          rejected_session{"huge", "larger than 100000 bytes"},
                          rejected_session{"other id", "session_id is not that of the key"},
                          rejected_session{"torn", "not valid JSON"}));
  const auto compared = compare_everything();
  EXPECT_EQ(compared.size(), 8U);
  EXPECT_EQ(compared.at("bad json").verdict, session_verdict::unreadable);
  EXPECT_EQ(compared.at("good").verdict, session_verdict::in_sync);
  EXPECT_EQ(compared.at("poisoned").missing_messages, 1U);
}

TEST_P(SessionTransfer, ASessionWhoseRowTheDatabaseRefusesIsQuarantinedWithTheCause) {
  harness->refuse_group("bad group");
  (*texts)["s1"] = R"({"group":"bad group","messages":[{"sender_id":"a","content":"x"}]})";
  (*texts)["s2"] = session_text("s2", 2);
  const auto done = sync_everything();
  EXPECT_EQ(done.created, 1U);
  EXPECT_EQ(done.refused, (std::vector<skip_count>{{"the database refuses this row", 1}}));
  const auto quarantined = store->quarantined("", 10).value();
  ASSERT_EQ(quarantined.size(), 1U);
  EXPECT_EQ(quarantined[0].id, "s1");
  EXPECT_THAT(quarantined[0].reason, testing::StartsWith("the database refuses this row"));
}

TEST_P(SessionTransfer, ARepairedSessionLeavesTheQuarantine) {
  (*texts)["s1"] = "{";
  sync({"s1"});
  EXPECT_EQ(store->counts().value().quarantined, 1U);
  (*texts)["s1"] = session_text("s1", 2);
  EXPECT_EQ(sync({"s1"}).created, 1U);
  EXPECT_EQ(store->counts().value().quarantined, 0U);
}

TEST_P(SessionTransfer, OneBadMessageCostsThatMessage) {
  (*texts)["s1"] = R"({"session_id":"s1","mood":NaN,"messages":[
    {"sender_id":"a","content":"fine","message_id":1},
    {"sender_id":"a","content":"cut \ud83d","message_id":2},
    {"sender_id":"a","content":"nul \u0000","message_id":3},
    {"sender_id":"\udc00","content":"lost"}, 7,
    {"sender_id":42.0,"content":"also fine","timestamp":"2026-03-02T08:00","message_id":4}]})";
  const auto done = sync({"s1"});
  EXPECT_EQ(done.messages_added, 4U);
  EXPECT_EQ(done.quarantined, 0U);
  EXPECT_EQ(done.skipped, (std::vector<skip_count>{{"sender_id is not valid UTF-8", 1},
                                                   {"message is no object", 1}}));
  EXPECT_EQ(done.mended.at(0).count, 2U);
  EXPECT_EQ(compare_everything().at("s1").verdict, session_verdict::in_sync);
  EXPECT_EQ(sync({"s1"}).messages_added, 0U);
}

TEST_P(SessionTransfer, AnIdThatComesAgainWithAnotherContentIsCountedAndStored) {
  (*texts)["s1"] = R"({"messages":[{"sender_id":"a","content":"one","message_id":1}]})";
  sync({"s1"});
  (*texts)["s1"] = R"({"messages":[{"sender_id":"a","content":"one","message_id":1},
    {"sender_id":"b","content":"two","message_id":1}]})";
  const auto done = sync({"s1"});
  EXPECT_EQ(done.replaced, 1U);
  EXPECT_EQ(done.changed, 1U);
  EXPECT_EQ(store->counts().value().messages, 1U);
  EXPECT_EQ(compare_everything().at("s1").verdict, session_verdict::in_sync);
}

TEST_P(SessionTransfer, IdsThatComeAndGoDoubleNothing) {
  const std::string with =
      R"({"messages":[{"sender_id":"a","content":"x","timestamp":5,"message_id":1}]})";
  const std::string without = R"({"messages":[{"sender_id":"a","content":"x","timestamp":5}]})";
  for (const auto& text : {without, with, without, with}) {
    (*texts)["s1"] = text;
    sync({"s1"});
    EXPECT_EQ(store->counts().value().messages, 1U);
    EXPECT_EQ(compare_everything().at("s1").verdict, session_verdict::in_sync);
  }
}

TEST_P(SessionTransfer, KeysOfOtherApplicationsAreLeftAloneAndCounted) {
  *texts = {{"counter", "42"},
            {"django", ".eJyrVkpOLErNS1eyMjTSUcrMS0ksSVWyUkpUqgUAgvgJCQ:1tA:sig"},
            {"express", R"({"cookie":{"path":"/"}})"},
            {"flask", std::string{"\x80\x04\x95\x0e\x00pickle", 11}},
            {"good", session_text("good", 1)},
            {"huge", std::string(most + 1, 'x')},
            {"php", R"(user_id|i:5;)"}};
  const auto done = sync_everything();
  EXPECT_EQ(done.read, 1U);
  EXPECT_EQ(done.not_ours, 6U);
  EXPECT_EQ(done.quarantined, 0U);
  EXPECT_EQ(store->counts().value().quarantined, 0U);
  EXPECT_THAT(compare_everything(), testing::SizeIs(1));
}

TEST_P(SessionTransfer, TheQuarantineForgetsWhatIsGoneOrSomethingElse) {
  for (const auto* id : {"gone", "vanished", "other", "still"})
    (*texts)[id] = "{";
  (*texts)["odd \xff"] = "{}";
  EXPECT_EQ(sync_everything().quarantined, 5U);
  texts->erase("gone");
  EXPECT_EQ(sync({"gone"}).released, 1U) << "as soon as it is looked at";
  texts->erase("vanished");
  texts->erase("odd \xff");
  (*texts)["other"] = "42";
  const auto done = sync_everything();
  EXPECT_EQ(done.released, 3U) << "a full sync finds the others";
  EXPECT_THAT(store->quarantined("", 10).value(),
              ElementsAre(rejected_session{"still", "not valid JSON"}));
}

TEST_P(SessionTransfer, AVanishedSessionKeepsItsRows) {
  (*texts)["s1"] = session_text("s1", 2);
  sync({"s1"});
  texts->clear();
  const auto done = sync({"s1"});
  EXPECT_EQ(done.gone, 1U);
  EXPECT_EQ(store->counts().value().messages, 2U);
  EXPECT_EQ(compare_everything().at("s1").verdict, session_verdict::only_in_database);
}

TEST_P(SessionTransfer, ComparisonNamesWhatDiffers) {
  (*texts)["changed"] = session_text("changed", 2);
  (*texts)["same"] = session_text("same", 2);
  sync({"changed", "same"});
  (*texts)["changed"] = session_text("changed", 3, "ops");
  (*texts)["new"] = session_text("new", 4);
  const auto compared = compare_everything();
  ASSERT_EQ(compared.size(), 3U);
  EXPECT_EQ(compared.at("same").verdict, session_verdict::in_sync);
  EXPECT_EQ(compared.at("changed").verdict, session_verdict::differs);
  EXPECT_THAT(compared.at("changed").fields, ElementsAre("group", "messages"));
  EXPECT_EQ(compared.at("changed").missing_messages, 1U);
  EXPECT_EQ(compared.at("new").verdict, session_verdict::only_in_source);
  EXPECT_EQ(compared.at("new").source_messages, 4U);
}

TEST_P(SessionTransfer, ComparisonOfNothingIsEmpty) {
  EXPECT_THAT(compare_everything(), IsEmpty());
}

TEST_P(SessionTransfer, ComparisonRefusesCursorsOfItsOwn) {
  for (const std::string cursor : {"x", "d:", "d:\xff"})
    EXPECT_EQ(transfer.compare(cursor, 10).error().code, errc::out_of_range) << cursor;
}

TEST_P(SessionTransfer, AskingTwiceForOneSessionBringsItOnce) {
  (*texts)["s1"] = session_text("s1", 2);
  EXPECT_EQ(sync({"s1", "s1", "s1"}).read, 1U);
}

TEST_P(SessionTransfer, BringsTheRealSessions) {
  *texts = test::recorded_sessions();
  const bool whole = texts->size() == 500;
  const auto done = sync_everything();
  EXPECT_EQ(done.read, whole ? 500U : 55U);
  EXPECT_EQ(done.created, done.read);
  EXPECT_EQ(done.messages_added + done.duplicates, whole ? 7'579U : 746U);
  EXPECT_EQ(done.quarantined, 0U);
  EXPECT_EQ(store->counts().value().messages, done.messages_added);
  EXPECT_EQ(sync_everything().messages_added, 0U);
  for (const auto& [id, compared] : compare_everything())
    EXPECT_EQ(compared.verdict, session_verdict::in_sync) << id;
}

STANDINGS_OVER_SESSION_STORES(SessionTransfer);

} // namespace
} // namespace standings
