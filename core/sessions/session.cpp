#include "core/sessions/session.hpp"

#include "core/base/foreign_json.hpp"
#include "core/base/hex.hpp"
#include "core/base/presentable.hpp"
#include "core/base/validate.hpp"
#include "core/sessions/session_fields.hpp"
#include "core/sessions/session_shape.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <unordered_map>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::size_t deepest_nesting = 256;

failure refused(std::string why) {
  return fail(errc::invalid_session, std::move(why));
}

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

/// Why a text cannot be an id; empty if it can.
std::string unfit_as_id(std::string_view text) {
  if (has_nul(text))
    return "has NUL bytes";
  if (!is_valid_utf8(text))
    return "is not valid UTF-8";
  return text.size() > max_session_id_bytes ? "is longer than 512 bytes" : "";
}

result<json::value> read_json(std::string_view text) {
  json::parse_options options;
  options.allow_invalid_utf8 = true; // only the affected fields are lost
  options.max_depth = deepest_nesting;
  const auto readable = readable_json(text);
  boost::system::error_code error;
  auto parsed = json::parse({readable.data(), readable.size()}, error, {}, options);
  if (error)
    return refused("not valid JSON");
  return parsed;
}

/// A message that may be refused, with the reason.
using maybe_message = result<session_message>;

/// Reads the fields of a session or a message, and records in `mended` what it leaves out.
class field_reader {
public:
  field_reader(const json::object& from, std::vector<skip_count>& mended)
      : from_(from), mended_(mended) {}

  /// An optional id; empty if it is missing or cannot be used.
  std::string optional_id(const std::string& name) {
    auto read = id(name);
    if (read)
      return std::move(*read);
    add_skip(mended_, read.error().detail);
    return {};
  }

  /// Empty if it is missing.
  result<std::string> id(const std::string& name) const {
    const auto* value = present_field(from_, name);
    if (!value)
      return std::string{};
    auto text = id_text(*value);
    if (!text)
      return refused(name + " is no text");
    if (const auto why = unfit_as_id(*text); !why.empty())
      return refused(name + ' ' + why);
    return std::move(*text);
  }

  /// A name is only displayed: a broken character in it does not matter.
  std::string name(const std::string& name) {
    const auto* value = present_field(from_, name);
    const auto text = value ? id_text(*value) : std::string{};
    if (!text) {
      add_skip(mended_, name + " is no text");
      return {};
    }
    auto out = storable(name, *text);
    if (out.size() <= max_session_id_bytes)
      return out;
    add_skip(mended_, name + " is longer than 512 bytes");
    return {};
  }

  std::string storable(const std::string& name, std::string_view text) {
    if (!has_nul(text) && is_valid_utf8(text))
      return std::string{text};
    add_skip(mended_, name + " has NUL bytes or half characters, which were replaced");
    return storable_text(text);
  }

  /// An empty text counts as no time.
  std::optional<sys_time> time(const std::string& name) {
    const auto* value = present_field(from_, name);
    if (!value || (value->is_string() && is_blank(value->get_string())))
      return std::nullopt;
    const auto at = time_of_field(*value);
    if (!at)
      add_skip(mended_, name + " is no time");
    return at;
  }

private:
  static bool is_blank(const json::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t'; });
  }

  const json::object& from_;
  std::vector<skip_count>& mended_;
};

maybe_message read_message(const json::value& value, std::vector<skip_count>& mended) {
  if (!value.is_object())
    return refused("message is no object");
  const auto& from = value.get_object();
  field_reader fields{from, mended};
  session_message out;
  auto sender = fields.id("sender_id");
  if (!sender)
    return sender.error();
  if (sender->empty())
    return refused("sender_id is missing");
  const auto* content = present_field(from, "content");
  if (!content || !content->is_string())
    return refused(content ? "content is no text" : "content is missing");
  out.sender_id = std::move(*sender);
  out.sender_name = fields.name("sender_name");
  out.content = fields.storable("content", content->get_string());
  out.sent_at = fields.time("timestamp");
  out.message_id = fields.optional_id("message_id");
  return out;
}

