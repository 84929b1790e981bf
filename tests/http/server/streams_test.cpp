#include "http/server/server.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/event_reader.hpp"
#include "tests/support/process.hpp"
#include "tests/support/tls_connection.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <future>
#include <list>
#include <thread>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The newest state of something, and the streams that follow it; on the server's one loop.
class newest_state {
public:
  class stream final : public event_stream {
  public:
    explicit stream(newest_state& of) : of_(of) {}
    ~stream() override {
      if (reader_)
        of_.leave(this);
    }
    void open(reader& to) override {
      reader_ = &to;
      of_.join(this);
    }
    std::shared_ptr<const std::string> next() override {
      return std::exchange(given_, of_.text_) == of_.text_ ? nullptr : of_.text_;
    }
    bool is_over() const override { return given_ && given_->starts_with("event: over\n"); }
    void tell() { reader_->more(); }

  private:
    newest_state& of_;
    reader* reader_ = nullptr;
    std::shared_ptr<const std::string> given_;
  };

  void set(std::string text) {
    text_ = std::make_shared<const std::string>(std::move(text));
    const auto all = followers_;
    for (auto* each : all)
      each->tell();
  }

  std::atomic<int> open = 0;
  std::atomic<int> opened = 0;

private:
  void join(stream* who) {
    followers_.push_back(who);
    ++open;
    ++opened;
  }
  void leave(stream* who) {
    followers_.remove(who);
    --open;
  }

  std::shared_ptr<const std::string> text_;
  std::list<stream*> followers_;
};

std::string event_of(int number, std::size_t size = 0) {
  return "event: state\nid: " + std::to_string(number) + "\ndata: " + std::string(size, 'x')
         + "\n\n";
}

const std::string last_event = "event: over\ndata: x\n\n";

server_limits one_loop() {
  server_limits out;
  out.loops = 1;
  return out;
}

enum class carrier : std::uint8_t { tcp, tls };

/// A server whose path /live streams a state that the test sets.
class Streams : public testing::TestWithParam<carrier> {
protected:
  void start(const server_limits& limits = one_loop()) {
    server_options options;
    options.port = 0;
    options.limits = limits;
    options.doors = doors;
    if (GetParam() == carrier::tls) {
      const auto files = authority_.issue("server");
      options.tls = tls_identity::load({files.certificate, files.key}).value();
    }
    server_ = std::make_unique<http_server>(
        [this](event_loop& loop) {
          loop_ = &loop.context();
          router out;
          out.add({"GET", "/live", access::anyone, body_kind::none,
                   [this](const request&) -> answer_task {
                     co_return stream_answer(std::make_shared<newest_state::stream>(state));
                   }});
          out.add({"GET", "/private", access::inspect, body_kind::none,
                   [this](const request&) -> answer_task {
                     co_return stream_answer(std::make_shared<newest_state::stream>(state));
                   }});
          out.add(
              {"GET", "/item", access::anyone, body_kind::none, [](const request&) -> answer_task {
                 answer item;
                 item.body = "item";
                 co_return item;
               }});
          return out;
        },
        options);
    port_ = server_->bind().value();
    serving_ = std::thread{[this] {
      server_->serve();
    }};
    set(event_of(0));
  }

  ~Streams() override { stop(seconds{5}); }

  void stop(milliseconds grace) {
    if (!serving_.joinable())
      return;
    server_->stop(grace);
    serving_.join();
  }

  /// Returns when the state is set and everybody who could be told was told.
  void set(std::string text) {
    std::promise<void> done;
    boost::asio::post(*loop_, [&] {
      state.set(std::move(text));
      done.set_value();
    });
    done.get_future().wait();
  }

  [[nodiscard]] std::unique_ptr<raw_connection> connect() const {
    if (GetParam() == carrier::tcp)
      return std::make_unique<raw_connection>(port_);
    return std::make_unique<tls_connection>(port_, tls_wishes{.ca_file = authority_.file()});
  }
  [[nodiscard]] event_reader follow() const { return {connect(), get_request("/live")}; }
  bool is_followed_by(int n) {
    return eventually([&] { return state.open == n; }, seconds{10});
  }

  const std::shared_ptr<access_control> doors = std::make_shared<access_control>(access_policy{});
  newest_state state;
  boost::asio::io_context* loop_ = nullptr;
  std::uint16_t port_ = 0;

private:
  const certificate_authority authority_;
  std::unique_ptr<http_server> server_;
  std::thread serving_;
};

TEST_P(Streams, SendEachEventWhenItIsThere) {
  start();
  auto client = follow();
  EXPECT_EQ(client.head.status, 200);
  EXPECT_EQ(client.head.header("content-type"), "text/event-stream");
  EXPECT_EQ(client.head.header("cache-control"), "no-store");
  EXPECT_EQ(client.head.header("x-accel-buffering"), "no");
  EXPECT_EQ(client.head.header("transfer-encoding"), "chunked");
  EXPECT_EQ(client.head.header("content-length"), "");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(client.next().id, std::to_string(i));
    set(event_of(i + 1));
  }
}

