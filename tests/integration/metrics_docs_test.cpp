#include "tests/integration/api.hpp"
#include "tests/support/metrics_text.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <regex>

namespace standings::test {
namespace {

const std::string source = STANDINGS_SOURCE_DIR;

std::vector<std::string> all_matches(const std::string& text, const std::string& pattern) {
  const std::regex expression{pattern};
  std::vector<std::string> out;
  for (std::sregex_iterator at{text.begin(), text.end(), expression}, end; at != end; ++at)
    out.push_back((*at)[1]);
  return out;
}

std::set<std::string> documented_names() {
  const auto names =
      all_matches(read_file(source + "/docs/metrics.md"), R"(\n\| `([a-z0-9_]+)` \|)");
  return {names.begin(), names.end()};
}

/// A metric's family: histograms are asked by their parts.
std::string family_of(const std::string& name) {
  return std::regex_replace(name, std::regex{"_(bucket|sum|count)$"}, "");
}

void expect_documented_names(const std::string& query) {
  const auto known = documented_names();
  const auto names = all_matches(query, R"(\b((?:standings|process)_[a-z0-9_]+))");
  EXPECT_FALSE(names.empty()) << query;
  for (const auto& name : names)
    EXPECT_TRUE(known.contains(name) || known.contains(family_of(name))) << name;
}

std::string alerts() {
  return read_file(source + "/deploy/prometheus/alerts.yaml");
}

TEST(AlertRules, AreAcceptedByPromtool) {
  const auto checked = promtool("check rules \"$0\"", alerts());
  EXPECT_EQ(checked.exit_code, 0) << checked.output << checked.error;
}

TEST(AlertRules, NameDocumentedMetricsOnly) {
  expect_documented_names(alerts());
}

TEST(AlertRules, HaveARunbookPageEach) {
  const auto text = alerts();
  const auto names = all_matches(text, R"(- alert: (\w+))");
  EXPECT_EQ(all_matches(text, R"(severity: (critical|warning)\})").size(), names.size());
  EXPECT_EQ(all_matches(text, R"((summary: "))").size(), names.size());
  EXPECT_EQ(all_matches(text, R"((\n        for: ))").size(), names.size());
  std::vector<std::string> pages;
  for (const auto& name : names)
    pages.push_back("docs/runbook/" + name + ".md");
  EXPECT_EQ(all_matches(text, R"(runbook_url: (\S+))"), pages);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{source + "/docs/runbook"})
    files += entry.path().filename() == "README.md" ? 0 : 1;
  EXPECT_EQ(files, pages.size());
  for (const auto& page : pages)
    EXPECT_THAT(read_file(source + "/" + page), testing::HasSubstr("## Look")) << page;
}

TEST(AlertRules, HaveASectionEachInTheOperatorsPage) {
  const auto page = read_file(source + "/docs/operations.md");
  const auto wanted = all_matches(alerts(), R"(- alert: (\w+))");
  EXPECT_EQ(all_matches(page, R"(\n### (Standings\w+)\n)"), wanted);
  EXPECT_EQ(all_matches(page, R"(\[Page\]\(runbook/(\w+)\.md\))"), wanted);
}

TEST(Runbook, NamesMetricsCommandsAndPagesThatExist) {
  for (const auto& entry : std::filesystem::directory_iterator{source + "/docs/runbook"}) {
    const auto text = read_file(entry.path().string());
    for (const auto& name : all_matches(text, R"(\b((?:standings|process)_[a-z0-9_]+[a-z0-9]))"))
      EXPECT_TRUE(documented_names().contains(name)) << entry.path() << ": " << name;
    for (const auto& page : all_matches(text, R"(\]\((\w+\.md)\))"))
      EXPECT_TRUE(std::filesystem::exists(source + "/docs/runbook/" + page)) << page;
    std::set<std::string> commands;
    for (const auto& command : all_matches(text, R"((?:^|\n|`)standings ([a-z]+(?: [a-z]+)?))"))
      commands.insert(command);
    for (const auto& command : commands)
      EXPECT_EQ(run("/bin/sh", {"-c", STANDINGS_BINARY " " + command + " --help"}).exit_code, 0)
          << entry.path() << ": standings " << command;
  }
}

TEST(Dashboard, AsksForDocumentedMetricsOnlyAndHasARowForEachPart) {
  const auto dashboard = json::parse(read_file(source + "/deploy/grafana/standings.json"));
  std::vector<std::string> rows;
  std::size_t queries = 0;
  for (const auto& panel : dashboard.at("panels").as_array()) {
    if (panel.at("type") == "row") {
      rows.push_back(text(panel, "title"));
      continue;
    }
    for (const auto& target : panel.at("targets").as_array()) {
      expect_documented_names(text(target, "expr"));
      ++queries;
    }
  }
  EXPECT_GT(queries, 40U);
  EXPECT_THAT(rows,
              testing::ElementsAre("Traffic", "Latency", "Stores", "Cache", "Named leaderboards",
                                   "Reconcile", "Aliases", "Sessions", "Process"));
}

/// Grafana's variables become what they would for one instance.
TEST(Dashboard, HasQueriesThatPrometheusUnderstands) {
  const auto dashboard = json::parse(read_file(source + "/deploy/grafana/standings.json"));
  std::string rules = "groups:\n- name: queries\n  rules:\n";
  int number = 0;
  for (const auto& panel : dashboard.at("panels").as_array()) {
    if (!panel.as_object().contains("targets"))
      continue;
    for (const auto& target : panel.at("targets").as_array()) {
      auto query = text(target, "expr");
      query = std::regex_replace(query, std::regex{R"(\$__rate_interval)"}, "5m");
      query = std::regex_replace(query, std::regex{"'"}, "''");
      rules += "  - record: query" + std::to_string(++number) + "\n    expr: '" + query + "'\n";
    }
  }
  const auto checked = promtool("check rules \"$0\"", rules);
  EXPECT_EQ(checked.exit_code, 0) << checked.output << checked.error;
}

} // namespace
} // namespace standings::test
