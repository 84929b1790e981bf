#include "tests/support/sync_test.hpp"

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace standings::test {
namespace {

/// The tree that actors/README.md shows, without the root.
struct shown_tree {
  std::vector<std::string> children; ///< of the root, in start order
  std::set<std::string> workers;     ///< of fronts
};

shown_tree read_shown_tree() {
  std::ifstream file{STANDINGS_SOURCE_DIR "/actors/README.md"};
  const std::regex child{"^(?:├|└)── ([a-z_]+)"};
  const std::regex worker{"(?:[a-z]+ (?:─)+|│ +(?:├|└)) ([a-z_]+)"};
  shown_tree out;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("root "))
      inside = true;
    else if (line.starts_with("```"))
      inside = false;
    if (!inside)
      continue;
    std::smatch found;
    if (std::regex_search(line, found, child))
      out.children.push_back(found[1]);
    if (std::regex_search(line, found, worker))
      out.workers.insert(found[1]);
  }
  return out;
}

std::string without_index(const std::string& name) {
  return name.substr(0, name.find('/'));
}

/// A service with everything that can be configured.
class SupervisionTree : public SyncTest {
protected:
  SupervisionTree()
      : SyncTest({"aliases.enabled=true", "reconcile.webhook_url=http://127.0.0.1:9/"}) {}

  std::vector<std::string> running(const char* kind) {
    std::vector<std::string> out;
    const auto ready = service->client().get("/readyz").json();
    for (const auto& child : ready.at(kind).as_array())
      out.push_back(without_index(std::string{child.at("name").as_string()}));
    return out;
  }
};

TEST_F(SupervisionTree, IsTheOneThatTheReadmeShows) {
  const auto shown = read_shown_tree();
  EXPECT_EQ(running("children"), shown.children);
  const auto workers = running("workers");
  EXPECT_EQ((std::set<std::string>{workers.begin(), workers.end()}), shown.workers);
}

} // namespace
} // namespace standings::test
