#include "tests/http/stub_server.hpp"
#include "tests/support/captured_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace standings::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::string with_token(const std::string& token) {
  return "X-Forwarded-For: 203.0.113.42\r\nAuthorization: Bearer " + token + "\r\n";
}

/// A server behind a proxy, with the admin token `s3cr3t`, that bears three wrong tokens.
server_options options_of_few_tries() {
  auto options = stub_server::options_with(stub_server::four_loops(), "s3cr3t");
  options.trusted_proxies = {"127.0.0.1"};
  options.rates.wrong_tokens = bucket_size::of(3, 3'600s, 3);
  return options;
}

TEST(AuditOfRefusals, TellsOfAdminCallsThatFailForAnotherReasonThanTheirToken) {
  const captured_log log;
  {
    const stub_server server{options_of_few_tries()};
    const auto refused = server.ask(post_request("/admin?dry_run=true", "", with_token("s3cr3t")));
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr("dry_run")) << "it may have been meant to change nothing";
    const auto broken = server.ask("POST /admin HTTP/1.1\r\nHost: a\r\n" + with_token("s3cr3t")
                                   + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
    EXPECT_EQ(broken.status, 400);
  }
  EXPECT_THAT(log.text(), HasSubstr("Admin: POST /admin from 203.0.113.42 by admin: 400"));
  const auto first = log.text().find("Admin: POST");
  EXPECT_NE(log.text().find("Admin: POST", first + 1), std::string::npos) << "each has a line";
}

TEST(AuditOfRefusals, TellsOfWrongTokensWhereNoneIsNeeded) {
  const captured_log log;
  {
    const stub_server server{options_of_few_tries()};
    EXPECT_EQ(server.ask(get_request("/item/1", with_token("guess"))).body, "1");
    EXPECT_EQ(server.ask(get_request("/item/1", with_token("s3cr3t"))).body, "1");
  }
  EXPECT_THAT(log.text(), HasSubstr("Heard GET /item/1 from 203.0.113.42"));
  EXPECT_THAT(log.text(), HasSubstr("wrong token"));
  EXPECT_THAT(log.text(), Not(HasSubstr("guess")));
  const auto first = log.text().find("Heard");
  EXPECT_EQ(log.text().find("Heard", first + 1), std::string::npos) << "the right one is no news";
}

TEST(AuditOfRefusals, PublicRoutesGoOnForAnAddressThatIsNotListenedTo) {
  const captured_log log;
  {
    const stub_server server{options_of_few_tries()};
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(server.ask(get_request("/item/1", with_token("guess"))).body, "1");
    EXPECT_EQ(server.ask(post_request("/admin", "", with_token("s3cr3t"))).status, 429);
  }
  EXPECT_THAT(log.text(), HasSubstr("Refused POST /admin from 203.0.113.42"));
  EXPECT_THAT(log.text(), HasSubstr("rate_limited"));
}

} // namespace
} // namespace standings::test