bool says_the_same(const session_message& a, const session_message& b) {
  return a.sender_id == b.sender_id && a.content == b.content && a.sent_at == b.sent_at;
}

/// Collects messages in order, each once.
class message_list {
public:
  explicit message_list(parsed_session& to) : to_(to) {}

  void add(session_message m) {
    auto& all = to_.session.messages;
    const auto [known, is_new] = places_.emplace(message_key(m), all.size());
    if (is_new) {
      all.push_back(std::move(m));
      return;
    }
    auto& earlier = all[known->second];
    if (says_the_same(earlier, m)) {
      ++to_.duplicates;
      return;
    }
    ++to_.replaced;
    if (m.sender_name.empty() && m.sender_id == earlier.sender_id)
      m.sender_name = std::move(earlier.sender_name);
    earlier = std::move(m);
  }

private:
  parsed_session& to_;
  std::unordered_map<std::string, std::size_t> places_;
};

void read_messages(const json::object& from, parsed_session& to) {
  const auto* given = present_field(from, "messages");
  if (!given)
    return;
  const auto* list = given->if_array();
  if (!list)
    return add_skip(to.mended, "messages is no list");
  message_list messages{to};
  for (const auto& item : *list) {
    auto message = read_message(item, to.mended);
    if (message)
      messages.add(std::move(*message));
    else
      add_skip(to.skipped, message.error().detail);
  }
}

result<parsed_session> read_session(std::string_view id, const json::object& from) {
  parsed_session out;
  field_reader fields{from, out.mended};
  const auto own = fields.optional_id("session_id");
  if (!own.empty() && own != id)
    return refused("session_id is not that of the key");
  out.session.id = id;
  out.session.group = fields.optional_id("group");
  out.session.created_at = fields.time("created_at");
  out.session.updated_at = fields.time("updated_at");
  read_messages(from, out);
  return out;
}

parsed_session not_ours() {
  parsed_session out;
  out.ours = false;
  return out;
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

result<parsed_session> parse_oversized(std::string_view beginning, std::size_t max_bytes) {
  if (!was_meant_as_chat_session(beginning))
    return not_ours();
  return refused("larger than " + std::to_string(max_bytes) + " bytes");
}

result<parsed_session> parse_session(std::string_view id, std::string_view text,
                                     std::size_t max_bytes) {
  if (text.size() > max_bytes)
    return parse_oversized(text, max_bytes);
  const auto parsed = read_json(text);
  if (!parsed) {
    if (!was_meant_as_chat_session(text))
      return not_ours();
    return parsed.error();
  }
  if (!parsed->is_object() || !is_chat_session(id, parsed->get_object()))
    return not_ours();
  if (const auto valid = validate_session_id(id); !valid)
    return valid.error();
  return read_session(id, parsed->get_object());
}

std::string message_key(const session_message& m) {
  return m.message_id.empty() ? message_twin_key(m) : "i" + m.message_id;
}

std::string message_twin_key(const session_message& m) {
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
  const auto parsed = read_json(text);
  if (!parsed || !parsed->is_object())
    return std::nullopt;
  std::vector<skip_count> unused;
  auto id = field_reader{parsed->get_object(), unused}.optional_id("session_id");
  return id.empty() ? std::nullopt : std::optional{std::move(id)};
}

std::string presentable_id(std::string_view id) {
  const bool readable = is_valid_utf8(id);
  std::string out;
  for (const char c : id.substr(0, max_session_id_bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_printable(c) && (readable || byte < 0x80))
      out += c;
    else
      append_hex(out += '%', byte, upper_hex_digits);
  }
  while (!is_valid_utf8(out)) // the cut may split a character
    out.pop_back();
  return out;
}

} // namespace standings
