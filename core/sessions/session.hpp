#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Chat sessions as another application writes them. docs/sessions.md describes the format;
/// core/sessions/session.cpp is the only reader.
namespace standings {

struct session_message {
  std::string sender_id;
  std::string sender_name; ///< empty: not given
  std::string content;
  std::optional<sys_time> sent_at;
  std::string message_id; ///< empty: none

  friend bool operator==(const session_message&, const session_message&) = default;
};

/// A session with its messages in order. An absent field changes nothing: a stored session keeps
/// its value.
struct session_record {
  std::string id;
  std::string group; ///< empty: not given
  std::optional<sys_time> created_at;
  std::optional<sys_time> updated_at;
  std::vector<session_message> messages;

  friend bool operator==(const session_record&, const session_record&) = default;
};

/// How often something was left out, and why.
struct skip_count {
  std::string reason;
  std::uint64_t count = 0;

  friend bool operator==(const skip_count&, const skip_count&) = default;
};

void add_skip(std::vector<skip_count>& to, const std::string& reason, std::uint64_t count = 1);

/// A session that cannot be stored, and why.
struct rejected_session {
  std::string id; ///< presentable
  std::string reason;

  friend bool operator==(const rejected_session&, const rejected_session&) = default;
};

struct parsed_session {
  session_record session; ///< every message once
  bool ours = true; ///< false: the key holds something else, and the other fields mean nothing
  std::vector<skip_count> skipped; ///< messages that cannot be stored
  std::vector<skip_count> mended;  ///< fields that were left out or partly replaced
  std::uint64_t duplicates = 0;    ///< messages that repeat an earlier one
  std::uint64_t replaced = 0; ///< messages that repeat an earlier message_id with other content
};

inline constexpr std::size_t max_session_id_bytes = 512; ///< also of users, groups and messages

/// Parses the text under the key of `id`. What cannot be stored spoils nothing but itself: a
/// message is skipped, an optional field is left out, and in a text that no database holds (NUL,
/// half a character) the invalid part is replaced. If a message_id occurs with two contents, the
/// later one counts, in the earlier one's place. What is not a chat session is not `ours`.
///
/// Fails with `invalid_session`, whose detail is the reason, if the session as a whole cannot be
/// stored: it was meant as a session but is not JSON; it is too large; its id cannot be stored, or
/// is not that of the key.
[[nodiscard]] result<parsed_session> parse_session(std::string_view id, std::string_view text,
                                                   std::size_t max_bytes);

/// Judges a text that is too large to be parsed. `beginning` decides between a failure and a
/// session that is not `ours`.
[[nodiscard]] result<parsed_session> parse_oversized(std::string_view beginning,
                                                     std::size_t max_bytes);

/// 1 to 512 bytes of valid UTF-8 without NUL. Fails with `invalid_session`.
[[nodiscard]] result<void> validate_session_id(std::string_view id);

/// The identity of a message within its session: its message_id, or without one `message_twin_key`.
[[nodiscard]] std::string message_key(const session_message& m);

/// Sender, content and time, or sender and content if there is no time: what stays the same when
/// the writer adds or removes the message_id.
[[nodiscard]] std::string message_twin_key(const session_message& m);

/// The session that a message on the channel refers to: the whole text, or the `session_id` of a
/// JSON object. `nullopt` if there is none.
[[nodiscard]] std::optional<std::string> hinted_session(std::string_view text);

/// Any bytes as text that can be stored and shown: what is not printable UTF-8 becomes %XX, and a
/// text longer than an id is cut.
[[nodiscard]] std::string presentable_id(std::string_view id);

} // namespace standings
