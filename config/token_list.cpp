#include "config/token_list.hpp"

#include "config/token_check.hpp"
#include "core/access/access_policy.hpp"
#include "core/leaderboard/leaderboard_id.hpp"

#include <algorithm>
#include <set>

namespace standings {

namespace {

constexpr std::size_t longest_name = 64;

bool is_tenant(const std::string& text) {
  return validate_leaderboard_id(text) && tenant_of(text) == text;
}

/// For token names.
bool is_name(const std::string& text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= longest_name
         && std::all_of(text.begin(), text.end(), fits);
}

/// A scalar, or a sequence of scalars.
std::vector<std::string> texts_of(const YAML::Node& value, const yaml_report& report) {
  std::vector<std::string> out;
  if (value.IsScalar())
    return {value.Scalar()};
  for (const auto& one : value)
    if (one.IsScalar())
      out.push_back(one.Scalar());
    else
      report(one.Mark(), "tokens: may: has to be a scope or a list of scopes");
  return out;
}

token_config read_token(const YAML::Node& entry, const yaml_report& report) {
  token_config out;
  for (const auto& field : entry) {
    const auto key = field.first.IsScalar() ? field.first.Scalar() : std::string{};
    const auto& value = field.second;
    auto* const text = key == "name"     ? &out.name
                       : key == "sha256" ? &out.sha256
                       : key == "tenant" ? &out.tenant
                                         : nullptr;
    if (key == "may")
      out.may = texts_of(value, report);
    else if (!text)
      report(field.first.Mark(), "tokens: a token has name, sha256, tenant and may, nothing else");
    else if (value.IsScalar())
      *text = value.Scalar();
    else
      report(value.Mark(), "tokens: " + key + ": has to be a single value");
  }
  return out;
}

} // namespace

std::vector<token_config> read_tokens(const YAML::Node& list, const yaml_report& report) {
  std::vector<token_config> out;
  if (list.IsNull())
    return out;
  if (!list.IsSequence()) {
    report(list.Mark(), "tokens: has to be a list of {name, sha256, may}");
    return out;
  }
  for (const auto& entry : list)
    if (entry.IsMap())
      out.push_back(read_token(entry, report));
    else
      report(entry.Mark(), "tokens: a token has to have name, sha256 and may");
  return out;
}

std::vector<std::string> check_tokens(const std::vector<token_config>& tokens) {
  std::vector<std::string> out;
  std::set<std::string> names{"admin"};
  std::set<token_digest> digests;
  for (const auto& token : tokens) {
    const auto shown = is_name(token.name) ? "tokens: " + token.name + ": " : "tokens: ";
    const auto require = [&](bool holds, const std::string& otherwise) {
      if (!holds)
        out.push_back(shown + otherwise);
    };
    require(is_name(token.name), "name: has to be 1 to 64 of A-Z, a-z, 0-9, '-', '_' and '.'");
    require(names.insert(token.name).second, "name: is taken by another token");
    const auto digest = parse_digest(token.sha256);
    require(digest.has_value(), "sha256: has to be the 64 hexadecimal digits of a SHA-256");
    require(!digest || digests.insert(*digest).second, "sha256: is that of another token");
    require(
        token.tenant.empty() || is_tenant(token.tenant),
        "tenant: has to be the first part of leaderboards' ids: up to 32 of a-z, 0-9, '-' and '_'");
    require(!token.may.empty(), "may: is missing; it is read, inspect, write, admin, or a list");
    require(std::all_of(token.may.begin(), token.may.end(),
                        [](const auto& word) { return value_named<scope>(word).has_value(); }),
            "may: has to consist of read, inspect, write and admin");
  }
  return out;
}

} // namespace standings
