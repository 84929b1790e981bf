#include "tests/http/stub_server.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/tls_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <fstream>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

tls_files files_of(const certificate_files& from) {
  return {from.certificate, from.key};
}

/// A server that speaks TLS, with a certificate authority of its own.
class Tls : public testing::Test {
protected:
  [[nodiscard]] server_options options(server_limits limits = stub_server::four_loops()) const {
    auto out = stub_server::options_with(limits);
    out.tls = identity;
    return out;
  }

  [[nodiscard]] tls_connection connect(const stub_server& server) const {
    return tls_connection{server.port(), {.ca_file = authority.file()}};
  }

  const certificate_authority authority;
  const certificate_files first = authority.issue("first");
  const std::shared_ptr<tls_identity> identity = tls_identity::load(files_of(first)).value();
};

std::string item(int i) {
  return get_request("/item/" + std::to_string(i));
}

TEST_F(Tls, CarriesOneRequestAfterTheOther) {
  const stub_server server{options()};
  auto c = connect(server);
  ASSERT_TRUE(c.is_open());
  EXPECT_EQ(c.version(), "TLSv1.3");
  EXPECT_EQ(c.protocol(), "http/1.1");
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(c.ask(item(i)).body, std::to_string(i));
}

TEST_F(Tls, CarriesARequestByteByByte) {
  const stub_server server{options()};
  auto c = connect(server);
  for (const char byte : post_request("/echo", "{}"))
    ASSERT_TRUE(c.send({&byte, 1}));
  EXPECT_EQ(c.read().body, "{}");
}

TEST_F(Tls, AnswersPipelinedRequestsInOrder) {
  const stub_server server{options()};
  auto c = connect(server);
  std::string all;
  for (int i = 0; i < 500; ++i)
    all += i % 2 == 0 ? item(i) : post_request("/echo", std::to_string(i));
  ASSERT_TRUE(c.send(all));
  for (int i = 0; i < 500; ++i)
    ASSERT_EQ(c.read().body, std::to_string(i));
}

TEST_F(Tls, CarriesLargeAnswersAndWhatFollowsThem) {
  const stub_server server{options()};
  auto c = connect(server);
  ASSERT_TRUE(c.send(get_request("/large") + item(1) + get_request("/large") + item(2)));
  EXPECT_EQ(c.read().body.size(), 8U << 20);
  EXPECT_EQ(c.read().body, "1");
  EXPECT_EQ(c.read().body.size(), 8U << 20);
  EXPECT_EQ(c.read().body, "2");
}

