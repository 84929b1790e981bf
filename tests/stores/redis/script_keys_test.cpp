#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace standings {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream{file}.rdbuf();
  return out.str();
}

std::vector<std::smatch> all_matches(const std::string& text, const std::regex& pattern) {
  return {std::sregex_iterator{text.begin(), text.end(), pattern}, std::sregex_iterator{}};
}

/// Names that hold an element of KEYS, several of them, or pairs that begin with one. Deliberately
/// simple: a name counts if one of its assignments does, so scripts must not reuse names.
std::set<std::string> names_of_keys(const std::string& text) {
  std::set<std::string> out;
  for (const auto& m : all_matches(text, std::regex{R"(local (\w+) = (?:\{unpack\()?KEYS\b)"}))
    out.insert(m[1]);
  for (bool more = true; more;) {
    const auto before = out.size();
    for (const auto& m : all_matches(text, std::regex{R"(for \w+, (\w+) in ipairs\((\w+)\))"}))
      if (out.contains(m[2]) || m[2] == "KEYS")
        out.insert(m[1]);
    for (const auto& m : all_matches(text, std::regex{R"((\w+)\[#\w+ \+ 1\] = (\w+)\n)"}))
      if (out.contains(m[2]))
        out.insert(m[1]);
    more = out.size() > before;
  }
  return out;
}

/// The calls whose key is not one of KEYS. A script's functions take keys in parameters named
/// `key`, which are checked at the call.
std::vector<std::string> calls_with_other_keys(const std::string& text) {
  const auto names = names_of_keys(text);
  std::vector<std::string> out;
  const std::regex call{R"(redis\.p?call\(([^,()\[\]]+|size_by\[kind\]),\s*(unpack\()?(\w+))"};
  for (const auto& m : all_matches(text, call))
    if (m[3] != "KEYS" && !names.contains(m[3]))
      out.push_back(m[0]);
  return out;
}

const fs::path folder = fs::path{STANDINGS_SOURCE_DIR} / "stores/redis/scripts";

TEST(RedisScripts, TouchOnlyKeysThatTheyAreGiven) {
  std::size_t scripts = 0;
  for (const auto& file : fs::directory_iterator{folder}) {
    ++scripts;
    for (const auto& call : calls_with_other_keys(text_of(file)))
      ADD_FAILURE() << file.path().filename() << ": " << call;
  }
  EXPECT_GE(scripts, 12U);
}

TEST(RedisScripts, ACallThatCannotBeUnderstoodIsFoundToo) {
  std::size_t calls = 0;
  std::size_t understood = 0;
  const std::regex any{R"(redis\.p?call\()"};
  const std::regex call{R"(redis\.p?call\(([^,()\[\]]+|size_by\[kind\]),\s*(unpack\()?\w+)"};
  for (const auto& file : fs::directory_iterator{folder}) {
    const auto text = text_of(file);
    calls += all_matches(text, any).size();
    understood += all_matches(text, call).size();
  }
  EXPECT_EQ(calls, understood);
  EXPECT_GT(calls, 40U);
}

TEST(RedisScripts, AKeyThatIsMadeInAScriptIsFound) {
  EXPECT_EQ(calls_with_other_keys("redis.call('GET', KEYS[1])\n").size(), 0U);
  EXPECT_EQ(calls_with_other_keys("redis.call('GET', ARGV[1] .. 'x')\n").size(), 1U);
  EXPECT_EQ(calls_with_other_keys("local key = ARGV[1] .. id\nredis.call('GET', key)\n").size(),
            1U);
  EXPECT_EQ(calls_with_other_keys("local key = KEYS[2]\nredis.pcall('GET', key)\n").size(), 0U);
  EXPECT_EQ(calls_with_other_keys("local all = {}\nall[#all + 1] = prefix .. id\n"
                                  "redis.call('MGET', unpack(all))\n")
                .size(),
            1U);
}

} // namespace
} // namespace standings
