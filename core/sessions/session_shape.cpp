#include "core/sessions/session_shape.hpp"

#include "core/sessions/session_fields.hpp"

#include <algorithm>
#include <array>

namespace standings {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> fields{"session_id", "group", "created_at", "updated_at",
                                                 "messages"};

bool has_sender(const json::value& message) {
  const auto* object = message.if_object();
  return object && object->contains("sender_id");
}

bool has_only_fields_of_a_session(const json::object& object) {
  return std::all_of(object.begin(), object.end(), [](const auto& member) {
    const std::string_view key{member.key().data(), member.key().size()};
    return std::find(fields.begin(), fields.end(), key) != fields.end();
  });
}

std::string_view from_first_word(std::string_view text) {
  const auto at = text.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? std::string_view{} : text.substr(at);
}

/// Whether the text begins with a quoted word and a colon, like the first field of an object.
bool begins_with_a_key(std::string_view text) {
  const auto quote = text.empty() ? '\0' : text.front();
  if (quote != '"' && quote != '\'')
    return false;
  const auto end = text.find(quote, 1);
  return end != std::string_view::npos && from_first_word(text.substr(end + 1)).starts_with(':');
}

} // namespace

bool is_chat_session(std::string_view id, const json::object& object) {
  const auto* messages = present_field(object, "messages");
  const auto* list = messages ? messages->if_array() : nullptr;
  if (list && std::any_of(list->begin(), list->end(), has_sender))
    return true;
  const auto* named = present_field(object, "session_id");
  const bool own = named && id_text(*named) == id;
  if (own && (messages || object.contains("group")))
    return true;
  return (!messages || (list && list->empty())) && has_only_fields_of_a_session(object);
}

bool was_meant_as_chat_session(std::string_view text) {
  text = from_first_word(text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text);
  if (!text.starts_with('{'))
    return false;
  if (!begins_with_a_key(from_first_word(text.substr(1))))
    return true;
  constexpr std::array<std::string_view, 4> signs{"session_id", "messages", "sender_id", "group"};
  return std::any_of(signs.begin(), signs.end(), [&](std::string_view sign) {
    return text.find(sign) != std::string_view::npos;
  });
}

} // namespace standings
