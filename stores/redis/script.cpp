#include "stores/redis/script.hpp"

#include "core/base/embedded.hpp"

#include <boost/uuid/detail/sha1.hpp>

#include <array>
#include <cstdio>
#include <map>
#include <mutex>
#include <span>
#include <stdexcept>
#include <utility>

namespace standings {

std::span<const embedded_text> redis_scripts();

namespace {

std::string sha1_hex(std::string_view text) {
  boost::uuids::detail::sha1 hash;
  hash.process_bytes(text.data(), text.size());
  boost::uuids::detail::sha1::digest_type digest;
  hash.get_digest(digest);
  std::string out;
  for (const auto word : digest) {
    std::array<char, 9> hex{};
    std::snprintf(hex.data(), hex.size(), "%08x", word);
    out += hex.data();
  }
  return out;
}

std::string_view text_of(std::string_view name) {
  for (const auto& file : redis_scripts())
    if (file.name == name)
      return file.content;
  throw std::logic_error("no such script");
}

/// The script with that source, which is made when it is first asked for.
template <class MakeSource>
redis_script shared_script(const std::string& key, std::string_view name,
                           const MakeSource& make_source) {
  struct texts {
    std::string name;
    std::string source;
    std::string sha;
  };
  static std::mutex mutex;
  static std::map<std::string, texts> all; // its elements never move
  const std::lock_guard lock{mutex};
  auto at = all.find(key);
  if (at == all.end()) {
    std::string source = make_source();
    auto sha = sha1_hex(source);
    at = all.emplace(key, texts{std::string{name}, std::move(source), std::move(sha)}).first;
  }
  return {at->second.name, at->second.sha, at->second.source};
}

} // namespace

redis_script find_redis_script(std::string_view name,
                               std::initializer_list<std::string_view> needs) {
  std::string key{name};
  for (const auto part : needs)
    key += "+" + std::string{part};
  return shared_script(key, name, [&] {
    std::string source;
    for (const auto part : needs)
      source += text_of(part);
    return source.append(text_of(name));
  });
}

redis_script lowest_first(const redis_script& script) {
  return shared_script("lowest first " + std::string{script.sha}, script.name, [&] {
    std::string source{script.source};
    for (auto at = source.find("'ZREV"); at != std::string::npos; at = source.find("'ZREV", at))
      source.erase(at + 2, 3); // leaves 'Z
    return source;
  });
}

result<redis_reply> run_script(redis_connection& c, const redis_script& what,
                               const std::vector<std::string>& keys,
                               const std::vector<std::string>& values) {
  return c.script(source_of(what), {keys.begin(), keys.end()}, {values.begin(), values.end()});
}

result<redis_reply> run_script(redis_pool& pool, const redis_script& what,
                               const std::vector<std::string>& keys,
                               const std::vector<std::string>& values) {
  auto c = pool.borrow();
  if (!c)
    return c.error();
  return run_script(**c, what, keys, values);
}

} // namespace standings