TEST_F(Tls, CarriesLargeBodies) {
  const stub_server server{options()};
  auto c = connect(server);
  const std::string body(900'000, 'x');
  EXPECT_EQ(c.ask(post_request("/echo", body)).body, body);
  EXPECT_EQ(c.ask(item(1)).body, "1");
}

TEST_F(Tls, SaysGoodbyeBeforeItCloses) {
  const stub_server server{options()};
  auto c = connect(server);
  const auto answer = c.ask(get_request("/item/1", "Connection: close\r\n"));
  EXPECT_EQ(answer.body, "1");
  EXPECT_TRUE(c.closes());
  EXPECT_TRUE(c.was_told_goodbye());
}

TEST_F(Tls, CutsAHandshakeThatDoesNotEndWhileOthersAreServed) {
  auto limits = stub_server::four_loops();
  limits.loops = 1;
  limits.limits.request_timeout = milliseconds{300};
  const stub_server server{options(limits)};
  auto silent = server.connect();
  auto half = server.connect();
  ASSERT_TRUE(half.send({"\x16\x03\x01\x02\x00\x01\x00", 7})); // the beginning of a ClientHello
  EXPECT_EQ(connect(server).ask(item(1)).body, "1");
  EXPECT_TRUE(silent.closes());
  EXPECT_TRUE(half.closes());
}

TEST_F(Tls, GivesARequestItsTime) {
  auto limits = stub_server::four_loops();
  limits.limits.request_timeout = milliseconds{300};
  const stub_server server{options(limits)};
  auto c = connect(server);
  ASSERT_TRUE(c.send("GET /item/1 HTTP/1.1\r\n"));
  EXPECT_EQ(c.read().problem_code(), "request_timeout");
  EXPECT_TRUE(c.closes());
}

TEST_F(Tls, RefusesOldVersions) {
  const stub_server server{options()};
  EXPECT_FALSE((tls_connection{server.port(), {.highest_version = TLS1_VERSION}}.is_open()));
  EXPECT_FALSE((tls_connection{server.port(), {.highest_version = TLS1_1_VERSION}}.is_open()));
  tls_connection c{server.port(), {.highest_version = TLS1_2_VERSION}};
  ASSERT_TRUE(c.is_open());
  EXPECT_EQ(c.version(), "TLSv1.2");
  EXPECT_EQ(c.ask(item(1)).body, "1");
}

TEST_F(Tls, SpeaksHttp11Alone) {
  const stub_server server{options()};
  EXPECT_FALSE((tls_connection{server.port(), {.protocols = {"h2"}}}.is_open()));
  EXPECT_EQ((tls_connection{server.port(), {.protocols = {"h2", "http/1.1"}}}.protocol()),
            "http/1.1");
  tls_connection without{server.port(), {.protocols = {}}};
  EXPECT_EQ(without.protocol(), "");
  EXPECT_EQ(without.ask(item(1)).body, "1");
}

TEST_F(Tls, TellsAClientOfHttpSo) {
  const stub_server server{options()};
  auto other = connect(server);
  for (const auto& request : {item(1), post_request("/echo", std::string(100'000, 'x'))}) {
    auto c = server.connect();
    const auto answer = c.ask(request);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.problem_code(), "malformed");
    EXPECT_THAT(answer.body, HasSubstr("HTTPS"));
    EXPECT_TRUE(c.closes());
  }
  EXPECT_EQ(other.ask(item(1)).body, "1");
}

TEST_F(Tls, CutsWhoSpeaksNeither) {
  const stub_server server{options()};
  auto other = connect(server);
  auto c = server.connect();
  ASSERT_TRUE(c.send("SSH-2.0-OpenSSH_9.2 and more than a record's head\r\n"));
  c.shut_write();
  EXPECT_NE(c.read().status, 200); // an alert, or nothing
  EXPECT_EQ(other.ask(item(1)).body, "1");
}

TEST_F(Tls, ShowsANewCertificateToNewConnections) {
  const stub_server server{options()};
  auto old = connect(server);
  ASSERT_TRUE(old.is_open());
  ASSERT_TRUE(identity->reload(files_of(authority.issue("second"))));
  auto fresh = connect(server);
  ASSERT_TRUE(fresh.is_open());
  EXPECT_NE(fresh.serial(), old.serial());
  EXPECT_EQ(old.ask(item(1)).body, "1");
  EXPECT_EQ(fresh.ask(item(2)).body, "2");
}

TEST_F(Tls, KeepsTheOldCertificateIfTheNewOneIsBroken) {
  const stub_server server{options()};
  const auto before = connect(server).serial();
  const auto done = identity->reload({authority.issue("third").certificate, first.key});
  ASSERT_FALSE(done);
  EXPECT_THAT(explain(done.error()), HasSubstr("http.tls.key_file"));
  EXPECT_EQ(connect(server).serial(), before);
}

TEST_F(Tls, NamesTheOptionWhoseFileCannotBeUsed) {
  const temp_dir dir;
  std::ofstream{dir / "text"} << "no PEM\n";
  std::ofstream{dir / "locked"}
      << "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
         "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgxWPrXz7aIfQICCAAw\n"
         "-----END ENCRYPTED PRIVATE KEY-----\n";
  const std::vector<std::pair<tls_files, std::string>> cases{
      {{dir / "absent", first.key}, "http.tls.cert_file (" + (dir / "absent") + ") cannot be read"},
      {{dir / "text", first.key},
       "http.tls.cert_file (" + (dir / "text") + ") holds no certificate"},
      {{first.key, first.key}, "http.tls.cert_file"},
      {{first.certificate, dir / "absent"}, "http.tls.key_file (" + (dir / "absent") + ") cannot"},
      {{first.certificate, dir / "text"}, "http.tls.key_file (" + (dir / "text") + ") holds no"},
      {{first.certificate, dir / "locked"}, "http.tls.key_file"},
      {{first.certificate, authority.issue("other").key}, "the key of another certificate"},
  };
  for (const auto& [files, why] : cases) {
    const auto loaded = tls_identity::load(files);
    ASSERT_FALSE(loaded) << why;
    EXPECT_EQ(loaded.error().code, errc::out_of_range);
    EXPECT_THAT(explain(loaded.error()), HasSubstr(why));
  }
}

TEST_F(Tls, DrainsAsHttpDoes) {
  stub_server server{options()};
  auto idle = connect(server);
  EXPECT_EQ(idle.ask(item(1)).body, "1");
  auto shaking = server.connect();
  auto busy = connect(server);
  ASSERT_TRUE(busy.send(get_request("/held")));
  ASSERT_TRUE(server.held.await(1));
  std::thread stopping{[&] {
    server.stop(std::chrono::seconds{10});
  }};
  EXPECT_TRUE(idle.closes());
  EXPECT_TRUE(idle.was_told_goodbye());
  EXPECT_TRUE(shaking.closes());
  server.held.open();
  const auto answer = busy.read();
  EXPECT_EQ(answer.body, "held");
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(busy.closes());
  stopping.join();
}

} // namespace
} // namespace standings::test
