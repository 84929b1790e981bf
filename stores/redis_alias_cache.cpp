#include "stores/redis_alias_cache.hpp"

#include "stores/generation.hpp"
#include "stores/redis_pool.hpp"

#include <algorithm>

namespace standings {

namespace {

using arguments = redis_connection::arguments;

constexpr std::size_t batch = 500; ///< keys a command: Redis serves nobody else meanwhile

/// The server's run id, which changes with each restart, out of INFO.
std::string run_id_of(std::string_view info) {
  constexpr std::string_view field = "run_id:";
  constexpr std::size_t length = 40;
  const auto at = info.find(field);
  return std::string{at == std::string_view::npos ? "" : info.substr(at + field.size(), length)};
}

/// The keys of a span of aliases, with a command for each batch of them.
template <class T, class Key>
std::vector<std::string> keys_of(std::span<const T> items, Key key) {
  std::vector<std::string> out;
  out.reserve(items.size());
  for (const auto& item : items)
    out.push_back(key(item));
  return out;
}

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
    const auto keys = record_keys(type, aliases);
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
    const auto keys = record_keys(type, aliases);
    std::vector<arguments> commands;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i % batch == 0)
        commands.push_back({"MSET"});
      commands.back().push_back(keys[i]);
      commands.back().push_back(aliases[i].value);
    }
    std::vector<alias_refusal> refused;
    const auto replies = (*c)->pipeline_each(commands);
    for (std::size_t i = 0; i < replies.size(); ++i) {
      if (replies[i])
        continue;
      if ((*c)->broken())
        return replies[i].error();
      // one key is enough to have all of them refused
      const auto first = i * batch;
      const auto done =
          put_singly(*c, keys, aliases, first, std::min(first + batch, aliases.size()), refused);
      if (!done)
        return done.error();
    }
    return refused;
  }

  result<std::uint64_t> remove(alias_type type, std::span<const std::string> aliases) override {
    const auto keys =
        keys_of(aliases, [&](const std::string& alias) { return alias_key(type, alias); });
    const auto replies = run(in_batches("UNLINK", keys));
    if (!replies)
      return replies.error();
    std::uint64_t removed = 0;
    for (const auto& reply : *replies)
      removed += static_cast<std::uint64_t>(reply.integer());
    return removed;
  }

  result<alias_page> scan(const std::string& cursor) override {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const auto found =
        (*c)->command({"SCAN", cursor.empty() ? "0" : cursor, "MATCH", "alias:*", "COUNT", "1000"});
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

  result<void> mark() override {
    const auto token = new_generation();
    return without_value(run({{"SET", alias_marker_key, token, "NX"}}));
  }

  result<std::string> sign() override {
    const auto replies = run({{"INFO", "server"}, {"GET", alias_marker_key}});
    if (!replies)
      return replies.error();
    return run_id_of((*replies)[0].text()) + "/" + std::string{(*replies)[1].text()};
  }

  result<std::optional<std::string>> find_query(const std::string& team,
                                                const std::string& player) override {
    const auto key = alias_query_key(team, player);
    const auto replies = run({{"GET", key}});
    if (!replies)
      return replies.error();
    const auto& found = replies->front();
    return found.is_string() ? std::optional{std::string{found.text()}} : std::nullopt;
  }

  result<void> put_query(const std::string& team, const std::string& player,
                         const std::string& text, std::chrono::milliseconds ttl) override {
    const auto key = alias_query_key(team, player);
    const auto expiry = std::to_string(ttl.count());
    return without_value(run({{"SET", key, text, "PX", expiry}}));
  }

private:
  using replies_result = result<std::vector<redis_reply>>;

  static std::vector<std::string> record_keys(alias_type type,
                                              std::span<const alias_record> aliases) {
    return keys_of(aliases,
                   [&](const alias_record& record) { return alias_key(type, record.alias); });
  }

  replies_result run(const std::vector<arguments>& commands) {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    return (*c)->pipeline(commands);
  }

  static result<void> without_value(const replies_result& r) {
    if (!r)
      return r.error();
    return {};
  }

  static result<void> put_singly(redis_pool::lease& c, const std::vector<std::string>& keys,
                                 std::span<const alias_record> aliases, std::size_t first,
                                 std::size_t last, std::vector<alias_refusal>& refused) {
    std::vector<arguments> commands;
    for (auto i = first; i < last; ++i)
      commands.push_back({"SET", keys[i], aliases[i].value});
    const auto replies = c->pipeline_each(commands);
    for (std::size_t i = 0; i < replies.size(); ++i) {
      if (replies[i])
        continue;
      if (c->broken())
        return replies[i].error();
      refused.push_back({first + i, replies[i].error().detail});
    }
    return {};
  }

  redis_pool pool_;
};

} // namespace

alias_cache_ptr make_redis_alias_cache(const redis_alias_options& options) {
  return std::make_shared<redis_alias_cache>(options);
}

} // namespace standings
