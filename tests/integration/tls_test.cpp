#include "tests/integration/api.hpp"
#include "tests/support/both_stores.hpp"
#include "tests/support/process.hpp"
#include "tests/support/service_under_test.hpp"
#include "tests/support/tls_redis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace standings::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The whole program on a Redis that asks for a certificate and a password, as managed ones do.
class RedisOverTls : public testing::Test {
protected:
  RedisOverTls() { add_user(); }

  void add_user() const {
    cli().command({"ACL", "SETUSER", "app", "on", ">hunter2", "+@all", "~*", "&*"});
  }

  /// Redis also listens without TLS, for the test alone.
  [[nodiscard]] raw_redis cli() const { return raw_redis{redis.server().port()}; }

  /// The connections of the service to either port.
  [[nodiscard]] std::pair<int, int> connections_of_app() const {
    std::istringstream clients{cli().word({"CLIENT", "LIST"})};
    const auto tls = " laddr=127.0.0.1:" + std::to_string(redis.tls_port()) + " ";
    std::pair<int, int> out;
    for (std::string line; std::getline(clients, line);)
      if (line.find(" user=app ") != std::string::npos)
        ++(line.find(tls) != std::string::npos ? out.first : out.second);
    return out;
  }

  [[nodiscard]] std::vector<std::string> settings() const {
    return {"database.backend=postgres",
            "database.url=" + schema.url(),
            "database.schema=" + schema.name(),
            "cache.backend=redis",
            "cache.url=rediss://app:hunter2@localhost:" + std::to_string(redis.tls_port()),
            "cache.tls.ca_file=" + redis.authority.file(),
            "cache.tls.cert_file=" + client.certificate,
            "cache.tls.key_file=" + client.key};
  }

  finished run_command(std::vector<std::string> words, const std::vector<std::string>& more = {}) {
    const temp_dir dir;
    words.insert(words.end(), {"--data-dir", dir / "data"});
    for (const auto& list : {settings(), more})
      for (const auto& one : list)
        words.insert(words.end(), {"--set", one});
    return run(STANDINGS_BINARY, words);
  }

  postgres_schema schema;
  tls_redis redis{tls_redis::clients::certified};
  const certificate_files client = redis.authority.issue("client", {.names = "DNS:client"});
};

TEST_F(RedisOverTls, TheServiceServesFromIt) {
  const service_under_test service{settings()};
  auto http = service.client();
  for (const auto* user : {"ann", "ben"})
    EXPECT_EQ(http.update(user, 7).status, 200);
  expect_cache_equals_database(redis.server().port(), schema.url());
  const auto board = http.get(api_root + "/daily?limit=10");
  ASSERT_EQ(board.status, 200) << board.body;
  EXPECT_EQ(json::parse(board.body).at("entries").as_array().size(), 2U);
  EXPECT_THAT(service.log(), HasSubstr("Redis with TLS localhost:"));
  EXPECT_THAT(service.log(), Not(HasSubstr("hunter2")));
  const auto [over_tls, plain] = connections_of_app();
  EXPECT_GT(over_tls, 1) << "for the cache, and for notifications";
  EXPECT_EQ(plain, 0);
}

TEST_F(RedisOverTls, TheServiceComesBackWithRedis) {
  const service_under_test service{settings()};
  auto http = service.client();
  EXPECT_EQ(http.update("ann", 7).status, 200);
  redis.server().kill();
  EXPECT_EQ(http.update("ann", 7).status, 200);
  redis.server().start();
  add_user();
  expect_cache_equals_database(redis.server().port(), schema.url(), std::chrono::seconds{30});
}

TEST_F(RedisOverTls, TheCommandsUseIt) {
  const auto check = run_command({"check"});
  EXPECT_EQ(check.exit_code, 0) << check.output << check.error;
  EXPECT_EQ(run_command({"cache", "init"}).exit_code, 0);
  EXPECT_EQ(run_command({"cache", "status"}).exit_code, 0);
}

TEST_F(RedisOverTls, CheckNamesTheOptionThatIsWrong) {
  const certificate_authority other;
  const auto check = [&](const std::string& change) {
    const auto done = run_command({"check"}, {change});
    EXPECT_EQ(done.exit_code, 1) << change;
    EXPECT_THAT(done.output + done.error, Not(HasSubstr("hunter2")));
    return done.output;
  };
  EXPECT_THAT(check("cache.tls.ca_file=" + other.file()), HasSubstr("set cache.tls.ca_file"));
  EXPECT_THAT(check("cache.tls.ca_file=/nowhere.pem"),
              HasSubstr("cache.tls.ca_file (/nowhere.pem) cannot be read"));
  EXPECT_THAT(check("cache.tls.server_name=cache.example"), HasSubstr("cache.tls.server_name"));
  EXPECT_THAT(check("cache.tls.key_file=" + other.issue("other").key),
              HasSubstr("cache.tls.key_file"));
}

} // namespace
} // namespace standings::test
