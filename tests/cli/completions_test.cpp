#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace standings::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class Completions : public testing::Test {
protected:
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream{dir / name} << text;
    return dir / name;
  }

  std::string printed(std::vector<std::string> arguments) {
    const auto done = run(STANDINGS_BINARY, arguments);
    EXPECT_EQ(done.exit_code, 0) << done.error;
    return done.output;
  }

  static std::set<std::string> lines_of(const std::string& text) {
    std::istringstream in{text};
    std::set<std::string> out;
    for (std::string line; std::getline(in, line);)
      out.insert(line);
    return out;
  }

  /// What bash offers for the last of `words`.
  std::set<std::string> in_bash(const std::string& words) {
    const auto script = write("standings.bash", printed({"completions", "bash"}));
    const auto done =
        run("/bin/bash", {"-c", "compopt() { :; }; source " + script + "; COMP_WORDS=(" + words
                                    + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _standings;"
                                      " printf '%s\\n' \"${COMPREPLY[@]}\""});
    EXPECT_EQ(done.error, "");
    return lines_of(done.output);
  }

  /// The same of zsh, with stubs for what shows the words.
  std::set<std::string> in_zsh(const std::string& words) {
    const auto script = write("_standings", printed({"completions", "zsh"}));
    const auto done =
        run("/bin/zsh", {"-f", "-c",
                         "compdef() { :; }; compadd() { shift; print -l -- \"$@\"; };"
                         " _describe() { print -l -- ${(P)@[-1]}; };"
                         " source "
                             + script + "; words=(" + words + "); CURRENT=${#words}; _standings"});
    EXPECT_EQ(done.error, "");
    return lines_of(done.output);
  }

  const temp_dir dir;
};

TEST_F(Completions, AreValidShell) {
  for (const std::string shell : {"bash", "zsh"}) {
    const auto script = write(shell, printed({"completions", shell}));
    const auto checked = run("/bin/" + shell, {"-n", script});
    EXPECT_EQ(checked.exit_code, 0) << checked.error;
    EXPECT_EQ(checked.error, "");
  }
  EXPECT_EQ(run(STANDINGS_BINARY, {"completions", "fish"}).exit_code, 2);
}

TEST_F(Completions, OfferCommandsFlagsAndValuesInBash) {
  EXPECT_EQ(in_bash("standings ser"), (std::set<std::string>{"serve"}));
  EXPECT_THAT(in_bash("standings sync ''"), AllOf(Contains("run"), Contains("recover")));
  EXPECT_EQ(in_bash("standings --json sync run --dr"), (std::set<std::string>{"--dry-run"}));
  EXPECT_EQ(in_bash("standings sync run --period w"), (std::set<std::string>{"weekly"}));
  EXPECT_EQ(in_bash("standings board daily --leader"), (std::set<std::string>{"--leaderboard"}));
  EXPECT_EQ(in_bash("standings leaderboards create acme --order ''"),
            (std::set<std::string>{"asc", "desc"}));
  EXPECT_EQ(in_bash("standings serve --set http.po"), (std::set<std::string>{"http.port="}));
  EXPECT_EQ(in_bash("standings completions z"), (std::set<std::string>{"zsh"}));
  EXPECT_THAT(in_bash("standings serve --"), Not(Contains("--url")));
  write("some-file", "");
  EXPECT_THAT(in_bash("standings serve --config " + (dir / "some-f")), Contains(dir / "some-file"));
}

TEST_F(Completions, OfferCommandsFlagsAndValuesInZsh) {
  EXPECT_THAT(in_zsh("standings ''"), Contains("serve:run the service"));
  EXPECT_THAT(in_zsh("standings sync run --d"), Contains("--dry-run:report, and change nothing"));
  EXPECT_THAT(in_zsh("standings sync run --period ''"), Contains("weekly"));
}

TEST_F(Completions, TheManualPageIsCleanAndNamesEveryCommand) {
  const auto page = write("standings.1", printed({"man"}));
  const auto checked = run("/usr/bin/groff", {"-man", "-ww", "-z", "-Tutf8", "-Kutf8", page});
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_EQ(checked.error, "");
  EXPECT_EQ(run("/usr/bin/man", {"-l", "--warnings", page}).error, "");
  EXPECT_THAT(run("/usr/bin/lexgrog", {page}).output, HasSubstr("\"standings - "));
  const auto text = run("/usr/bin/groff", {"-man", "-Tascii", "-P-cbou", page}).output;
  for (const auto* part :
       {"standings serve", "standings sync run", "--dry-run", "standings leaderboards create",
        "--leaderboard", "Exit codes:", "STANDINGS_TOKEN", "deletes are held"})
    EXPECT_THAT(text, HasSubstr(part));
}

} // namespace
} // namespace standings::test
