#include "core/session.hpp"

#include "core/validate.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <unordered_set>

namespace standings {

namespace {

namespace json = boost::json;

constexpr double latest_second = 253'402'300'799.0; // the year 9999
constexpr double least_milliseconds = 1e11;         // as seconds, the year 5138

failure refused(std::string why) {
  return fail(errc::invalid_session, std::move(why));
}

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

const json::value* present(const json::object& from, std::string_view name) {
  const auto* value = from.if_contains({name.data(), name.size()});
  return value && !value->is_null() ? value : nullptr;
}

/// Ids may be numbers: 42 is "42". Nothing where the value is neither.
std::optional<std::string> id_text(const json::value& value) {
  if (value.is_string())
    return std::string{value.get_string()};
  if (value.is_int64())
    return std::to_string(value.get_int64());
  if (value.is_uint64())
    return std::to_string(value.get_uint64());
  return std::nullopt;
}

/// ISO 8601, or seconds (or milliseconds) since 1970.
std::optional<sys_time> time_of(const json::value& value) {
  if (value.is_string()) {
    const auto& text = value.get_string();
    return parse_iso8601({text.data(), text.size()});
  }
  if (!value.is_number())
    return std::nullopt;
  auto seconds = value.to_number<double>();
  if (seconds >= least_milliseconds)
    seconds /= 1'000;
  if (!(seconds >= -latest_second / 5 && seconds <= latest_second))
    return std::nullopt;
  return from_micros(static_cast<std::int64_t>(seconds * 1'000'000));
}

/// A text that has to be stored, or an error that says which it is.
result<std::string> read_id(const json::object& from, const std::string& name) {
  const auto* value = present(from, name);
  if (!value)
    return std::string{};
  auto text = id_text(*value);
  if (!text)
    return refused(name + " is no text");
  if (has_nul(*text))
    return refused(name + " has NUL bytes");
  if (text->size() > max_session_id_bytes)
    return refused(name + " is longer than 512 bytes");
  return std::move(*text);
}

result<std::optional<sys_time>> read_time(const json::object& from, const std::string& name) {
  const auto* value = present(from, name);
  if (!value)
    return std::optional<sys_time>{};
  const auto at = time_of(*value);
  if (!at)
    return refused(name + " is no time");
  return at;
}

/// A NUL byte spoils the session, anything else only the message: nothing then,
/// and the reason in `skipped`.
result<std::optional<session_message>> read_message(const json::value& value,
                                                    std::vector<skip_count>& skipped) {
  const auto skip = [&](const std::string& why) {
    add_skip(skipped, why);
    return std::optional<session_message>{};
  };
  if (!value.is_object())
    return skip("message is no object");
  const auto& from = value.get_object();
  session_message out;
  const std::array<std::pair<const char*, std::string*>, 3> ids{{{"sender_id", &out.sender_id},
                                                                 {"sender_name", &out.sender_name},
                                                                 {"message_id", &out.message_id}}};
  for (const auto& [name, to] : ids) {
    auto text = read_id(from, name);
    if (!text && text.error().detail.ends_with("NUL bytes"))
      return text.error();
    if (!text)
      return skip(text.error().detail);
    *to = std::move(*text);
  }
  if (out.sender_id.empty())
    return skip("sender_id is missing");
  const auto* content = present(from, "content");
  if (!content || !content->is_string())
    return skip(content ? "content is no text" : "content is missing");
  out.content = std::string{content->get_string()};
  if (has_nul(out.content))
    return refused("content has NUL bytes");
  auto at = read_time(from, "timestamp");
  if (!at)
    return skip(at.error().detail);
  out.sent_at = *at;
  return std::optional{std::move(out)};
}

result<void> read_messages(const json::object& from, parsed_session& to) {
  const auto* list = present(from, "messages");
  if (!list)
    return {};
  if (!list->is_array())
    return refused("messages is no list");
  std::unordered_set<std::string> seen;
  for (const auto& item : list->get_array()) {
    auto message = read_message(item, to.skipped);
    if (!message)
      return message.error();
    if (!*message)
      continue;
    if (seen.insert(message_key(**message)).second)
      to.session.messages.push_back(std::move(**message));
    else
      ++to.duplicates;
  }
  return {};
}

result<json::value> read_object(std::string_view text) {
  if (has_nul(text))
    return refused("NUL bytes");
  if (!is_valid_utf8(text))
    return refused("not valid UTF-8");
  boost::system::error_code error;
  auto parsed = json::parse({text.data(), text.size()}, error);
  if (error)
    return refused("not valid JSON");
  if (!parsed.is_object())
    return refused("not a JSON object");
  return parsed;
}

result<void> read_session(std::string_view id, const json::object& from, parsed_session& to) {
  auto own = read_id(from, "session_id");
  auto group = read_id(from, "group");
  auto created = read_time(from, "created_at");
  auto updated = read_time(from, "updated_at");
  if (!own)
    return own.error();
  if (!group)
    return group.error();
  if (!created)
    return created.error();
  if (!updated)
    return updated.error();
  if (!own->empty() && *own != id)
    return refused("session_id is not that of the key");
  to.session = {std::string{id}, std::move(*group), *created, *updated, {}};
  return read_messages(from, to);
}

bool is_printable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f;
}

} // namespace

