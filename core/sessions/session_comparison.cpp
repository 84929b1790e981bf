#include "core/sessions/session_comparison.hpp"

#include "core/base/enum_names.hpp"

#include <unordered_set>

namespace standings {

template <>
struct enum_names<session_verdict> {
  static constexpr enum_words<session_verdict, 5> all{
      {{"in_sync", session_verdict::in_sync},
       {"differs", session_verdict::differs},
       {"only_in_redis", session_verdict::only_in_source},
       {"only_in_database", session_verdict::only_in_database},
       {"unreadable", session_verdict::unreadable}}};
};
static_assert(names_each_until(session_verdict::unreadable));

namespace {

/// Everything that a row holds of a message. The key alone would not reveal an edit.
std::string state_of(const session_message& m) {
  return m.message_id + '\0' + message_twin_key(m);
}

/// A message without a message_id may be stored as a row that had one, unless the source has that
/// one, too.
std::uint64_t missing_in(const session_record& stored, const session_record& source) {
  std::unordered_set<std::string> ids;
  for (const auto& m : source.messages)
    ids.insert(m.message_id);
  std::unordered_set<std::string> known;
  std::unordered_set<std::string> once_with_id;
  for (const auto& m : stored.messages) {
    known.insert(state_of(m));
    if (!m.message_id.empty() && !ids.contains(m.message_id))
      once_with_id.insert(message_twin_key(m));
  }
  std::uint64_t missing = 0;
  for (const auto& m : source.messages) {
    const bool there = known.contains(state_of(m))
                       || (m.message_id.empty() && once_with_id.contains(message_twin_key(m)));
    missing += there ? 0 : 1;
  }
  return missing;
}

} // namespace

std::string to_string(session_verdict value) {
  return std::string{name_of(value)};
}

compared_session compare_session(const session_record& source, const session_record& stored) {
  compared_session out;
  out.id = source.id;
  out.source_messages = source.messages.size();
  out.stored_messages = stored.messages.size();
  out.missing_messages = missing_in(stored, source);
  if (!source.group.empty() && source.group != stored.group)
    out.fields.emplace_back("group");
  if (source.created_at && source.created_at != stored.created_at)
    out.fields.emplace_back("created_at");
  if (source.updated_at && source.updated_at != stored.updated_at)
    out.fields.emplace_back("updated_at");
  if (out.missing_messages > 0)
    out.fields.emplace_back("messages");
  if (!out.fields.empty())
    out.verdict = session_verdict::differs;
  return out;
}

} // namespace standings
