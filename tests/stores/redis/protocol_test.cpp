#include "stores/redis/protocol.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace standings {
namespace {

using testing::HasSubstr;

std::string command(const std::vector<std::string_view>& words) {
  std::string out;
  append_command(out, words);
  return out;
}

TEST(RedisProtocol, WritesCommandsWithTheLengthOfEachWord) {
  EXPECT_EQ(command({"PING"}), "*1\r\n$4\r\nPING\r\n");
  EXPECT_EQ(command({"SET", "k", ""}), "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n");
  using namespace std::string_view_literals;
  EXPECT_EQ(command({"GET", "a\r\n\0b"sv}), "*2\r\n$3\r\nGET\r\n$5\r\na\r\n\0b\r\n"sv);
  EXPECT_EQ(command({"GET", std::string_view{}}), "*2\r\n$3\r\nGET\r\n$0\r\n\r\n");
}

TEST(RedisProtocol, AppendsToWhatIsThere) {
  std::string out = command({"MULTI"});
  append_command(out, std::vector<std::string_view>{"EXEC"});
  EXPECT_EQ(out, "*1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nEXEC\r\n");
}

TEST(RedisProtocol, ReadsRepliesThatArriveByteByByte) {
  reply_reader reader;
  const std::string bytes = "*3\r\n$3\r\nabc\r\n:42\r\n*1\r\n$-1\r\n";
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    reader.feed({&bytes[i], 1});
    EXPECT_FALSE(reader.next().value().has_value()) << i;
  }
  reader.feed({&bytes.back(), 1});
  const auto reply = reader.next().value().value();
  ASSERT_EQ(reply.size(), 3U);
  EXPECT_EQ(reply[0].text(), "abc");
  EXPECT_EQ(reply[1].integer(), 42);
  EXPECT_TRUE(reply[2][0].is_nil());
}

TEST(RedisProtocol, ReadsSeveralRepliesThatArriveAtOnce) {
  reply_reader reader;
  reader.feed("+OK\r\n-ERR no\r\n:1");
  EXPECT_EQ(reader.next().value()->text(), "OK");
  EXPECT_TRUE(reader.next().value()->is_error());
  EXPECT_FALSE(reader.next().value().has_value());
  reader.feed("7\r\n");
  EXPECT_EQ(reader.next().value()->integer(), 17);
}

TEST(RedisProtocol, TellsWhatIsNoRedis) {
  for (const auto* bytes : {"HTTP/1.1 400 Bad Request\r\n", "\x15\x03\x01\x00\x02\x02\x46", "N"}) {
    reply_reader reader;
    reader.feed(bytes);
    const auto why = reader.next().error();
    EXPECT_EQ(why.code, errc::store_unavailable);
    EXPECT_EQ(why.detail, "what answers there is no Redis");
    EXPECT_THAT(why.cause, HasSubstr("see cache.host and cache.port, and cache.tls.enabled"));
    reader.feed("+OK\r\n");
    EXPECT_FALSE(reader.next()) << "the failure is final";
  }
}

TEST(RedisProtocol, EndsAtAReplyThatIsTooLong) {
  reply_reader reader{{.bytes = 1'000, .elements = 100}};
  reader.feed("$2000\r\n" + std::string(900, 'x'));
  EXPECT_FALSE(reader.next().value().has_value());
  reader.feed(std::string(200, 'x'));
  const auto why = reader.next().error();
  EXPECT_EQ(why.detail, "the cache sends a reply that is too large");
  EXPECT_THAT(why.cause, HasSubstr("1000 bytes"));
}

TEST(RedisProtocol, ALimitIsThatOfEachReply) {
  reply_reader reader{{.bytes = 1'000, .elements = 3}};
  for (int i = 0; i < 10; ++i) {
    reader.feed("*2\r\n$400\r\n" + std::string(400, 'x') + "\r\n:1\r\n");
    EXPECT_EQ(reader.next().value()->size(), 2U);
  }
}

TEST(RedisProtocol, EndsAtAnArrayThatAnnouncesTooManyElements) {
  for (const auto* bytes : {"*2000000000\r\n", "*60\r\n*60\r\n", "*3\r\n*0\r\n*-1\r\n*99\r\n"}) {
    reply_reader reader{{.bytes = 1'000, .elements = 100}};
    reader.feed(bytes);
    const auto why = reader.next().error();
    EXPECT_EQ(why.detail, "the cache sends a reply that is too large") << bytes;
    EXPECT_THAT(why.cause, HasSubstr("100 elements"));
  }
}

TEST(RedisProtocol, EndsAtAReplyNestedTooDeeply) {
  reply_reader reader;
  std::string bytes;
  for (int i = 0; i < 2'000; ++i)
    bytes += "*1\r\n";
  reader.feed(bytes + ":1\r\n");
  EXPECT_FALSE(reader.next());
}

} // namespace
} // namespace standings
