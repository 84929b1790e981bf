#include "config/load_problems.hpp"

#include <algorithm>

namespace standings {

void apply(const option& o, std::string_view text, const std::string& source, load_outcome& out) {
  if (const auto done = o.set(out.value, text); !done)
    out.problems.push_back(source + ": " + o.path + ": " + done.error().detail);
  else
    out.sources[o.path] = source;
}

std::string shown_key(std::string_view key) {
  const auto odd = [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
             || c == '_' || c == '-');
  };
  const auto end = std::find_if(key.begin(), key.end(), odd);
  return std::string{key.begin(), end} + (end == key.end() ? "" : "…");
}

std::string unknown(const std::string& what, const std::string& name,
                    const std::optional<std::string>& meant) {
  return "unknown " + what + " '" + shown_key(name) + "'"
         + (meant ? " (did you mean '" + *meant + "'?)" : "");
}

std::vector<std::string> option_paths() {
  std::vector<std::string> paths;
  for (const auto& o : all_options())
    paths.push_back(o.path);
  return paths;
}

} // namespace standings
