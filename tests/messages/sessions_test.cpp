#include "messages/internal/sessions.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <gtest/gtest.h>

namespace standings {
namespace {

/// A field that is missing in `inspect` is lost in transit.
class SessionMessages : public testing::Test {
protected:
  template <class T>
  std::vector<char> bytes_of(T value) {
    std::vector<char> buffer;
    caf::binary_serializer sink{system_, buffer};
    EXPECT_FALSE(sink(value));
    return buffer;
  }

  template <class T>
  T sent(const T& value) {
    auto buffer = bytes_of(value);
    T out;
    caf::binary_deserializer source{system_, buffer};
    EXPECT_FALSE(source(out));
    return out;
  }

  const sessions_synced some{
      1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, {{"c", 14}}, {{"a", 8}}, {{"b", 9}}, {{"s1", "why"}}};

private:
  caf::actor_system_config config_;
  caf::actor_system system_{config_};
};

TEST_F(SessionMessages, KeepWhatWasSynced) {
  const auto out = sent(some);
  EXPECT_EQ(out.read, 1U);
  EXPECT_EQ(out.created, 2U);
  EXPECT_EQ(out.changed, 3U);
  EXPECT_EQ(out.gone, 4U);
  EXPECT_EQ(out.messages_added, 5U);
  EXPECT_EQ(out.duplicates, 6U);
  EXPECT_EQ(out.quarantined, 7U);
  EXPECT_EQ(out.replaced, 10U);
  EXPECT_EQ(out.not_ours, 11U);
  EXPECT_EQ(out.released, 12U);
  EXPECT_EQ(out.dropped, 13U);
  EXPECT_EQ(out.mended, some.mended);
  EXPECT_EQ(out.skipped, some.skipped);
  EXPECT_EQ(out.refused, some.refused);
  EXPECT_EQ(out.problems, some.problems);
}

TEST_F(SessionMessages, KeepAVerdict) {
  compared_session in;
  in.id = "s1";
  in.verdict = session_verdict::differs;
  in.fields = {"group"};
  in.reason = "why";
  in.source_messages = 1;
  in.stored_messages = 2;
  in.missing_messages = 3;
  const auto out = sent(session_comparison{{in}, "next"});
  EXPECT_EQ(out.cursor, "next");
  ASSERT_EQ(out.sessions.size(), 1U);
  EXPECT_EQ(bytes_of(out.sessions[0]), bytes_of(in));
  EXPECT_EQ(out.sessions[0].fields, in.fields);
  EXPECT_EQ(out.sessions[0].missing_messages, 3U);
}

TEST_F(SessionMessages, KeepHints) {
  const auto out = sent(keys_hinted{{{"s1", 5}}, 6});
  ASSERT_EQ(out.hints.size(), 1U);
  EXPECT_EQ(out.hints[0].id, "s1");
  EXPECT_EQ(out.hints[0].at_us, 5);
  EXPECT_EQ(out.ignored, 6U);
}

TEST_F(SessionMessages, AddUpAndKeepTheLastProblemsAlone) {
  sessions_synced all;
  for (int i = 0; i < 50; ++i)
    add(all, some);
  EXPECT_EQ(all.read, 50U);
  EXPECT_EQ(all.messages_added, 250U);
  EXPECT_EQ(all.not_ours, 550U);
  EXPECT_EQ(all.mended, (std::vector<skip_count>{{"c", 700}}));
  EXPECT_EQ(all.skipped, (std::vector<skip_count>{{"a", 400}}));
  EXPECT_EQ(all.problems.size(), max_problems);
}

} // namespace
} // namespace standings
