#include "stores/redis/script.hpp"

#include "core/base/embedded.hpp"

#include <boost/uuid/detail/sha1.hpp>

#include <array>
#include <cstdio>
#include <span>
#include <stdexcept>

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

} // namespace

redis_script find_redis_script(std::string_view name,
                               std::initializer_list<std::string_view> needs) {
  std::string source;
  for (const auto part : needs)
    source += text_of(part);
  source += text_of(name);
  return {std::string{name}, sha1_hex(source), source};
}

redis_script lowest_first(const redis_script& script) {
  std::string source = script.source;
  for (auto at = source.find("'ZREV"); at != std::string::npos; at = source.find("'ZREV", at))
    source.erase(at + 2, 3); // leaves 'Z
  return {script.name, sha1_hex(source), source};
}

result<redis_reply> run_script(redis_connection& c, const redis_script& what,
                               const std::vector<std::string>& keys,
                               const std::vector<std::string>& values) {
  return c.script({what.name, what.sha, what.source}, {keys.begin(), keys.end()},
                  {values.begin(), values.end()});
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
