#pragma once

#include "core/sessions/session.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace standings {

/// A session's own columns. `group` 0 means none.
struct session_fields {
  std::int64_t group = 0;
  std::optional<sys_time> created_at;
  std::optional<sys_time> updated_at;

  friend bool operator==(const session_fields&, const session_fields&) = default;
};

/// The new columns: fields that the source lacks stay as they were.
inline session_fields merged(session_fields was, const session_record& now, std::int64_t group) {
  if (group != 0)
    was.group = group;
  if (now.created_at)
    was.created_at = now.created_at;
  if (now.updated_at)
    was.updated_at = now.updated_at;
  return was;
}

/// The names in a batch that need an id, each once and in byte order, so that writers of several
/// instances lock rows in the same order.
struct session_names {
  std::vector<std::string> sessions;
  std::vector<std::string> groups;
  std::vector<std::string> users;
  std::unordered_map<std::string, std::string> user_names; ///< the last one given
};

inline session_names names_in(std::span<const session_record> batch) {
  session_names out;
  std::set<std::string> groups;
  std::set<std::string> users;
  for (const auto& s : batch) {
    out.sessions.push_back(s.id);
    if (!s.group.empty())
      groups.insert(s.group);
    for (const auto& m : s.messages) {
      users.insert(m.sender_id);
      if (!m.sender_name.empty())
        out.user_names[m.sender_id] = m.sender_name;
    }
  }
  std::sort(out.sessions.begin(), out.sessions.end());
  out.groups.assign(groups.begin(), groups.end());
  out.users.assign(users.begin(), users.end());
  return out;
}

} // namespace standings
