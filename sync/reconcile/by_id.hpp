#pragma once

#include "core/leaderboard/score.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace standings {

template <class T>
std::unordered_map<std::string_view, const T*> by_id(const std::vector<T>& all) {
  std::unordered_map<std::string_view, const T*> out;
  for (const auto& one : all)
    out.emplace(one.user_id, &one);
  return out;
}

template <class T>
const T* find_in(const std::unordered_map<std::string_view, const T*>& map, const std::string& id) {
  const auto at = map.find(id);
  return at == map.end() ? nullptr : at->second;
}

inline std::vector<std::string> ids_of(const std::vector<user_record>& users) {
  std::vector<std::string> out;
  out.reserve(users.size());
  for (const auto& user : users)
    out.push_back(user.user_id);
  return out;
}

} // namespace standings
