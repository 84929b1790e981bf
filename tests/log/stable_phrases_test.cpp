#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace standings {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream{file}.rdbuf();
  return out.str();
}

/// The phrases of the table in docs/logging.md: its rows begin with a phrase in backticks.
std::vector<std::string> documented_phrases() {
  std::istringstream in{content_of(fs::path{STANDINGS_SOURCE_DIR} / "docs/logging.md")};
  std::vector<std::string> out;
  bool in_table = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("#"))
      in_table = line == "## Stable phrases";
    const auto end = line.find("` |");
    if (in_table && line.starts_with("| `") && end != std::string::npos)
      out.push_back(line.substr(3, end - 3));
  }
  return out;
}

/// All sources, with string literals that stand side by side joined.
std::string sources() {
  std::string out;
  for (const auto* folder : {"actors", "stores", "http", "app", "cli"})
    for (const auto& file :
         fs::recursive_directory_iterator{fs::path{STANDINGS_SOURCE_DIR} / folder})
      if (file.path().extension() == ".cpp")
        out += content_of(file.path());
  return std::regex_replace(out, std::regex{R"("\s*\n\s*")"}, "");
}

TEST(StablePhrases, AreLogged) {
  const auto phrases = documented_phrases();
  ASSERT_GE(phrases.size(), 15U);
  const auto all = sources();
  for (const auto& phrase : phrases)
    EXPECT_NE(all.find(phrase), std::string::npos) << phrase;
}

TEST(StablePhrases, IncludeThoseThatHaveAlwaysBeenSearchedFor) {
  const auto phrases = documented_phrases();
  for (const auto* phrase :
       {"Starting Redis -> PostgreSQL sync", "Sync completed", "Failed to ", "No changes detected"})
    EXPECT_NE(std::find(phrases.begin(), phrases.end(), phrase), phrases.end()) << phrase;
}

} // namespace
} // namespace standings
