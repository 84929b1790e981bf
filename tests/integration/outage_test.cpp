#include "tests/integration/api.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>
#include <signal.h>

namespace standings::test {
namespace {

/// A service whose database server is down at the start: it runs, and reports what is wrong.
TEST(WithoutADatabase, TheServiceRunsAndRefuses) {
  const temp_dir dir;
  process service{STANDINGS_BINARY,
                  {{"serve", "--port", "0", "--data-dir", dir / ".", "--set",
                    "http.request_timeout=1s", "--set", "database.backend=postgres", "--set",
                    "database.url=postgresql://127.0.0.1:1/none"},
                   dir / "out",
                   dir / "log"}};
  const std::string marker = "Listening on http://127.0.0.1:";
  const auto listens = [&] {
    return read_file(dir / "log").find(marker) != std::string::npos;
  };
  ASSERT_TRUE(eventually(listens, std::chrono::seconds{10})) << read_file(dir / "log");
  const auto log = read_file(dir / "log");
  http_client client{
      static_cast<std::uint16_t>(std::stoul(log.substr(log.find(marker) + marker.size())))};
  EXPECT_EQ(client.get("/healthz").status, 200);
  const auto ready = client.get("/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.header("Retry-After"), "1");
  const auto update = client.update("ann");
  EXPECT_EQ(update.status, 503);
  EXPECT_EQ(update.header("Retry-After"), "1");
  EXPECT_TRUE(update.problem_code() == "store_unavailable"
              || update.problem_code() == "outcome_unknown")
      << update.body;
  for (const auto& path : {api_root + "/daily", database_root + "/daily", user_path("ann")}) {
    const auto answer = client.get(path);
    EXPECT_EQ(answer.status, 503) << path;
    EXPECT_EQ(answer.header("Retry-After"), "1") << path;
  }
  service.signal(SIGTERM);
  EXPECT_EQ(service.wait(std::chrono::seconds{10}), 0);
}

} // namespace
} // namespace standings::test
