#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Chat sessions as another application writes them. docs/sessions.md describes
/// the format; what is new in it is read in core/sessions/session.cpp and nowhere else.
namespace standings {

struct session_message {
  std::string sender_id;
  std::string sender_name; ///< empty: not told
  std::string content;
  std::optional<sys_time> sent_at;
  std::string message_id; ///< empty: none

  friend bool operator==(const session_message&, const session_message&) = default;
};

/// A session with its messages in order. What is absent says nothing: a stored
/// session keeps what it has.
struct session_record {
  std::string id;
  std::string group; ///< empty: not told
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
  session_record session;          ///< every message once
  bool ours = true;                ///< false: something else lies there, and nothing is told here
  std::vector<skip_count> skipped; ///< messages that cannot be stored
  std::vector<skip_count> mended;  ///< fields that were left out, or replaced in part
  std::uint64_t duplicates = 0;    ///< messages that repeat an earlier one
  std::uint64_t replaced = 0;      ///< messages whose message_id came again with another content
};

inline constexpr std::size_t max_session_id_bytes = 512; ///< likewise of users, groups, messages

/// The session that lies under the key of `id`. What cannot be stored spoils
/// nothing but itself: a message is skipped, an optional field is left out, and of
/// a text that no database holds (NUL, half a character) the part is replaced. Of
/// two contents under one message_id the later one counts, in the earlier one's
/// place. What is no chat session is not `ours`.
///
/// Fails with `invalid_session`, whose detail is the reason, where the whole cannot
/// be stored: no JSON, though it was meant as a session; too large; an id that no
/// row can have, or not that of the key.
[[nodiscard]] result<parsed_session> parse_session(std::string_view id, std::string_view text,
                                                   std::size_t max_bytes);

/// The same for a text that is too large to be read, of which this is the beginning:
/// a failure, or something that is not ours.
[[nodiscard]] result<parsed_session> parse_oversized(std::string_view beginning,
                                                     std::size_t max_bytes);

/// Fails with `invalid_session`: 1 to 512 bytes of valid UTF-8 without NUL.
[[nodiscard]] result<void> validate_session_id(std::string_view id);

/// What makes a message the same as another one of its session: its message_id,
/// else `message_twin_key`.
[[nodiscard]] std::string message_key(const session_message& m);

/// Sender, content and time, or sender and content: what a message has in common
/// with itself before its writer gave it a message_id, or took it away.
[[nodiscard]] std::string message_twin_key(const session_message& m);

/// The session that a message on the channel is about: the whole text, or the
/// `session_id` of a JSON object. Nothing where there is none.
[[nodiscard]] std::optional<std::string> hinted_session(std::string_view text);

/// Any bytes as text that can be stored and shown: what is not printable UTF-8
/// becomes %XX, and what is longer than an id is cut.
[[nodiscard]] std::string presentable_id(std::string_view id);

} // namespace standings
