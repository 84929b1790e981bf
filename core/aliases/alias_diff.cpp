#include "core/aliases/alias_diff.hpp"

#include <algorithm>
#include <functional>

namespace standings {

static_assert(sizeof(std::size_t) == sizeof(std::uint64_t), "std::hash has to give 64 bits");

alias_diff diff_aliases(std::span<const alias_record> source,
                        std::span<const std::optional<std::string>> cached) {
  alias_diff out;
  for (std::size_t i = 0; i < source.size(); ++i) {
    const bool known = i < cached.size() && cached[i].has_value();
    if (known && *cached[i] == source[i].value) {
      ++out.same;
      continue;
    }
    out.writes.push_back(i);
    out.is_new.push_back(!known);
  }
  return out;
}

alias_deletion_verdict may_delete_aliases(const alias_table_sight& table, std::uint64_t cached) {
  if (!table.read_to_the_end)
    return {false, "the table was not read to its end"};
  if (table.aliases == 0 && cached > 0 && !table.released)
    return {false, "the table reads empty, but the cache has aliases of it; nothing was deleted"};
  return {true, {}};
}

void seen_aliases::add(std::string_view alias) {
  hashes_.push_back(std::hash<std::string_view>{}(alias));
}

void seen_aliases::seal() {
  std::sort(hashes_.begin(), hashes_.end());
}

bool seen_aliases::contains(std::string_view alias) const {
  return std::binary_search(hashes_.begin(), hashes_.end(), std::hash<std::string_view>{}(alias));
}

} // namespace standings
