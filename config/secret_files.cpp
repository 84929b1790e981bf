#include "config/secret_files.hpp"

#include "config/options.hpp"
#include "config/text_file.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace standings {

namespace {

using variables = std::map<std::string, std::string>;

constexpr std::string_view suffix = "_FILE";
constexpr std::size_t longest_secret = 65'536;

bool is_set(const variables& environment, const std::string& name) {
  const auto at = environment.find(name);
  return at != environment.end() && !at->second.empty();
}

/// The variables that may come from a file. POSTGRES_PASSWORD alone is meant for the image of a
/// server.
std::set<std::string> secret_variables(const variables& environment) {
  std::set<std::string> out{"REDIS_URL", "REDIS_PASSWORD", "DATABASE_URL"};
  if (is_set(environment, "POSTGRES_HOST"))
    out.insert("POSTGRES_PASSWORD");
  for (const auto& o : all_options())
    if (o.secret)
      out.insert(environment_name(o));
  for (const auto& o : all_options()) // an option of its own takes care of its file itself
    if (const auto name = environment_name(o); name.ends_with(suffix))
      out.erase(name.substr(0, name.size() - suffix.size()));
  return out;
}

/// Reads the file, or says what is wrong with it.
std::string read(const std::string& file, std::string& content) {
  auto text = read_text_file(file, longest_secret);
  if (!text)
    return text.error().detail;
  content = std::move(*text);
  while (content.ends_with('\n') || content.ends_with('\r'))
    content.pop_back();
  return content.empty() ? "is empty" : "";
}

} // namespace

variables with_secret_files(variables environment, std::vector<std::string>& problems) {
  for (const auto& name : secret_variables(environment)) {
    const auto file_variable = name + std::string{suffix};
    if (!is_set(environment, file_variable))
      continue;
    const auto file = environment.extract(file_variable).mapped();
    if (is_set(environment, name)) {
      problems.push_back(file_variable + ": " + name + " is set, too");
      continue;
    }
    std::string content;
    if (const auto wrong = read(file, content); wrong.empty())
      environment[name] = std::move(content);
    else
      problems.push_back(file_variable + ": " + file + " " + wrong);
  }
  return environment;
}

} // namespace standings
