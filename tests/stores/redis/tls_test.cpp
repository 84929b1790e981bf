#include "stores/redis/connection.hpp"
#include "stores/redis/key_events.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/tls_redis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <cstdio>
#include <fstream>

namespace standings {
namespace {

using std::chrono::hours;
using test::tls_redis;
using testing::HasSubstr;
using testing::Not;

std::unique_ptr<redis_connection> open(const redis_options& with) {
  return std::move(redis_connection::open(with).value());
}

/// Why there is no connection. Whatever the reason, the caller is told nothing but that.
std::string reason(const redis_options& with) {
  const auto opened = redis_connection::open(with);
  if (opened)
    return "it opens";
  EXPECT_EQ(opened.error().code, errc::store_unavailable);
  EXPECT_EQ(opened.error().detail.find("TLS"), std::string::npos) << opened.error().detail;
  return opened.error().cause;
}

class RedisTls : public testing::Test {
protected:
  tls_redis redis;
};

class RedisTlsWithCertificates : public testing::Test {
protected:
  tls_redis redis{tls_redis::clients::certified};
  test::certificate_files client = redis.authority.issue("client", {.names = "DNS:client"});
};

// -- the server's certificate ----------------------------------------------------

TEST_F(RedisTls, WorksWithTheAuthorityOfTheServer) {
  const auto c = open(redis.options());
  EXPECT_EQ(c->command({"SET", "k", "v"}).value().text(), "OK");
  EXPECT_EQ(c->command({"GET", "k"}).value().text(), "v");
  EXPECT_EQ(test::raw_redis{redis.server().port()}.word({"GET", "k"}), "v");
}

TEST_F(RedisTls, AuthenticatesAndSelectsTheDatabase) {
  test::raw_redis{redis.server().port()}.command({"CONFIG", "SET", "requirepass", "right"});
  auto with = redis.options();
  with.db = 2;
  EXPECT_THAT(reason(with), HasSubstr("NOAUTH"));
  with.password = "hunter2";
  EXPECT_THAT(reason(with), AllOf(HasSubstr("WRONGPASS"), Not(HasSubstr("hunter2"))));
  with.password = "right";
  EXPECT_TRUE(open(with)->command({"SET", "k", "v"}));
}

TEST_F(RedisTls, RefusesAServerOfAnotherAuthority) {
  const test::certificate_authority other;
  auto with = redis.options();
  with.tls.ca_file = other.file();
  // both authorities are of the same name, so that the signature decides
  EXPECT_THAT(reason(with),
              AllOf(HasSubstr("connecting to 127.0.0.1:"), HasSubstr("certificate is refused"),
                    HasSubstr("set cache.tls.ca_file")));
  with.tls.ca_file.clear(); // those of the system
  EXPECT_THAT(reason(with), HasSubstr("set cache.tls.ca_file"));
  with.tls.verify = false;
  EXPECT_TRUE(open(with)->command({"PING"}));
}

TEST_F(RedisTls, TheServersCertificateHasToBeForTheHost) {
  auto with = redis.options();
  with.host = "localhost"; // both are in the certificate
  EXPECT_TRUE(redis_connection::open(with));
  with.tls.server_name = "cache.example";
  EXPECT_THAT(reason(with), AllOf(HasSubstr("hostname mismatch"), HasSubstr("cache.example"),
                                  HasSubstr("cache.tls.server_name")));
  with.tls.server_name = "127.0.0.9";
  EXPECT_THAT(reason(with), AllOf(HasSubstr("IP address mismatch"), HasSubstr("127.0.0.9")));
  with.host = "127.0.0.1";
  with.tls.server_name = "localhost";
  EXPECT_TRUE(redis_connection::open(with));
}

TEST(RedisTlsServer, RefusesACertificateThatHasExpiredOrNotBegun) {
  const tls_redis expired{tls_redis::clients::anonymous,
                          {.begins = hours{-48}, .ends = hours{-24}}};
  EXPECT_THAT(reason(expired.options()), HasSubstr("certificate has expired; renew it"));
  const tls_redis early{tls_redis::clients::anonymous, {.begins = hours{24}, .ends = hours{48}}};
  EXPECT_THAT(reason(early.options()), HasSubstr("not yet valid; compare the clocks"));
}

TEST(RedisTlsServer, RefusesTlsOlderThanOnePointTwo) {
  for (const auto& [protocols, opens] :
       std::vector<std::pair<std::string, bool>>{{"TLSv1.2", true}, {"TLSv1.3", true}}) {
    const tls_redis redis{tls_redis::clients::anonymous, {}, {"--tls-protocols", protocols}};
    EXPECT_EQ(static_cast<bool>(redis_connection::open(redis.options())), opens) << protocols;
  }
  const tls_redis old{tls_redis::clients::anonymous,
                      {},
                      {"--tls-protocols", "TLSv1.1", "--tls-ciphers", "DEFAULT@SECLEVEL=0"}};
  EXPECT_THAT(reason(old.options()), HasSubstr("TLS 1.2 or later is needed"));
}

// -- our own certificate ---------------------------------------------------------

TEST_F(RedisTlsWithCertificates, ShowsItsOwn) {
  EXPECT_TRUE(open(redis.certified_options(client))->command({"PING"}));
}

TEST_F(RedisTlsWithCertificates, TellsThatTheServerWantsOne) {
  EXPECT_THAT(reason(redis.options()), HasSubstr("set cache.tls.cert_file and cache.tls.key_file"));
}

TEST_F(RedisTlsWithCertificates, TellsThatTheServerRefusesIt) {
  const test::certificate_authority other;
  EXPECT_THAT(reason(redis.certified_options(other.issue("client"))),
              HasSubstr("the server refuses the certificate of cache.tls.cert_file"));
  const auto expired = redis.authority.issue("expired", {.begins = hours{-48}, .ends = hours{-24}});
  EXPECT_THAT(reason(redis.certified_options(expired)),
              HasSubstr("the server refuses the certificate of cache.tls.cert_file"));
}

TEST(RedisTlsServer, TellsTheSameInTlsOnePointTwo) {
  const tls_redis redis{tls_redis::clients::certified, {}, {"--tls-protocols", "TLSv1.2"}};
  EXPECT_THAT(reason(redis.options()), HasSubstr("set cache.tls.cert_file and cache.tls.key_file"));
  const test::certificate_authority other;
  EXPECT_THAT(reason(redis.certified_options(other.issue("client"))),
              HasSubstr("the server refuses the certificate of cache.tls.cert_file"));
  EXPECT_TRUE(redis_connection::open(redis.certified_options(redis.authority.issue("client"))));
}

// -- files -----------------------------------------------------------------------

TEST_F(RedisTlsWithCertificates, NamesTheFileThatIsNotThere) {
  const auto good = redis.certified_options(client);
  for (const auto& [option, field] :
       std::vector<std::pair<std::string, std::string redis_tls_options::*>>{
           {"cache.tls.ca_file", &redis_tls_options::ca_file},
           {"cache.tls.ca_dir", &redis_tls_options::ca_dir},
           {"cache.tls.cert_file", &redis_tls_options::cert_file},
           {"cache.tls.key_file", &redis_tls_options::key_file}}) {
    auto with = good;
    with.tls.*field = "/nowhere/x.pem";
    EXPECT_THAT(reason(with),
                HasSubstr(option + " (/nowhere/x.pem) cannot be read: No such file or directory"));
  }
}

TEST_F(RedisTlsWithCertificates, NamesTheFileThatHoldsSomethingElse) {
  const test::temp_dir dir;
  const auto file = dir / "other";
  std::ofstream{file} << "hunter2\n";
  auto with = redis.certified_options(client);
  with.tls.ca_file = file;
  EXPECT_THAT(reason(with), AllOf(HasSubstr("cache.tls.ca_file"), HasSubstr("no certificates")));
  with = redis.certified_options({file, client.key});
  EXPECT_THAT(reason(with), AllOf(HasSubstr("cache.tls.cert_file"), HasSubstr("no certificate")));
  with = redis.certified_options({client.certificate, file});
  EXPECT_THAT(reason(with), AllOf(HasSubstr("cache.tls.key_file"), HasSubstr("no private key"),
                                  Not(HasSubstr("hunter2"))));
}

TEST_F(RedisTlsWithCertificates, RefusesTheKeyOfAnotherCertificate) {
  const auto other = redis.authority.issue("other");
  EXPECT_THAT(reason(redis.certified_options({client.certificate, other.key})),
              HasSubstr("holds the key of another certificate than cache.tls.cert_file"));
}

TEST_F(RedisTlsWithCertificates, RefusesAKeyWithAPassPhraseInsteadOfAskingForIt) {
  const test::temp_dir dir;
  const auto locked = dir / "locked.key";
  std::unique_ptr<FILE, int (*)(FILE*)> from{std::fopen(client.key.c_str(), "r"), std::fclose};
  std::unique_ptr<FILE, int (*)(FILE*)> to{std::fopen(locked.c_str(), "w"), std::fclose};
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{
      PEM_read_PrivateKey(from.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
  unsigned char phrase[] = "hunter2";
  ASSERT_EQ(
      PEM_write_PrivateKey(to.get(), key.get(), EVP_aes_128_cbc(), phrase, 7, nullptr, nullptr), 1);
  to.reset();
  EXPECT_THAT(reason(redis.certified_options({client.certificate, locked})),
              AllOf(HasSubstr("cache.tls.key_file"), HasSubstr("has a pass phrase")));
}

TEST_F(RedisTlsWithCertificates, OneFileMayHoldBoth) {
  const test::temp_dir dir;
  const auto both = dir / "both.pem";
  std::ofstream{both} << test::read_file(client.certificate) << test::read_file(client.key);
  EXPECT_TRUE(redis_connection::open(redis.certified_options({both, both})));
}

TEST_F(RedisTls, TakesAuthoritiesFromADirectory) {
  const test::temp_dir dir;
  std::ifstream in{redis.authority.file()};
  const std::unique_ptr<FILE, int (*)(FILE*)> file{std::fopen(redis.authority.file().c_str(), "r"),
                                                   std::fclose};
  const std::unique_ptr<X509, void (*)(X509*)> ca{
      PEM_read_X509(file.get(), nullptr, nullptr, nullptr), X509_free};
  std::array<char, 16> name{};
  std::snprintf(name.data(), name.size(), "%08lx.0", X509_subject_name_hash(ca.get()));
  std::ofstream{dir / name.data()} << in.rdbuf();
  auto with = redis.options();
  with.tls.ca_file.clear();
  with.tls.ca_dir = dir.path().string();
  EXPECT_TRUE(redis_connection::open(with));
}

// -- the wrong kind of port ------------------------------------------------------

TEST_F(RedisTls, TellsAPortWithoutTls) {
  auto with = redis.options();
  with.port = redis.server().port();
  with.command_timeout = std::chrono::milliseconds{50};
  for (int i = 0; i < 20; ++i) // a hello holds random bytes, which Redis may take for a line
    EXPECT_THAT(reason(with), AllOf(HasSubstr("TLS"), HasSubstr("see cache.tls.enabled")));
}

TEST_F(RedisTls, TellsAPortWithTls) {
  auto with = redis.options();
  with.tls = {};
  EXPECT_THAT(reason(with), HasSubstr("see cache.tls.enabled"));
  with.password = "hunter2";
  EXPECT_THAT(reason(with), AllOf(HasSubstr("see cache.tls.enabled"), Not(HasSubstr("hunter2"))));
}

// -- everything else works as it does without ------------------------------------

TEST_F(RedisTls, TellsThatTheServerHasGoneAndConnectsAgain) {
  auto c = open(redis.options());
  redis.server().kill();
  EXPECT_EQ(c->command({"PING"}).error().detail, "the connection to the cache was lost");
  EXPECT_TRUE(c->broken());
  EXPECT_FALSE(redis_connection::open(redis.options()));
  redis.server().start();
  c = open(redis.options());
  EXPECT_EQ(c->command({"PING"}).value().text(), "PONG");
}

TEST_F(RedisTls, RunsScripts) {
  const auto c = open(redis.options());
  const script_source what{"sum", "0000000000000000000000000000000000000000",
                           "return ARGV[1] + ARGV[2]"};
  EXPECT_EQ(c->script(what, {}, {"20", "22"}).value().integer(), 42);
}

TEST_F(RedisTls, KeyEventsArrive) {
  key_events_options options;
  options.connection = redis.options();
  options.key_prefixes = {"session:"};
  options.channels = {"session_updates"};
  const auto events = std::move(open_redis_key_events(options).value());
  const test::raw_redis cli{redis.server().port()};
  for (int i = 0; i < 2'000; ++i) // several records of TLS
    cli.command({"PUBLISH", "session_updates", std::string(100, 'x')});
  cli.command({"SET", "session:a", "1"});
  std::vector<key_event> got;
  while (got.empty() || got.back().type != key_event::kind::key) {
    const auto some = events->next(std::chrono::seconds{5}).value();
    ASSERT_FALSE(some.empty());
    got.insert(got.end(), some.begin(), some.end());
  }
  EXPECT_EQ(got.size(), 2'001U);
  EXPECT_EQ(got.back().key, "session:a");
}

} // namespace
} // namespace standings
