#include "core/sessions/message_twins.hpp"

#include <unordered_map>
#include <unordered_set>

namespace standings {

namespace {

/// The messages that the source has now.
struct source_view {
  std::unordered_map<std::string, std::string> with_id; ///< message_id → twin key
  std::unordered_set<std::string> without_id;           ///< twin keys

  explicit source_view(const session_record& source) {
    for (const auto& m : source.messages)
      if (m.message_id.empty())
        without_id.insert(message_twin_key(m));
      else
        with_id.emplace(m.message_id, message_twin_key(m));
  }

  /// Whether the source has the added row's message in place of the earlier one's.
  [[nodiscard]] bool has_become(const twin_rows& pair) const {
    if (pair.added_id.empty())
      return !with_id.contains(pair.earlier_id);
    const auto added = with_id.find(pair.added_id);
    return added != with_id.end() && !without_id.contains(added->second);
  }
};

} // namespace

twin_plan settle_twins(const session_record& source, std::span<const twin_rows> pairs) {
  const source_view now{source};
  std::unordered_set<std::int64_t> settled;
  twin_plan out;
  for (const auto& pair : pairs) {
    if (settled.contains(pair.added) || settled.contains(pair.earlier) || !now.has_become(pair))
      continue;
    settled.insert({pair.added, pair.earlier});
    out.dropped.push_back(pair.added);
    if (pair.added_id.empty())
      continue;
    out.named.push_back(pair.earlier);
    out.names.push_back(pair.added_id);
  }
  return out;
}

} // namespace standings
