#include "http/server/router.hpp"

#include <algorithm>
#include <set>

namespace standings {

namespace {

bool is_capture(const std::string& segment) {
  return segment.starts_with('{');
}

/// The number of literal segments if `path` matches `pattern`, otherwise -1.
int match_strength(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size())
    return -1;
  int literal = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_capture(pattern[i])) {
      if (path[i].empty())
        return -1;
      continue;
    }
    if (pattern[i] != path[i])
      return -1;
    ++literal;
  }
  return literal;
}

} // namespace

void router::add(route r) {
  auto segments = path_segments(r.pattern).value();
  r.number = entries_.size();
  entries_.push_back({std::move(r), std::move(segments)});
}

std::vector<const route*> router::routes() const {
  std::vector<const route*> out;
  for (const auto& e : entries_)
    out.push_back(&e.what);
  return out;
}

router::match router::find(std::string_view method, const std::vector<std::string>& path) const {
  if (method == "HEAD")
    method = "GET";
  // the pattern with the most literal segments decides, whatever its methods: `update` is not a
  // period
  int strength = 0;
  for (const auto& e : entries_)
    strength = std::max(strength, match_strength(e.segments, path));
  match out;
  for (const auto& e : entries_) {
    if (e.what.method != method || match_strength(e.segments, path) != strength)
      continue;
    out.found = &e.what;
    for (std::size_t i = 0; i < path.size(); ++i)
      if (is_capture(e.segments[i]))
        out.captures.push_back(path[i]);
    return out;
  }
  std::set<std::string> methods;
  for (const auto& e : entries_)
    if (match_strength(e.segments, path) == strength)
      methods.insert(e.what.method);
  if (methods.contains("GET"))
    methods.insert("HEAD");
  if (!methods.empty())
    methods.insert("OPTIONS");
  for (const auto& m : methods)
    out.allow += (out.allow.empty() ? "" : ", ") + m;
  return out;
}

} // namespace standings