void add_skip(std::vector<skip_count>& to, const std::string& reason, std::uint64_t count) {
  const auto at = std::find_if(to.begin(), to.end(),
                               [&](const skip_count& known) { return known.reason == reason; });
  if (at == to.end())
    to.push_back({reason, count});
  else
    at->count += count;
}

result<void> validate_session_id(std::string_view id) {
  if (id.empty())
    return fail(errc::invalid_session, "the session's id is empty", "session_id");
  if (id.size() > max_session_id_bytes)
    return fail(errc::invalid_session, "the session's id is longer than 512 bytes", "session_id");
  if (has_nul(id) || !is_valid_utf8(id))
    return fail(errc::invalid_session, "the session's id is not valid UTF-8 without NUL bytes",
                "session_id");
  return {};
}

result<parsed_session> parse_session(std::string_view id, std::string_view text,
                                     std::size_t max_bytes) {
  if (const auto valid = validate_session_id(id); !valid)
    return valid.error();
  if (text.size() > max_bytes)
    return refused("larger than " + std::to_string(max_bytes) + " bytes");
  const auto parsed = read_object(text);
  if (!parsed)
    return parsed.error();
  parsed_session out;
  if (const auto done = read_session(id, parsed->get_object(), out); !done)
    return done.error();
  return out;
}

std::string message_key(const session_message& m) {
  if (!m.message_id.empty())
    return "i" + m.message_id;
  const auto who_and_what = m.sender_id + '\0' + m.content;
  return m.sent_at ? "t" + std::to_string(to_micros(*m.sent_at)) + '\0' + who_and_what
                   : "c" + who_and_what;
}

std::optional<std::string> hinted_session(std::string_view text) {
  if (!text.starts_with('{')) {
    if (!validate_session_id(text))
      return std::nullopt;
    return std::string{text};
  }
  const auto parsed = read_object(text);
  const auto id =
      parsed ? read_id(parsed->get_object(), "session_id") : result<std::string>{parsed.error()};
  if (!id || id->empty())
    return std::nullopt;
  return *id;
}

std::string presentable_id(std::string_view id) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  const bool readable = is_valid_utf8(id);
  std::string out;
  for (const char c : id.substr(0, max_session_id_bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_printable(c) && (readable || byte < 0x80))
      out += c;
    else
      out.append({'%', hex[byte >> 4U], hex[byte & 0xfU]});
  }
  while (!is_valid_utf8(out)) // the cut may go through a character
    out.pop_back();
  return out;
}

} // namespace standings
