#include "stores/redis/alias_cache.hpp"

#include "core/aliases/alias_values.hpp"
#include "stores/contracts/generation.hpp"
#include "stores/redis/key_scheme.hpp"
#include "stores/redis/pool.hpp"
#include "stores/redis/server_info.hpp"

#include <algorithm>
#include <atomic>

namespace standings {

namespace {

using arguments = redis_connection::arguments;

constexpr std::size_t batch = 500; ///< keys per command: Redis serves no other client meanwhile

std::vector<arguments> in_batches(std::string_view command, const std::vector<std::string>& keys) {
  std::vector<arguments> out;
  for (std::size_t first = 0; first < keys.size(); first += batch) {
    const auto last = std::min(first + batch, keys.size());
    auto& words = out.emplace_back(arguments{command});
    words.insert(words.end(), keys.begin() + static_cast<std::ptrdiff_t>(first),
                 keys.begin() + static_cast<std::ptrdiff_t>(last));
  }
  return out;
}

class redis_alias_cache final : public alias_cache {
public:
  explicit redis_alias_cache(const redis_alias_options& options)
      : pool_(options.connection, options.connections,
              [](redis_connection&) { return result<void>{}; }) {}

  result<values> get(alias_type type, std::span<const alias_record> aliases) override {
    const auto keys = alias_keys::records(type, aliases);
    const auto replies = run(in_batches("MGET", keys));
    if (!replies)
      return replies.error();
    values out;
    out.reserve(aliases.size());
    for (const auto& reply : *replies)
      for (std::size_t i = 0; i < reply.size(); ++i) {
        const auto value = reply[i];
        out.push_back(value.is_string() ? std::optional{std::string{value.text()}} : std::nullopt);
      }
    out.resize(aliases.size());
    return out;
  }

  result<std::vector<alias_refusal>> put(alias_type type,
                                         std::span<const alias_record> aliases) override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const auto keys = alias_keys::records(type, aliases);
    const auto types = types_of(*c, keys);
    if (!types)
      return types.error();
    std::vector<alias_refusal> refused;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < keys.size(); ++i)
      if ((*types)[i])
        places.push_back(i);
      else
        refused.push_back({i, "the key holds another type"});
    if (const auto done = put_places(*c, keys, aliases, places, refused); !done)
      return done.error();
    return refused;
  }

  result<alias_removal> remove(alias_type type, std::span<const std::string> aliases) override {
    const auto keys = alias_keys::records(type, aliases);
    const auto held = run(in_batches("MGET", keys));
    if (!held)
      return held.error();
    std::vector<std::string> ours;
    std::vector<std::string> others;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto value = (*held)[i / batch][i % batch];
      const bool is_ours = value.is_string() && parse_alias_value(value.text());
      (is_ours ? ours : others).push_back(keys[i]);
    }
    const auto unlinked = count_of(run(in_batches("UNLINK", ours)));
    if (!unlinked)
      return unlinked.error();
    const auto foreign = count_of(run(in_batches("EXISTS", others)));
    if (!foreign)
      return foreign.error();
    return alias_removal{*unlinked, *foreign};
  }

  result<alias_page> scan(const std::string& cursor) override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const auto found = (*c)->command(
        {"SCAN", cursor.empty() ? "0" : cursor, "MATCH", alias_keys::pattern, "COUNT", "1000"});
    if (!found)
      return found.error();
    alias_page out;
    if ((*found)[0].text() != "0")
      out.next = std::string{(*found)[0].text()};
    const auto keys = (*found)[1];
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (auto name = parse_alias_key(keys[i].text()))
        out.names.push_back(std::move(*name));
    return out;
  }

  result<void> set_marker() override {
    const auto token = new_generation();
    return without_value(run({{"SET", alias_keys::marker, token, "NX"}}));
  }

  result<std::string> sign() override {
    const auto replies = run({{"INFO", "server"}, {"GET", alias_keys::marker}});
    if (!replies)
      return replies.error();
    return server_info_of((*replies)[0]).run_id() + "/" + std::string{(*replies)[1].text()};
  }

  result<std::string> claim(const std::string& owner, std::chrono::milliseconds ttl,
                            bool take) override {
    const auto expiry = std::to_string(ttl.count());
    arguments words{"SET", alias_keys::owner, owner, "PX", expiry};
    if (!take)
      words.emplace_back("NX");
    const auto set = run({words});
    if (!set)
      return set.error();
    if (!set->front().is_nil())
      return owner;
    const auto found = get(alias_keys::owner);
    if (!found)
      return found.error();
    if (!found->is_string()) // it has just expired, or another program uses the key
      return owner;
    if (found->text() != owner)
      return std::string{found->text()};
    const auto kept = run({{"PEXPIRE", alias_keys::owner, expiry}});
    if (!kept)
      return kept.error();
    return owner;
  }

  [[nodiscard]] std::uint64_t foreign_queries() const override { return foreign_queries_; }

  result<std::optional<std::string>> find_query(const std::string& team,
                                                const std::string& player) override {
    const auto key = alias_query_key(team, player);
    const auto found = get(key);
    if (!found)
      return found.error();
    if (found->is_error())
      ++foreign_queries_;
    return found->is_string() ? std::optional{std::string{found->text()}} : std::nullopt;
  }

  result<void> put_query(const std::string& team, const std::string& player,
                         const std::string& text, std::chrono::milliseconds ttl) override {
    const auto key = alias_query_key(team, player);
    const auto expiry = std::to_string(ttl.count());
    const auto type = run({{"TYPE", key}});
    if (!type)
      return type.error();
    if (!may_hold_a_text(type->front())) // a SET would replace any value
      return {};
    return without_value(run({{"SET", key, text, "PX", expiry}}));
  }

