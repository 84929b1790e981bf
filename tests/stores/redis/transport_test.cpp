#include "stores/redis/transport.hpp"
#include "stores/redis/waiting.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/stub_server.hpp"
#include "tests/support/tls_redis.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <signal.h>

#include <array>
#include <map>
#include <vector>

/// Hosts of the tests below, with several addresses each.
static std::map<std::string, std::vector<const char*>> hosts_of_tests{
    {"second.test", {"127.0.0.2", "127.0.0.1"}}, {"none.test", {"127.0.0.2", "127.0.0.3"}}};

/// Stands before the system's for this program, and knows their names, too.
extern "C" int getaddrinfo(const char* host, const char* port, const addrinfo* wanted,
                           addrinfo** found) {
  static const auto system =
      reinterpret_cast<decltype(&::getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  const auto known = host ? hosts_of_tests.find(host) : hosts_of_tests.end();
  if (known == hosts_of_tests.end())
    return system(host, port, wanted, found);
  for (auto** next = found; const auto* address : known->second) {
    if (const int error = system(address, port, wanted, next))
      return error;
    while (*next)
      next = &(*next)->ai_next;
  }
  return 0;
}

namespace standings {
namespace {

using testing::HasSubstr;
using transport_ptr = std::unique_ptr<redis_transport>;
using namespace std::chrono_literals;

transport_ptr ready(const redis_options& options) {
  auto made = std::move(redis_transport::start(options).value());
  await_ready(*made, options).value();
  return made;
}

failure refusal(const redis_options& options) {
  auto made = redis_transport::start(options);
  return made ? await_ready(**made, options).error() : made.error();
}

void wait(const redis_transport& on, wait_for what, wait_for other = wait_for::nothing) {
  if (what == wait_for::nothing && other == wait_for::nothing)
    return;
  if (!await_socket(on.fd(), what, other, std::chrono::steady_clock::now() + 5s).any())
    throw std::runtime_error("nothing happens");
}

/// Writes all of `bytes` and reads until `count` have come back, as one thread that never blocks in
/// an operation.
std::string converse(redis_transport& with, std::string_view bytes, std::size_t count) {
  std::string out;
  std::array<char, 1'000> buffer{};
  auto before_write = wait_for::nothing;
  auto before_read = wait_for::nothing;
  while (out.size() < count) {
    std::size_t moved = 0;
    if (!bytes.empty()) {
      moved = with.write(bytes, before_write).value();
      bytes.remove_prefix(moved);
    }
    const auto got = with.read(buffer, before_read).value();
    out.append(buffer.data(), got);
    if (moved + got == 0)
      wait(with, before_read, bytes.empty() ? wait_for::nothing : before_write);
  }
  return out;
}

/// An address that drops whoever wants to connect: its queue is full.
class unanswering {
public:
  unanswering(const char* address, std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &at.sin_addr);
    const auto* where = reinterpret_cast<const sockaddr*>(&at);
    if (::bind(listener_, where, sizeof at) != 0 || ::listen(listener_, 0) != 0
        || ::connect(first_, where, sizeof at) != 0)
      throw std::runtime_error("no queue to fill");
  }
  unanswering(const unanswering&) = delete;
  unanswering& operator=(const unanswering&) = delete;
  ~unanswering() {
    ::close(first_);
    ::close(listener_);
  }

private:
  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int first_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

class RedisTransport : public testing::TestWithParam<bool> {
protected:
  [[nodiscard]] redis_options options() const {
    auto out = redis.options();
    if (!GetParam()) {
      out.tls = {};
      out.port = redis.server().port();
    }
    return out;
  }

  test::tls_redis redis;
};

INSTANTIATE_TEST_SUITE_P(Over, RedisTransport, testing::Bool(),
                         [](const auto& with) { return with.param ? "tls" : "tcp"; });

TEST_P(RedisTransport, CarriesBytesBothWays) {
  const auto to = ready(options());
  EXPECT_TRUE(to->connected());
  EXPECT_EQ(to->advance().value(), wait_for::nothing);
  EXPECT_EQ(converse(*to, "PING\r\n", 7), "+PONG\r\n");
  EXPECT_EQ(converse(*to, "PING\r\nECHO x\r\n", 14), "+PONG\r\n$1\r\nx\r\n");
}

TEST_P(RedisTransport, IsNotInheritedByPrograms) {
  const auto to = ready(options());
  EXPECT_NE(::fcntl(to->fd(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_NE(::fcntl(to->fd(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_P(RedisTransport, SaysWhatToWaitForInsteadOfBlocking) {
  const auto to = ready(options());
  std::array<char, 100> buffer{};
  auto until = wait_for::nothing;
  while (until == wait_for::nothing)
    EXPECT_EQ(to->read(buffer, until).value(), 0U);
  EXPECT_EQ(until, wait_for::readable);
  redis.server().signal(SIGSTOP); // it reads nothing any more
  const std::string question =
      "*2\r\n$4\r\nECHO\r\n$100000\r\n" + std::string(100'000, 'x') + "\r\n";
  std::string all;
  for (int i = 0; i < 300; ++i)
    all += question;
  std::string_view left{all};
  until = wait_for::nothing;
  for (std::size_t sent = 1; sent > 0;) {
    sent = to->write(left, until).value();
    left.remove_prefix(sent);
  }
  EXPECT_EQ(until, wait_for::writable);
  EXPECT_FALSE(left.empty());
  redis.server().signal(SIGCONT);
  const auto reply = question.substr(question.find("$100000"));
  const auto replies = converse(*to, left, 300 * reply.size());
  EXPECT_EQ(replies.size(), 300 * reply.size());
  EXPECT_TRUE(replies.ends_with(reply));
}

TEST_P(RedisTransport, TellsThatTheServerHasGone) {
  const auto to = ready(options());
  redis.server().kill();
  std::array<char, 100> buffer{};
  auto until = wait_for::nothing;
  auto got = to->read(buffer, until);
  while (got) {
    wait(*to, until);
    got = to->read(buffer, until);
  }
  EXPECT_EQ(got.error().code, errc::store_unavailable);
  EXPECT_EQ(got.error().detail, "the connection to the cache was lost");
  auto put = to->write("PING\r\n", until); // which would end the program if it raised SIGPIPE
  for (int i = 0; put && i < 10; ++i)
    put = to->write("PING\r\n", until);
  EXPECT_EQ(put.error().code, errc::store_unavailable);
}

TEST_P(RedisTransport, TurnsToTheNextAddressIfOneRefuses) {
  auto with = options();
  with.host = "second.test";
  with.tls.server_name = "localhost";
  const auto to = ready(with);
  EXPECT_EQ(to->addresses_left(), 0U);
  EXPECT_EQ(converse(*to, "PING\r\n", 7), "+PONG\r\n");
}

TEST_P(RedisTransport, TurnsToTheNextAddressIfOneDoesNotAnswer) {
  auto with = options();
  const unanswering there{"127.0.0.2", with.port};
  with.host = "second.test";
  with.tls.server_name = "localhost";
  const auto to = ready(with);
  EXPECT_EQ(converse(*to, "PING\r\n", 7), "+PONG\r\n");
}

TEST_P(RedisTransport, TellsWhereNobodyListens) {
  redis.server().kill();
  for (const auto* host : {"127.0.0.1", "none.test"}) {
    auto with = options();
    with.host = host;
    const auto why = refusal(with);
    EXPECT_EQ(why.code, errc::store_unavailable);
    EXPECT_EQ(why.detail, "the cache cannot be reached");
    EXPECT_THAT(why.cause, HasSubstr("connecting to " + address_of(with) + ": "));
    EXPECT_THAT(why.cause, HasSubstr("; see cache.host and cache.port"));
  }
}

TEST(RedisTransportFailure, TellsAnAddressThatDoesNotAnswer) {
  redis_options with;
  with.host = "127.0.0.2";
  with.port = test::free_port();
  with.connect_timeout = 20ms;
  const unanswering there{"127.0.0.2", with.port};
  EXPECT_THAT(refusal(with).cause, HasSubstr("no connection within 20 ms"));
}

TEST(RedisTransportFailure, TellsANameThatNobodyHas) {
  redis_options with;
  with.host = "no host has this name";
  EXPECT_THAT(refusal(with).cause, HasSubstr("connecting to no host has this name:6379: Name or"));
}

TEST(RedisTransportFailure, AHandshakeIsAwaitedForACommandsTimeOnly) {
  const test::stub_server silent;
  redis_options with;
  with.port = silent.port();
  with.tls.enabled = true;
  with.command_timeout = 20ms;
  const auto why = refusal(with);
  EXPECT_EQ(why.detail, "the cache cannot be reached");
  EXPECT_THAT(why.cause, HasSubstr("no TLS handshake within 20 ms"));
  EXPECT_THAT(why.cause, HasSubstr("cache.tls.enabled"));
}

} // namespace
} // namespace standings
