#pragma once

#include <hiredis/hiredis.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace standings::test {

/// Sends commands to Redis as redis-cli would, each on a connection of its own.
class raw_redis {
public:
  explicit raw_redis(std::uint16_t port) : port_(port) {}

  /// The reply as words, arrays flattened; "(nil)" for nil, an error as its text.
  std::vector<std::string> command(const std::vector<std::string>& words) const {
    const std::unique_ptr<redisContext, decltype(&redisFree)> c{
        redisConnectWithTimeout("127.0.0.1", port_, {2, 0}), redisFree};
    if (!c || c->err)
      throw std::runtime_error("no connection to Redis");
    redisSetTimeout(c.get(), {5, 0});
    std::vector<const char*> data;
    std::vector<std::size_t> sizes;
    for (const auto& word : words) {
      data.push_back(word.data());
      sizes.push_back(word.size());
    }
    const std::unique_ptr<redisReply, decltype(&freeReplyObject)> reply{
        static_cast<redisReply*>(
            redisCommandArgv(c.get(), static_cast<int>(words.size()), data.data(), sizes.data())),
        freeReplyObject};
    if (!reply)
      throw std::runtime_error("no answer from Redis to " + words.at(0));
    std::vector<std::string> out;
    flatten(*reply, out);
    return out;
  }

  /// The only word of the reply.
  std::string word(const std::vector<std::string>& words) const { return command(words).at(0); }

private:
  static void flatten(const redisReply& reply, std::vector<std::string>& to) {
    switch (reply.type) {
    case REDIS_REPLY_ARRAY:
      for (std::size_t i = 0; i < reply.elements; ++i)
        flatten(*reply.element[i], to);
      return;
    case REDIS_REPLY_INTEGER:
      to.push_back(std::to_string(reply.integer));
      return;
    case REDIS_REPLY_NIL:
      to.emplace_back("(nil)");
      return;
    default:
      to.emplace_back(reply.str, reply.len);
    }
  }

  std::uint16_t port_;
};

} // namespace standings::test