private:
  using replies_result = result<std::vector<redis_reply>>;

  /// The value of a key; an error reply if it holds no string.
  result<redis_reply> get(std::string_view key) {
    const auto replies = exchange({{"GET", key}});
    if (!replies)
      return replies.error();
    const auto& found = replies->front();
    if (found.is_error() && !is_wrong_type(found))
      return redis_connection::meaning_of(found);
    return found;
  }

  replies_result run(const std::vector<arguments>& commands) {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    return (*c)->pipeline(commands);
  }

  /// Like `run`, but returns error replies as they are.
  replies_result exchange(const std::vector<arguments>& commands) {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    return (*c)->exchange(commands);
  }

  static bool is_wrong_type(const redis_reply& reply) {
    return reply.is_error() && reply.text().starts_with("WRONGTYPE");
  }

  /// Whether a key with this reply to TYPE may be overwritten by a string.
  static bool may_hold_a_text(const redis_reply& type) {
    return type.text() == "none" || type.text() == "string";
  }

  /// For each key, whether a string may be written to it.
  static result<std::vector<bool>> types_of(redis_pool::lease& c,
                                            const std::vector<std::string>& keys) {
    std::vector<arguments> commands;
    commands.reserve(keys.size());
    for (const auto& key : keys)
      commands.push_back({"TYPE", key});
    const auto replies = c->exchange(commands);
    if (!replies)
      return replies.error();
    std::vector<bool> out;
    out.reserve(keys.size());
    for (const auto& reply : *replies) // a key that we may not inspect fails when it is written
      out.push_back(reply.is_error() || may_hold_a_text(reply));
    return out;
  }

  static result<std::uint64_t> count_of(const replies_result& replies) {
    if (!replies)
      return replies.error();
    std::uint64_t count = 0;
    for (const auto& reply : *replies)
      count += static_cast<std::uint64_t>(reply.integer());
    return count;
  }

  static result<void> without_value(const replies_result& r) {
    if (!r)
      return r.error();
    return {};
  }

  /// Writes many keys per command; if a command is refused, writes each of its keys alone.
  static result<void> put_places(redis_pool::lease& c, const std::vector<std::string>& keys,
                                 std::span<const alias_record> aliases,
                                 const std::vector<std::size_t>& places,
                                 std::vector<alias_refusal>& refused) {
    std::vector<arguments> commands;
    for (std::size_t n = 0; n < places.size(); ++n) {
      if (n % batch == 0)
        commands.push_back({"MSET"});
      commands.back().push_back(keys[places[n]]);
      commands.back().push_back(aliases[places[n]].value);
    }
    const auto replies = c->pipeline_each(commands);
    for (std::size_t i = 0; i < replies.size(); ++i) {
      if (replies[i])
        continue;
      if (c->broken())
        return replies[i].error();
      const auto first = i * batch;
      const auto some = std::span{places}.subspan(first, std::min(batch, places.size() - first));
      if (const auto done = put_singly(c, keys, aliases, some, refused); !done)
        return done.error();
    }
    return {};
  }

  static result<void> put_singly(redis_pool::lease& c, const std::vector<std::string>& keys,
                                 std::span<const alias_record> aliases,
                                 std::span<const std::size_t> places,
                                 std::vector<alias_refusal>& refused) {
    std::vector<arguments> commands;
    for (const auto place : places)
      commands.push_back({"SET", keys[place], aliases[place].value});
    const auto replies = c->pipeline_each(commands);
    for (std::size_t i = 0; i < replies.size(); ++i) {
      if (replies[i])
        continue;
      if (c->broken())
        return replies[i].error();
      refused.push_back({places[i], explain(replies[i].error())});
    }
    return {};
  }

  std::atomic<std::uint64_t> foreign_queries_{0};
  redis_pool pool_;
};

} // namespace

alias_cache_ptr make_redis_alias_cache(const redis_alias_options& options) {
  return std::make_shared<redis_alias_cache>(options);
}

} // namespace standings
