#include "tests/integration/api.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/event_reader.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/tls_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string_view>

namespace standings::test {
namespace {

using std::chrono::seconds;

/// The whole program with a certificate, and clients that know the authority.
class StreamsOverTls : public testing::Test {
protected:
  StreamsOverTls() {
    constexpr std::string_view marker = "Listening on https://127.0.0.1:";
    const auto is_logged = [&](std::string_view text) {
      return eventually([&] { return log().find(text) != std::string::npos; }, seconds{20});
    };
    EXPECT_TRUE(is_logged(marker)) << log();
    const auto text = log();
    port_ = static_cast<std::uint16_t>(std::stoul(text.substr(text.find(marker) + marker.size())));
    EXPECT_TRUE(eventually([&] { return ask("/readyz").status == 200; }, seconds{20})) << log();
  }

  [[nodiscard]] std::string log() const { return read_file(dir_ / "log"); }

  [[nodiscard]] std::unique_ptr<tls_connection> connect() const {
    return std::make_unique<tls_connection>(port_, tls_wishes{.ca_file = authority_.file()});
  }

  [[nodiscard]] raw_response ask(const std::string& path) const {
    return connect()->ask(get_request(path));
  }

  void update(const std::string& user, int count) const {
    const auto body = R"({"user_id":")" + user + R"(","count":)" + std::to_string(count) + "}";
    EXPECT_EQ(connect()->ask(post_request(api_root + "/update", body)).status, 200);
  }

  [[nodiscard]] event_reader follow(const std::string& path) const {
    return {connect(), get_request(path)};
  }

  std::optional<int> stop() {
    service_.signal(SIGTERM);
    return service_.wait(seconds{20});
  }

private:
  const temp_dir dir_;
  const certificate_authority authority_;
  const certificate_files files_ = authority_.issue("server");
  process service_{
      STANDINGS_BINARY,
      {{"serve", "--port", "0", "--data-dir", dir_ / ".", "--set", "leaderboard.rollover=off",
        "--set", "admin.open_on_loopback=true", "--set", "http.tls.cert_file=" + files_.certificate,
        "--set", "http.tls.key_file=" + files_.key},
       dir_ / "output",
       dir_ / "log"}};
  std::uint16_t port_ = 0;
};

/// The score of the first user when the board has changed to that; 0 if it never does.
std::int64_t await_score(event_reader& board, std::int64_t score) {
  for (auto event = board.next(); !event.event.empty(); event = board.next()) {
    const auto shown = event.json();
    const auto& entries = shown.at("entries").as_array();
    if (event.event == "board" && !entries.empty() && number(entries.at(0), "score") == score)
      return score;
  }
  return 0;
}

TEST_F(StreamsOverTls, TellOfBoardsAndOfWhatHappens) {
  update("ann", 3);
  auto board = follow(api_root + "/daily/live");
  auto events = follow("/api/events");
  EXPECT_EQ(await_score(board, 3), 3);
  update("ann", 4);
  EXPECT_EQ(await_score(board, 7), 7);
  ASSERT_EQ(connect()->ask(post_request(admin_root + "/reset/weekly", "")).status, 200);
  auto event = events.next();
  while (!event.event.empty() && event.event != "reset")
    event = events.next();
  EXPECT_EQ(event.event, "reset");
}

TEST_F(StreamsOverTls, CatchUpWithASlowReaderAndEndWhenTheServiceStops) {
  auto quick = follow(api_root + "/daily/live?limit=100");
  auto slow = follow(api_root + "/daily/live?limit=100");
  auto events = follow("/api/events");
  const auto deaf = connect();
  ASSERT_TRUE(deaf->send(get_request(api_root + "/daily/live?limit=100")));
  int total = 0;
  for (int i = 0; i < 40; ++i) {
    update("ann", 1);
    std::string ten; // in one request: the service cuts a reader off that has read nothing for long
    for (int user = 0; user < 10; ++user)
      ten += (ten.empty() ? "" : ",") + std::string{R"({"user_id":"user )"}
             + std::to_string(i * 10 + user) + R"("})";
    EXPECT_EQ(connect()
                  ->ask(post_request(api_root + "/update/batch", R"({"updates":[)" + ten + "]}"))
                  .status,
              200);
    EXPECT_EQ(await_score(quick, ++total), total);
  }
  EXPECT_EQ(await_score(slow, total), total) << "it skips what it was too slow for";
  EXPECT_EQ(stop(), 0) << "it does not wait for the one who never reads";
  EXPECT_TRUE(slow.ends());
  EXPECT_TRUE(quick.ends());
  EXPECT_TRUE(events.ends());
}

} // namespace
} // namespace standings::test
