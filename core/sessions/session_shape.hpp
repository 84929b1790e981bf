#pragma once

#include <boost/json/object.hpp>

#include <string_view>

/// Whose key is it? Other applications use the prefix of the sessions, too: web frameworks for
/// their visitors, agents for their state. Pure.
namespace standings {

/// Whether the object under the key of `id` is a chat session. It is one
///
/// - if one of its messages has a `sender_id`
/// - if its `session_id` is that of the key, and it has `messages` or a `group`
/// - if it has no field but those of a session, and no message
[[nodiscard]] bool is_chat_session(std::string_view id, const boost::json::object& object);

/// Whether a text that is not JSON was meant to be a chat session: it begins as an object, and
/// nothing that can be read of it contradicts that.
[[nodiscard]] bool was_meant_as_chat_session(std::string_view text);

} // namespace standings
