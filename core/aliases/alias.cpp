#include "core/aliases/alias.hpp"

#include "core/base/enum_names.hpp"
#include "core/base/hex.hpp"
#include "core/base/presentable.hpp"
#include "core/base/validate.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace standings {

template <>
struct enum_names<alias_type> {
  static constexpr enum_words<alias_type, 4> all{{{"team", alias_type::team},
                                                  {"player", alias_type::player},
                                                  {"league", alias_type::league},
                                                  {"market", alias_type::market}}};
};
static_assert(names_each_until(alias_type::market));

namespace {

constexpr std::string_view key_prefix = "alias:";

/// Orders ids as people do: 2 before 10, and words after numbers.
struct id_rank {
  explicit id_rank(const std::string& id) : text(id) {
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    is_word = error != std::errc{} || end != id.data() + id.size();
    if (is_word)
      number = 0;
  }

  bool operator<(const id_rank& other) const {
    return std::tie(is_word, number, text) < std::tie(other.is_word, other.number, other.text);
  }

  bool is_word = false;
  std::int64_t number = 0;
  std::string_view text;
};

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      append_hex(out += "\\u00", byte);
      continue;
    }
    if (c == '"' || c == '\\')
      out += '\\';
    out += c;
  }
  out += '"';
}

void append_part(std::string& key, std::string_view name) {
  key += ':';
  for (const char c : name) {
    if (c == ':')
      key += "%3A";
    else if (c == '%')
      key += "%25";
    else
      key += c;
  }
}

} // namespace

std::string to_string(alias_type t) {
  return std::string{name_of(t)};
}

std::optional<alias_type> parse_alias_type(std::string_view text) {
  return value_named<alias_type>(text);
}

result<void> validate_alias(std::string_view alias) {
  if (alias.empty())
    return fail(errc::out_of_range, "is empty", "alias");
  if (alias.size() > max_alias_bytes)
    return fail(errc::out_of_range, "is longer than 16384 bytes", "alias");
  if (alias.find('\0') != std::string_view::npos)
    return fail(errc::out_of_range, "has a NUL character", "alias");
  if (!is_valid_utf8(alias))
    return fail(errc::out_of_range, "is not valid UTF-8", "alias");
  return {};
}

std::string abbreviated(std::string_view text) {
  constexpr std::size_t longest = 64;
  if (!is_valid_utf8(text))
    return "?";
  if (text.size() <= longest)
    return presentable(text);
  auto end = longest;
  while ((static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) // inside a character
    --end;
  return presentable(text.substr(0, end));
}

std::string alias_key(alias_type type, std::string_view alias) {
  const auto name = name_of(type);
  std::string key;
  key.reserve(key_prefix.size() + name.size() + 1 + alias.size());
  key.append(key_prefix).append(name).append(1, ':').append(alias);
  return key;
}

std::optional<alias_name> parse_alias_key(std::string_view key) {
  if (!key.starts_with(key_prefix))
    return std::nullopt;
  key.remove_prefix(key_prefix.size());
  const auto colon = key.find(':');
  const auto type = parse_alias_type(key.substr(0, colon));
  if (!type || colon == std::string_view::npos)
    return std::nullopt;
  return alias_name{*type, std::string{key.substr(colon + 1)}};
}

std::string alias_value(std::vector<std::string> ids) {
  if (ids.size() > 1) {
    std::sort(ids.begin(), ids.end(),
              [](const auto& a, const auto& b) { return id_rank{a} < id_rank{b}; });
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  }
  std::string out = "[";
  for (const auto& id : ids) {
    if (out.size() > 1)
      out += ',';
    append_quoted(out, id);
  }
  out += ']';
  return out;
}

std::string alias_query_key(std::string_view team, std::string_view player) {
  std::string key = "cache:team_player";
  append_part(key, team);
  append_part(key, player);
  return key;
}

} // namespace standings