TEST_P(Streams, EndWithTheConnectionForHttp10) {
  start();
  event_reader client{connect(), "GET /live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"};
  EXPECT_EQ(client.head.header("transfer-encoding"), "");
  EXPECT_EQ(client.head.header("connection"), "close");
  EXPECT_EQ(client.next().id, "0");
  set(event_of(1));
  EXPECT_EQ(client.next().id, "1");
  stop(seconds{5});
  EXPECT_TRUE(client.ends());
}

TEST_P(Streams, GiveHeadTheirHeadersAndGoOn) {
  start();
  const auto client = connect();
  ASSERT_TRUE(client->send("HEAD /live HTTP/1.1\r\nHost: a\r\n\r\n" + get_request("/item")));
  const auto head = client->read(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-type"), "text/event-stream");
  EXPECT_EQ(head.header("content-length"), "");
  EXPECT_EQ(client->read().body, "item");
  EXPECT_EQ(state.opened, 0);
}

TEST_P(Streams, FollowAnAnswerInThePipelineAndEndIt) {
  start();
  event_reader client{connect(),
                      get_request("/live") + get_request("/item") + get_request("/item")};
  EXPECT_EQ(client.next().id, "0");
  stop(seconds{5});
  EXPECT_TRUE(client.ends()) << "nothing is answered behind a stream";
}

/// More requests than are answered in one turn: the stream begins with what was kept for the next.
TEST_P(Streams, FollowALongPipelineAndEndIt) {
  constexpr int before = 40;
  start();
  auto client = connect();
  std::string requests;
  for (int i = 0; i < before; ++i)
    requests += get_request("/item");
  ASSERT_TRUE(client->send(requests + get_request("/live") + get_request("/item")));
  for (int i = 0; i < before; ++i)
    EXPECT_EQ(client->read().body, "item");
  event_reader stream{std::move(client), get_request("/item")};
  EXPECT_EQ(stream.next().id, "0");
  stop(seconds{5});
  EXPECT_TRUE(stream.ends()) << "nothing is answered behind a stream";
}

access_policy inspected_with(const std::vector<std::string>& tokens) {
  access_policy out;
  out.needs_token.add(scope::inspect);
  for (const auto& token : tokens) {
    out.tokens.push_back({token, digest_of(token), {}, {}});
    out.tokens.back().may.grant(scope::inspect);
  }
  return out;
}

TEST_P(Streams, EndWhenTheirTokenIsWithdrawn) {
  doors->replace(inspected_with({"first", "second"}));
  start();
  event_reader first{connect(), get_request("/private", "Authorization: Bearer first\r\n")};
  event_reader second{connect(), get_request("/private", "Authorization: Bearer second\r\n")};
  auto open = follow();
  EXPECT_EQ(first.next().id, "0");
  EXPECT_EQ(second.next().id, "0");
  EXPECT_EQ(open.next().id, "0");
  doors->replace(inspected_with({"second"}));
  set(event_of(1));
  EXPECT_EQ(first.next().id, "") << "what happens afterwards is not for it";
  EXPECT_TRUE(first.ends());
  EXPECT_EQ(second.next().id, "1");
  EXPECT_EQ(open.next().id, "1");
}

TEST_P(Streams, EndWhenTheirTokenIsForAnotherTenant) {
  auto policy = inspected_with({"first"});
  doors->replace(policy);
  start();
  event_reader first{connect(), get_request("/private", "Authorization: Bearer first\r\n")};
  EXPECT_EQ(first.next().id, "0");
  doors->replace(policy);
  set(event_of(1));
  EXPECT_EQ(first.next().id, "1") << "the same policy again";
  policy.tokens.front().tenant = "acme";
  doors->replace(policy);
  set(event_of(2));
  EXPECT_EQ(first.next().id, "");
  EXPECT_TRUE(first.ends());
}

TEST_P(Streams, EndWithTheEventThatIsTheLast) {
  start();
  auto stream = follow();
  event_reader old{connect(), "GET /live HTTP/1.0\r\n\r\n"};
  EXPECT_EQ(stream.next().id, "0");
  EXPECT_EQ(old.next().id, "0");
  set(last_event);
  for (auto* each : {&stream, &old}) {
    EXPECT_EQ(each->next().event, "over");
    EXPECT_TRUE(each->ends());
  }
  EXPECT_TRUE(is_followed_by(0));
  auto late = follow();
  EXPECT_EQ(late.next().event, "over");
  EXPECT_TRUE(late.ends());
}

TEST_P(Streams, SendASlowClientTheLastEventBeforeTheyEnd) {
  start();
  auto slow = connect();
  ASSERT_TRUE(slow->send(get_request("/live")));
  ASSERT_TRUE(is_followed_by(1));
  set(event_of(1, 8 << 20));
  set(last_event);
  event_reader client{std::move(slow), ""};
  auto event = client.next();
  while (event.event == "state")
    event = client.next();
  EXPECT_EQ(event.event, "over");
  EXPECT_TRUE(client.ends());
}

TEST_P(Streams, SkipWhatASlowClientCannotTake) {
  start();
  auto slow = connect();
  ASSERT_TRUE(slow->send(get_request("/live")));
  ASSERT_TRUE(is_followed_by(1));
  constexpr int last = 400;
  for (int i = 1; i <= last; ++i)
    set(event_of(i, 100'000));
  event_reader client{std::move(slow), ""};
  int received = 0;
  std::string newest;
  while (newest != std::to_string(last)) {
    newest = client.next().id;
    ASSERT_NE(newest, "");
    ++received;
  }
  EXPECT_LT(received, last / 2) << "the rest was replaced before the client took it";
}

TEST_P(Streams, CutAClientThatTakesNothing) {
  auto limits = one_loop();
  limits.limits.request_timeout = milliseconds{200};
  start(limits);
  const auto deaf = connect();
  ASSERT_TRUE(deaf->send(get_request("/live")));
  ASSERT_TRUE(is_followed_by(1));
  for (int i = 1; i <= 400; ++i)
    set(event_of(i, 100'000));
  EXPECT_TRUE(is_followed_by(0));
}

TEST_P(Streams, EndAtOnceWhenTheClientCloses) {
  start();
  {
    const auto first = follow();
    const auto second = follow();
    ASSERT_TRUE(is_followed_by(2));
  }
  EXPECT_TRUE(is_followed_by(0));
}

TEST_P(Streams, SendToItsEndWhatAClientThatEndsItsSideIsTaking) {
  if (GetParam() == carrier::tls)
    GTEST_SKIP() << "a TLS connection that ends without notice is cut";
  start();
  set(event_of(1, 16 << 20)); // more than the system takes at once
  auto client = connect();
  ASSERT_TRUE(client->send(get_request("/live")));
  client->shut_write();
  ASSERT_TRUE(eventually([&] { return state.opened == 1 && state.open == 0; }, seconds{10}));
  event_reader stream{std::move(client), ""};
  EXPECT_EQ(stream.next().id, "1");
  EXPECT_TRUE(stream.ends());
}

TEST_P(Streams, EndForAClientThatKeepsTalking) {
  start();
  const auto talks = connect();
  ASSERT_TRUE(talks->send(get_request("/live")));
  ASSERT_TRUE(is_followed_by(1));
  talks->send(std::string(200'000, 'x'));
  EXPECT_TRUE(is_followed_by(0));
}

TEST_P(Streams, SendACommentInSilenceAndOutliveIdleness) {
  auto limits = one_loop();
  limits.idle_timeout = milliseconds{100};
  limits.keep_alive = milliseconds{60};
  start(limits);
  auto client = follow();
  EXPECT_EQ(client.next().id, "0");
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(client.next_block().value().comment, "keep-alive");
  set(event_of(1));
  EXPECT_EQ(client.next().id, "1");
}

TEST_P(Streams, AreBoundedOnTheirOwn) {
  auto limits = one_loop();
  limits.max_streams = 2;
  limits.max_in_flight = 1;
  start(limits);
  auto first = std::make_unique<event_reader>(follow());
  auto second = follow();
  EXPECT_EQ(second.next().id, "0");
  const auto refused = follow();
  EXPECT_EQ(refused.head.status, 503);
  EXPECT_EQ(refused.head.problem_code(), "overloaded");
  EXPECT_EQ(refused.head.header("retry-after"), "1");
  EXPECT_EQ(state.opened, 2);
  EXPECT_EQ(connect()->ask(get_request("/item")).body, "item") << "none of them is in flight";
  first.reset();
  EXPECT_TRUE(eventually([&] { return follow().head.status == 200; }, seconds{5}));
}

TEST_P(Streams, EndInOrderWhenTheServerDrains) {
  start();
  std::vector<event_reader> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(follow());
    ASSERT_EQ(clients.back().next().id, "0");
  }
  auto stopped = std::async(std::launch::async, [&] { stop(seconds{60}); });
  for (auto& client : clients)
    EXPECT_TRUE(client.ends());
  EXPECT_EQ(stopped.wait_for(seconds{30}), std::future_status::ready);
  EXPECT_EQ(state.open, 0);
}

TEST_P(Streams, ThatAreNotReadDoNotHoldUpADrain) {
  start();
  const auto deaf = connect();
  ASSERT_TRUE(deaf->send(get_request("/live")));
  ASSERT_TRUE(is_followed_by(1));
  for (int i = 1; i <= 400; ++i)
    set(event_of(i, 20'000));
  auto stopped = std::async(std::launch::async, [&] { stop(seconds{60}); });
  EXPECT_EQ(stopped.wait_for(seconds{3}), std::future_status::ready);
}

INSTANTIATE_TEST_SUITE_P(Over, Streams, testing::Values(carrier::tcp, carrier::tls),
                         [](const auto& over) {
                           return over.param == carrier::tcp ? "Tcp" : "Tls";
                         });

} // namespace
} // namespace standings::test
