#include "stores/redis/completeness.hpp"

#include "core/leaderboard/version_history.hpp"

namespace standings {

result<std::vector<needed_key>> keys_of_another_type(redis_connection& c, const key_scheme& keys) {
  std::vector<needed_key> needed{{keys.meta(), "hash"}, {keys.removed(), "zset"}};
  for (const auto& board : keys.boards())
    needed.push_back({board, "zset"});
  std::vector<redis_connection::arguments> commands;
  commands.reserve(needed.size());
  for (const auto& one : needed)
    commands.push_back({"TYPE", one.key});
  const auto types = c.pipeline(commands);
  if (!types)
    return types.error();
  std::vector<needed_key> out;
  for (std::size_t i = 0; i < needed.size(); ++i)
    if (const auto type = (*types)[i].text(); type != "none" && type != needed[i].type)
      out.push_back(needed[i]);
  return out;
}

board_size size_of(const redis_reply& generation, const redis_reply& expected,
                   const redis_reply& members) {
  const auto size = members.integer();
  const bool lost = size < expected.integer() && size * 2 <= expected.integer();
  return {generation.is_string() && !lost, static_cast<std::uint64_t>(size)};
}

std::int64_t watermark_in(const redis_reply& reply) {
  const auto number = reply.integer();
  return is_version(number) ? number : 0;
}

result<cache_contents> read_contents(redis_connection& c, const key_scheme& keys) {
  std::array<std::string, period_count> expected;
  redis_connection::arguments of_meta{"HMGET", keys.meta(), "generation", "watermark"};
  for (const auto p : all_periods)
    of_meta.push_back(expected[index_of(p)] = meta_field::expected(p));
  std::vector<redis_connection::arguments> commands{of_meta};
  for (const auto& board : keys.boards())
    commands.push_back({"ZCARD", board});
  commands.push_back({"ZCARD", keys.removed()});
  const auto replies = c.pipeline(commands);
  if (!replies) {
    // a value of another type under one of our keys counts as lost, and a rebuild makes room
    const auto odd = keys_of_another_type(c, keys);
    return odd && !odd->empty() ? result<cache_contents>{cache_contents{}} : replies.error();
  }
  const auto& meta = (*replies)[0];
  cache_contents out;
  out.complete = true;
  out.generation = std::string{meta[0].text()};
  out.watermark = watermark_in(meta[1]);
  for (std::size_t i = 0; i < period_count; ++i) {
    const auto size = size_of(meta[0], meta[2 + i], (*replies)[1 + i]);
    out.members[i] = size.members;
    out.complete = out.complete && size.complete;
  }
  return out;
}

} // namespace standings
